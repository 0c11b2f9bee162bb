using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>History and dedupe window keep their newest members beside the others; nobody may see that.</summary>
public sealed class BoundedMemoryTests
{
    static readonly Instant start = new(1_771_999_000_000);

    [Theory]
    [InlineData(1, 6 * 3_600_000)]
    [InlineData(2, 3 * 3_600_000)]
    [InlineData(3, 60_000)]
    [InlineData(4, 0)]
    public void A_history_is_the_sorted_newest_of_all_that_came(int seed, int stepMilliseconds)
    {
        var random = new Random(seed);
        var (history, all, now) = (AgentHistory.Empty, new List<UserEvent>(), start);
        var complete = Instant.Earliest;
        for (var slice = 0; slice < 400; slice++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(stepMilliseconds + 1));
            // One in ten is late, by hours or by more than the history reaches.
            var arrived = Enumerable.Range(0, random.Next(0, 9)).Select(_ => new UserEvent(
                (ulong)random.NextInt64(), "Order Placed", now - (random.Next(10) == 0 ? TimeSpan.FromHours(random.Next(1, 1_200)) : TimeSpan.FromSeconds(random.Next(3))), null)).ToList();
            history = history.With([.. arrived], now);
            if (arrived.Count > 0)
            {
                all = [.. all.Concat(arrived).Order(UserEvent.Order)];
                var old = all.RemoveAll(e => e.At < now - AgentHistory.Span);
                complete = old > 0 ? Instant.Max(complete, now - AgentHistory.Span) : complete;
                var surplus = Math.Max(0, all.Count - AgentHistory.Limit);
                complete = surplus > 0 ? Instant.Max(complete, all[surplus - 1].At + TimeSpan.FromMilliseconds(1)) : complete;
                all.RemoveRange(0, surplus);
            }

            // Looked at now and then only, since looking joins what is kept apart.
            if (random.Next(5) == 0)
            {
                Assert.Equal(all, history.Events);
                Assert.Equal(complete, history.CompleteSince);
            }
        }

        Assert.Equal(all, history.Events);
        Assert.NotEmpty(all);
    }

    [Theory]
    [InlineData(1, 20_000)]
    [InlineData(2, 1_200_000)]
    [InlineData(3, 0)]
    public void A_dedupe_window_is_the_sorted_newest_of_all_that_came(int seed, int stepMilliseconds)
    {
        var random = new Random(seed);
        var (window, all, now, degraded) = (DedupeWindow.Empty, new List<(Instant At, ulong Id)>(), start, false);
        for (var slice = 0; slice < 600; slice++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(stepMilliseconds + 1));
            var arrived = Enumerable.Range(0, random.Next(1, 12)).Select(_ => (Id: (ulong)random.NextInt64(), At: now - (random.Next(10) == 0 ? TimeSpan.FromMinutes(random.Next(2_000)) : TimeSpan.Zero))).ToList();
            window = window.With(arrived);
            all = [.. all.Concat(arrived.Select(one => (one.At, one.Id))).Order()];
            var oldest = all[^1].At - DedupeWindow.Span;
            all.RemoveAll(one => one.At < oldest);
            var surplus = Math.Max(0, all.Count - DedupeWindow.Limit);
            all.RemoveRange(0, surplus);
            degraded |= surplus > 0;
            Assert.Equal(all[^1].At, window.Newest);
            var (at, id) = all[random.Next(all.Count)];
            Assert.Equal(at, window.ArrivalOf(id));
            Assert.False(window.Contains((ulong)random.NextInt64()));
            if (random.Next(7) == 0)
            {
                Assert.Equal(all.Select(one => (one.Id, one.At)), window.Entries);
            }
        }

        Assert.Equal(all.Select(one => (one.Id, one.At)), window.Entries);
        Assert.Equal(degraded, window.Degraded);
    }
}
