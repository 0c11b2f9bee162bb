using System.Text;
using System.Text.Json;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Delivery;
using Microsoft.Extensions.Time.Testing;

namespace Aampe.Agents.Silo.Tests.Delivery.Adapters;

/// <summary>How the other end behaves.</summary>
public enum OtherEnd
{
    Takes,
    Refuses,
    IsBusy,
    Breaks,
    Cuts,
    IsSilent,
    KnowsNoSuchAddress,
}

/// <summary>
/// What every adapter that calls somebody must do: one call a hand-over, with the decision id on it; what was surely not taken is told from what may
/// have been; and what may have been taken is offered again only where the other end knows the decision.
/// </summary>
public abstract class AdapterContract : IAsyncLifetime
{
    protected const string Decision = "dec_0123456789abcdefghjk";

    protected static readonly Instant Now = Instant.From(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

    protected abstract IChannelAdapter Adapter { get; }

    protected abstract string Channel { get; }

    protected abstract string Address { get; }

    /// <summary>Decision ids of the calls that arrived, one a call.</summary>
    protected abstract IReadOnlyList<string> Arrived { get; }

    /// <summary>Whether the other end can say how long to wait: it says 120 s then.</summary>
    protected virtual bool AsksToWait => true;

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    protected abstract void Is(OtherEnd end);

    /// <summary>Closes the other end: nobody listens there any more.</summary>
    protected abstract Task CloseAsync();

    protected ChannelMessage Message(object? content = null, string? address = null, int attempt = 1, string category = "marketing") => new(
        Decision, AgentKey.User("default", "ada"), Channel, "basket", address ?? Address, attempt, Now, Now, Now + TimeSpan.FromHours(6),
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
        {
            id = "m1",
            version = 1,
            locale = "fr-FR",
            category,
            labels = new { },
            content = content ?? new { title = "Hi", subject = "Hi", body = "Come back", template = "come_back", url = "https://shop.example/?aid=" + Decision },
            defaulted = Array.Empty<string>(),
        })));

    Task<HandoverOutcome> SendAsync() => Adapter.SendAsync(Message(), default);

    [Fact]
    public async Task A_message_is_taken_by_one_call_that_names_the_decision()
    {
        Is(OtherEnd.Takes);
        Assert.Equal(HandoverStatus.Sent, (await SendAsync()).Status);
        Assert.Equal([Decision], Arrived);
    }

    [Fact]
    public async Task What_is_refused_for_good_is_void()
    {
        Is(OtherEnd.Refuses);
        var outcome = await SendAsync();
        Assert.Equal((HandoverStatus.Refused, null, false, !Adapter.Idempotent), (outcome.Status, outcome.RetryAt, outcome.AddressDead, outcome.NothingTaken));
        Assert.NotEmpty(outcome.Code);
    }

    [Fact]
    public async Task Who_is_busy_gets_the_time_that_it_asks_for()
    {
        Is(OtherEnd.IsBusy);
        var outcome = await SendAsync();
        Assert.Equal((HandoverStatus.Retry, !Adapter.Idempotent), (outcome.Status, outcome.NothingTaken));
        Assert.True(outcome.RetryAt >= Now + TimeSpan.FromSeconds(AsksToWait ? 120 : 5));
    }

    [Fact]
    public async Task Nobody_is_tried_for_ever()
    {
        Is(OtherEnd.IsBusy);
        var last = await Adapter.SendAsync(Message(attempt: 5), default);
        Assert.Equal(Adapter.Idempotent ? HandoverStatus.Unknown : HandoverStatus.Refused, last.Status);
    }

    [Theory]
    [InlineData(OtherEnd.Breaks)]
    [InlineData(OtherEnd.Cuts)]
    [Trait("proves", "R4")]
    public async Task What_may_have_been_taken_is_offered_again_only_where_a_repeat_does_no_harm(OtherEnd end)
    {
        Is(end);
        var outcome = await SendAsync();
        Assert.Equal((Adapter.Idempotent ? HandoverStatus.Retry : HandoverStatus.Unknown, false), (outcome.Status, outcome.NothingTaken));
        Assert.Equal([Decision], Arrived);
    }

    [Fact]
    [Trait("proves", "R4")]
    public async Task An_answer_that_does_not_come_is_no_refusal()
    {
        Is(OtherEnd.IsSilent);
        var sending = SendAsync();
        for (var waited = 0; Arrived.Count == 0 && waited < 500; waited++)
        {
            await Task.Delay(10);
        }

        Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(Adapter.Idempotent ? HandoverStatus.Retry : HandoverStatus.Unknown, (await sending.WaitAsync(TimeSpan.FromSeconds(20))).Status);
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_was_taken()
    {
        await CloseAsync();
        var outcome = await SendAsync();
        Assert.Equal((HandoverStatus.Retry, !Adapter.Idempotent), (outcome.Status, outcome.NothingTaken));
    }

    [Fact]
    public async Task An_address_that_is_not_there_is_said_to_be_dead()
    {
        Is(OtherEnd.KnowsNoSuchAddress);
        var outcome = await SendAsync();
        Assert.Equal((HandoverStatus.Refused, Channel != "hook"), (outcome.Status, outcome.AddressDead));
    }

    [Fact]
    public async Task A_caller_that_stops_is_heard()
    {
        Is(OtherEnd.IsSilent);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var outcome = await Record.ExceptionAsync(() => Adapter.SendAsync(Message(), stop.Token));
        Assert.True(outcome is null or OperationCanceledException, outcome?.ToString());
        Assert.Empty(Arrived);
    }
}
