using Aampe.Agents.Silo.Delivery;

namespace Aampe.Agents.Silo.Tests.Delivery.Adapters;

/// <summary>The contract over HTTP, against a stand-in.</summary>
public abstract class HttpAdapterContract : AdapterContract
{
    protected StandIn Other { get; private set; } = null!;

    protected override IChannelAdapter Adapter => adapter;

    protected override IReadOnlyList<string> Arrived => [.. Other.Calls.Where(IsMessage).Select(KeyOf)];

    IChannelAdapter adapter = null!;

    public override async Task InitializeAsync()
    {
        Other = await StandIn.StartAsync();
        adapter = Of(Other);
    }

    public override async Task DisposeAsync()
    {
        (adapter as IDisposable)?.Dispose();
        await Other.DisposeAsync();
    }

    protected override async Task CloseAsync() => await Other.DisposeAsync();

    protected override void Is(OtherEnd end) => Other.Answer = async call => !IsMessage(call) ? Beside(call) : end switch
    {
        OtherEnd.Takes => Taken,
        OtherEnd.Refuses => Refused,
        OtherEnd.IsBusy => new Answer(429, "{}", "120"),
        OtherEnd.Breaks => new Answer(500, "oops"),
        OtherEnd.IsSilent => await SilenceAsync(),
        OtherEnd.KnowsNoSuchAddress => NoSuchAddress,
        _ => null,
    };

    protected abstract IChannelAdapter Of(StandIn other);

    protected abstract Answer Taken { get; }

    protected abstract Answer Refused { get; }

    protected abstract Answer NoSuchAddress { get; }

    protected abstract string KeyOf(Call call);

    /// <summary>Whether a call hands a message over.</summary>
    protected virtual bool IsMessage(Call call) => true;

    /// <summary>Answers calls beside those.</summary>
    protected virtual Answer Beside(Call call) => throw new InvalidOperationException(call.Path);

    static async Task<Answer?> SilenceAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(30));
        return null;
    }
}
