using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Privacy;

/// <summary>
/// The right to object: no marketing, and no profiling of the person from then on. It is a pair of consent statements, so it has a time and a source like any other,
/// and goes with them where a life joins another.
/// </summary>
public static class Objection
{
    /// <summary>Purpose of profiling: what an agent decides and learns from what the person did.</summary>
    public const string Purpose = "personalisation";

    /// <summary>Who states it where nobody else is named.</summary>
    public const string Source = "objection";

    /// <summary>The statements of an objection, or of its withdrawal.</summary>
    /// <param name="at">When.</param>
    /// <param name="withdrawn">Whether an earlier one is taken back: profiling is allowed again, marketing is as if nothing had been said.</param>
    public static IReadOnlyList<ConsentEntry> Statements(Instant at, bool withdrawn) =>
    [
        new("*", Purpose, withdrawn ? "granted" : "denied", at, Source, ""),
        new("*", "marketing", withdrawn ? "unknown" : "denied", at, Source, ""),
    ];

    /// <summary>Whether the newest statement about profiling denies it; of two of one time the denial counts.</summary>
    public static bool Holds(ImmutableArray<ConsentEntry> consents)
    {
        var (at, denied) = (Instant.Earliest, false);
        foreach (var entry in consents)
        {
            if (entry.Purpose == Purpose && (entry.At > at || (entry.At == at && entry.Status == "denied")))
            {
                (at, denied) = (entry.At, entry.Status == "denied");
            }
        }

        return denied;
    }
}
