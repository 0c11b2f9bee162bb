using System.Collections.Immutable;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>Consent: append-only, the newest statement wins, a denial reaches open decisions at once (R7).</summary>
public static class Consenting
{
    /// <summary>Most statements kept; the oldest that no later one of the same channel and purpose needs go first.</summary>
    public const int Kept = 100;

    /// <summary>Notes a statement.</summary>
    public static void State(AgentStep step, ConsentEntry entry)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(entry);
        // Told again, as by an import that is repeated: it is there already.
        if (step.State.Consents.Contains(entry))
        {
            return;
        }

        step.State = step.State with { Consents = Trimmed(step.State.Consents.Add(entry)) };
        step.Tell(
            "consent",
            entry.At,
            ("channel", entry.Channel),
            ("purpose", entry.Purpose),
            ("status", entry.Status),
            ("source", entry.Source));
        if (entry.Status == "denied")
        {
            Withdraw(step, Instant.Max(step.At, entry.At));
        }
        else
        {
            Handovers.ForgetHolds(step);
        }
    }

    /// <summary>Without the oldest statements that a later one of the same channel and purpose overrides; what holds is never dropped.</summary>
    internal static ImmutableArray<ConsentEntry> Trimmed(ImmutableArray<ConsentEntry> consents)
    {
        var i = 0;
        while (consents.Length > Kept && i < consents.Length)
        {
            if (IsOverridden(consents, i))
            {
                consents = consents.RemoveAt(i);
            }
            else
            {
                i++;
            }
        }

        return consents;
    }

    static bool IsOverridden(ImmutableArray<ConsentEntry> consents, int index)
    {
        var entry = consents[index];
        for (var i = 0; i < consents.Length; i++)
        {
            var other = consents[i];
            if (i != index
                && other.Channel == entry.Channel
                && other.Purpose == entry.Purpose
                && (other.At > entry.At || (other.At == entry.At && (other.Status == entry.Status ? i > index : other.Status == "denied"))))
            {
                return true;
            }
        }

        return false;
    }

    // A denial that a newer grant overrides, or of another purpose, stops nothing.
    static void Withdraw(AgentStep step, Instant at)
    {
        foreach (var decision in step.State.Decisions)
        {
            if (decision.Stage is DecisionStage.Open or DecisionStage.Scheduled && !MayStill(step, decision))
            {
                Handovers.Hold(step, decision, at, [Handovers.Reason(HoldReason.NoConsent)]);
            }
        }
    }

    static bool MayStill(AgentStep step, LiveDecision decision) =>
        step.Rules.Find(decision.Program)?.Message(decision.Message) is { } message
        && Consent.Allows(message.Channel, message.Category, step.State.Consents.Select(entry => new ConsentStatement(entry.Channel, entry.Purpose, entry.Status, entry.At)));
}
