using System.Globalization;
using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim;

/// <summary>What one seed draws first: sizes and fault rates, many of them 0, so that each seed looks at another corner.</summary>
internal sealed record Options
{
    public int Users { get; init; }

    public int Days { get; init; }

    public int Events { get; init; }

    public int Silos { get; init; }

    public int Partitions { get; init; }

    /// <summary>First moment, milliseconds since 1970.</summary>
    public long Start { get; init; }

    /// <summary>Whether nights are quiet. Without that, a message may be on its way across midnight.</summary>
    public bool Quiet { get; init; }

    /// <summary>Most sends of a local day over all channels.</summary>
    public int OverallCap { get; init; }

    /// <summary>Share of store writes that fail and wrote nothing.</summary>
    public double StoreFails { get; init; }

    /// <summary>Share of store writes that are done and say they failed.</summary>
    public double StoreUnknown { get; init; }

    /// <summary>Share of store writes that take seconds.</summary>
    public double StoreSlow { get; init; }

    /// <summary>Deaths of a silo a day.</summary>
    public double DeathsPerDay { get; init; }

    /// <summary>Share of store writes after which the writer dies before it hears of them.</summary>
    public double DeathAtWrite { get; init; }

    /// <summary>Events that a pump takes at once.</summary>
    public int Batch { get; init; }

    /// <summary>Batches after which the ledger's pump makes durable what agents hold in memory.</summary>
    public int BatchesPerCheckpoint { get; init; }

    /// <summary>Longest time between two flushes of a ledger, milliseconds.</summary>
    public int LongestFlush { get; init; }

    /// <summary>Times a day that one silo and the others do not see each other.</summary>
    public double SplitsPerDay { get; init; }

    /// <summary>Hours in which every silo is down, once; 0 = none.</summary>
    public double DowntimeHours { get; init; }

    /// <summary>Share of client calls whose answer is lost.</summary>
    public double AnswerLost { get; init; }

    /// <summary>Share of batches that come twice from the log.</summary>
    public double Rewinds { get; init; }

    /// <summary>Share of calls that the receiver takes without answering.</summary>
    public double ReceiverMute { get; init; }

    /// <summary>Share of calls that the receiver asks to try again later, or that find it dead.</summary>
    public double ReceiverBusy { get; init; }

    /// <summary>Share of calls that the receiver refuses.</summary>
    public double ReceiverRefuses { get; init; }

    /// <summary>Statements of consent a user and day.</summary>
    public double ConsentsPerDay { get; init; }

    /// <summary>Pauses of everything a day.</summary>
    public double PausesPerDay { get; init; }

    /// <summary>Questions for the next message a user and day.</summary>
    public double AsksPerDay { get; init; }

    /// <summary>Share of events that no agent can read.</summary>
    public double Poison { get; init; }

    /// <summary>Share of events that carry no message id.</summary>
    public double NoMessageId { get; init; }

    /// <summary>Largest error of a silo's clock, milliseconds either way.</summary>
    public int Skew { get; init; }

    /// <summary>Whether everybody puts something into the cart before midnight and is asked about after it, while the receiver is busy: a message on its way across midnight.</summary>
    public bool Midnights { get; init; }

    /// <summary>Days around which a clock changes somewhere: spring and autumn, both halves of the world.</summary>
    static readonly string[] edges = ["2026-03-07", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-10-31"];

    /// <summary>Draws the options of a seed.</summary>
    public static Options Draw(Dice dice)
    {
        ArgumentNullException.ThrowIfNull(dice);
        var start = dice.Chance(0.6)
            ? DateTimeOffset.Parse(dice.Pick(edges) + "T00:00:00Z", CultureInfo.InvariantCulture).AddHours(-dice.Below(36))
            : DateTimeOffset.Parse("2026-01-05T00:00:00Z", CultureInfo.InvariantCulture).AddHours(dice.Below(340 * 24));
        return new Options
        {
            Users = (int)dice.Between(2, 6),
            Days = (int)dice.Between(1, 4),
            Events = (int)dice.Between(10, 60),
            Silos = (int)dice.Between(2, 3),
            Partitions = (int)dice.Between(1, 3),
            Start = start.ToUnixTimeMilliseconds(),
            OverallCap = (int)dice.Between(1, 3),
            Quiet = dice.Chance(0.7),
            StoreFails = Rate(0.05),
            StoreUnknown = Rate(0.08),
            StoreSlow = Rate(0.2),
            DeathsPerDay = Rate(8),
            DeathAtWrite = Rate(0.03),
            Batch = (int)dice.Between(1, 12),
            BatchesPerCheckpoint = (int)dice.Between(2, 30),
            LongestFlush = dice.Chance(0.5) ? 400_000 : 2_400_000,
            SplitsPerDay = Rate(10),
            DowntimeHours = dice.Chance(0.25) ? 2 + (dice.Unit() * 50) : 0,
            AnswerLost = Rate(0.2),
            Rewinds = Rate(0.1),
            ReceiverMute = Rate(0.3),
            ReceiverBusy = Rate(0.4),
            ReceiverRefuses = Rate(0.1),
            ConsentsPerDay = Rate(2),
            PausesPerDay = Rate(2),
            AsksPerDay = Rate(2),
            Poison = dice.Chance(0.3) ? 0.02 : 0,
            NoMessageId = Rate(0.6),
            Skew = dice.Chance(0.4) ? (int)dice.Between(500, 90_000) : 0,
        };

        double Rate(double most) => dice.Chance(0.4) ? 0 : dice.Unit() * most;
    }

    /// <summary>The same world, of people who are up at midnight and may get one message a day.</summary>
    public Options AtMidnight() => this with { Midnights = true, Quiet = false, OverallCap = 1, Days = Math.Max(2, Days), ReceiverBusy = 0.8, ReceiverRefuses = 0, ConsentsPerDay = 0, PausesPerDay = 0 };

    /// <summary>The same without one fault; null when there are no more to take away.</summary>
    public static IEnumerable<(string Name, Func<Options, Options> Without)> Reductions { get; } =
    [
        ("store fails", o => o with { StoreFails = 0 }),
        ("store unknown", o => o with { StoreUnknown = 0 }),
        ("store slow", o => o with { StoreSlow = 0 }),
        ("deaths", o => o with { DeathsPerDay = 0 }),
        ("deaths at writes", o => o with { DeathAtWrite = 0 }),
        ("splits", o => o with { SplitsPerDay = 0 }),
        ("downtime", o => o with { DowntimeHours = 0 }),
        ("lost answers", o => o with { AnswerLost = 0 }),
        ("rewinds", o => o with { Rewinds = 0 }),
        ("mute receiver", o => o with { ReceiverMute = 0 }),
        ("busy receiver", o => o with { ReceiverBusy = 0 }),
        ("refusals", o => o with { ReceiverRefuses = 0 }),
        ("consents", o => o with { ConsentsPerDay = 0 }),
        ("pauses", o => o with { PausesPerDay = 0 }),
        ("asks", o => o with { AsksPerDay = 0 }),
        ("poison", o => o with { Poison = 0 }),
        ("skew", o => o with { Skew = 0 }),
        ("a silo", o => o with { Silos = Math.Max(1, o.Silos - 1) }),
        ("partitions", o => o with { Partitions = 1 }),
        ("a user", o => o with { Users = Math.Max(1, o.Users - 1) }),
        ("half the events", o => o with { Events = Math.Max(1, o.Events / 2) }),
        ("a tenth of the events", o => o with { Events = Math.Max(1, o.Events * 9 / 10) }),
        ("a day", o => o with { Days = Math.Max(1, o.Days - 1) }),
    ];
}
