using System.Globalization;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Guarding;

static class GuardrailZones
{
    /// <summary>Zones with 23-, 25- and 24.5-hour days, quarter-hour offsets, transitions at midnight and none at all.</summary>
    public static readonly string[] All =
    [
        "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Chatham", "America/Havana", "Africa/Cairo", "Asia/Beirut", "UTC",
    ];

    public static Instant Utc(string text) => Instant.From(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    public static UserZone Known(string id) => new(id, "event", Instant.Earliest, null);
}
