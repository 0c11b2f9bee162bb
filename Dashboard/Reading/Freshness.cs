using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>How old the figures on screen are. One per circuit: pages note what they read, the top bar shows it.</summary>
public sealed class Freshness([FromKeyedServices(ConsoleRegistration.ScreenClock)] TimeProvider clock)
{
    /// <summary>Age from which figures are shown as ageing.</summary>
    public static readonly TimeSpan Ageing = TimeSpan.FromSeconds(60);

    /// <summary>Age from which figures are shown as old.</summary>
    public static readonly TimeSpan Old = TimeSpan.FromMinutes(10);

    long? readAt;

    /// <summary>Moment on the silo's clock that the figures speak of; none before the first reading.</summary>
    public DateTimeOffset? AsOf { get; private set; }

    /// <summary>Raised after each reading.</summary>
    public event Action? Changed;

    /// <summary>fresh, ageing, old, or unread.</summary>
    public string State => readAt is not { } at ? "unread" : clock.GetElapsedTime(at) is var age && age < Ageing ? "fresh" : age < Old ? "ageing" : "old";

    /// <summary>Notes that figures as of this moment have been read just now.</summary>
    public void Read(DateTimeOffset asOf)
    {
        AsOf = asOf;
        readAt = clock.GetTimestamp();
        Changed?.Invoke();
    }
}
