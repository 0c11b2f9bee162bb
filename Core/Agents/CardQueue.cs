
namespace Aampe.Agents.Core.Agents;

/// <summary>
/// Cards that an agent decided by its own plan and that wait for the user's browser or app. The agent's open decisions are the queue: nothing else
/// has to be stored, and a card that nobody fetched is still there after a restart, until it expires.
/// </summary>
public static class CardQueue
{
    /// <summary>The channel of cards.</summary>
    public const string Channel = "in_app";

    /// <summary>A card that was handed out and never reported as shown is handed out again after this long: the connection may have broken in between.</summary>
    public static readonly TimeSpan Unconfirmed = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Hands out every card that waits, oldest first: each is activated in this step, with its guardrails checked again, so that only one of several
    /// readers gets it. A card that is refused is held, and is not among them.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="after">
    /// The last card that the reader has shown: of those handed out before and never reported as shown, the later ones come again at once. Empty or
    /// unknown = all of those come again. Null = the reader does not say; they come again when <see cref="Unconfirmed"/> is over.
    /// </param>
    /// <returns>The decisions, by ordinal.</returns>
    public static IReadOnlyList<LiveDecision> Take(AgentStep step, string? after)
    {
        ArgumentNullException.ThrowIfNull(step);
        var taken = new List<LiveDecision>();
        foreach (var decision in step.State.Decisions)
        {
            if (decision.Channel != Channel || !decision.IsByPlan || decision.ExpiresAt <= step.At)
            {
                continue;
            }

            if (decision.Stage == DecisionStage.Open)
            {
                if (HandOut(step, decision) is { } handed)
                {
                    taken.Add(handed);
                }
            }
            else if (IsUnconfirmed(step, decision, after))
            {
                taken.Add(decision);
            }
        }

        return taken;
    }

    static LiveDecision? HandOut(AgentStep step, LiveDecision decision)
    {
        if (Handovers.Activate(step, decision.Id, "card") is not { Decision.Stage: DecisionStage.Activated } activated)
        {
            return null;
        }

        // What tells it from a card that a backend fetched by itself, which may never be reported as shown.
        var handed = activated.Decision with { Attempts = activated.Decision.Attempts + 1 };
        step.Change(handed);
        return handed;
    }

    static bool IsUnconfirmed(AgentStep step, LiveDecision decision, string? after)
    {
        if (decision is not { Stage: DecisionStage.Activated, Delivery.Length: 0, Attempts: > 0, TreatedAt: { } at })
        {
            return false;
        }

        return after is null ? at + Unconfirmed <= step.At : decision.Ordinal > (step.State.Find(after)?.Ordinal ?? 0);
    }
}
