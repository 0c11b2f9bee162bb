namespace Aampe.Agents.Core.Populations;

/// <summary>What chance decided: the row of a random decision less the mean of the rows that the same chance could have taken.</summary>
/// <remarks>docs/method.md §9b.</remarks>
public static class RandomDecision
{
    /// <summary>Adds the centred row of one decision.</summary>
    /// <param name="layout">Coefficients.</param>
    /// <param name="row">P numbers.</param>
    /// <param name="actions">Index of the action in each set, all equally likely; empty = chance held.</param>
    /// <param name="sendShare">Probability with which chance sends, 0 to 1.</param>
    /// <param name="share">Share of a message's effect that falls into the row's window, 0 to 1.</param>
    /// <param name="load">Recent sends at the time, each decayed; ≥ 0.</param>
    public static void AddCentred(EffectLayout layout, Span<double> row, ReadOnlySpan<byte> actions, double sendShare, double share, double load)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Require.Between(sendShare, 0, 1);
        if (!actions.IsEmpty)
        {
            layout.AddMessage(row, actions, share, load);
        }

        // Contrasts sum to 0 over a set's actions, so that equally likely ones leave the message and its load.
        row[layout.Message] -= sendShare * share;
        row[layout.Fatigue] += sendShare * share * load;
    }
}
