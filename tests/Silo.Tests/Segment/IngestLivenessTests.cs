using Aampe.Agents.Grains;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Clock;
using Aampe.Agents.Silo.Ingest;
using Aampe.Agents.Silo.Tests.Security;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aampe.Agents.Silo.Tests.Segment;

public sealed class IngestLivenessTests
{
    readonly MemoryDocuments documents = new();
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 20, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Rules_know_how_long_a_killed_silo_was_away()
    {
        using (var killed = Liveness(out _))
        {
            await killed.StartAsync(CancellationToken.None);
        }

        var last = time.GetUtcNow();
        time.Advance(TimeSpan.FromHours(11));
        using var next = Liveness(out var rules);
        await next.StartAsync(CancellationToken.None);

        var outage = Assert.Single(rules.Current.Outages);
        Assert.Equal((last.ToUnixTimeMilliseconds(), time.GetUtcNow().ToUnixTimeMilliseconds()), (outage.Start.UnixMilliseconds, outage.End.UnixMilliseconds));
        await next.StopAsync(CancellationToken.None);

        // Remembered over a restart that takes no time.
        using var third = Liveness(out rules);
        await third.StartAsync(CancellationToken.None);
        Assert.Equal(outage, Assert.Single(rules.Current.Outages));
        await third.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Signs_of_life_come_while_it_runs()
    {
        var start = time.GetUtcNow().ToUnixTimeMilliseconds();
        using (var first = Liveness(out _))
        {
            await first.StartAsync(CancellationToken.None);
            while ((await documents.ReadAsync("default", "ingest", "liveness", CancellationToken.None))!.Version < 3)
            {
                time.Advance(TimeSpan.FromMinutes(1));
                await Task.Delay(5);
            }
        }

        time.Advance(TimeSpan.FromHours(3));
        using var next = Liveness(out var rules);
        await next.StartAsync(CancellationToken.None);
        Assert.True(Assert.Single(rules.Current.Outages).Start.UnixMilliseconds >= start + 120_000);
        await next.StopAsync(CancellationToken.None);
    }

    IngestLiveness Liveness(out RulesCache rules)
    {
        rules = new RulesCache(null!, Microsoft.Extensions.Options.Options.Create(new GrainsOptions()), new IncarnationSecret("secret"), new SystemClock(time), time);
        return new IngestLiveness(documents, rules, new SystemClock(time), time, NullLogger<IngestLiveness>.Instance);
    }
}
