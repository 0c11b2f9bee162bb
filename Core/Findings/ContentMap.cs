using System.Collections.Immutable;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Findings;

/// <summary>Which pairs of actions have messages, and what those without are worth.</summary>
/// <remarks>docs/method/3-experiments-off-policy.md, value of a gap.</remarks>
public static class ContentMap
{
    /// <summary>Effects without which a gap has no value.</summary>
    public const double FewestEffects = 1_000;

    /// <summary>Level of a gap's interval.</summary>
    public static ConfidenceLevel Level { get; } = new(0.9);

    /// <summary>The map of two sets; the second may be null.</summary>
    /// <param name="program">The program.</param>
    /// <param name="rows">First set.</param>
    /// <param name="columns">Second set; null = a bar.</param>
    /// <param name="channel">Messages of this channel only; empty = all.</param>
    /// <param name="locale">Messages of this locale only; empty = all.</param>
    /// <param name="findings">What is known of its actions; null = nothing.</param>
    /// <param name="drawn">Decisions a week that draw a pair; null = not known.</param>
    public static ImmutableArray<ContentCell> Of(
        ProgramDefinition program, ActionSet rows, ActionSet? columns, string channel, string locale, ProgramFindings? findings, Func<string, string, double?> drawn)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(drawn);
        var messages = program.Messages
            .Where(message => (channel.Length == 0 || message.Channel == channel) && (locale.Length == 0 || string.Equals(message.Locale, locale, StringComparison.OrdinalIgnoreCase)))
            .Select(message => (message.Id, Row: ActionOf(rows, message), Column: columns is null ? "" : ActionOf(columns, message)))
            .ToList();
        var cells = ImmutableArray.CreateBuilder<ContentCell>();
        foreach (var row in rows.Actions.Where(action => !action.Retired))
        {
            foreach (var column in columns is null ? [""] : columns.Actions.Where(action => !action.Retired).Select(action => action.Id))
            {
                var held = messages.Count(message => message.Row == row.Id && message.Column == column);
                cells.Add(new ContentCell(row.Id, column, held)
                {
                    Gap = held == 0 && findings is not null && Insight.EffectsOf(findings) >= FewestEffects
                        ? Gap(findings, rows, columns, row.Id, column, messages, drawn(row.Id, column))
                        : null,
                });
            }
        }

        return cells.ToImmutable();
    }

    /// <summary>The action of a set that a message carries; empty where it carries none.</summary>
    public static string ActionOf(ActionSet set, Message message)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(message);
        return set.Dimension == Dimension.Channel ? message.Channel : message.Labels.GetValueOrDefault(set.Id, "");
    }

    // Agents take the nearest message, and of equally near ones that of the largest value (method §11).
    static ContentGap? Gap(
        ProgramFindings findings, ActionSet rows, ActionSet? columns, string row, string column, List<(string Id, string Row, string Column)> messages, double? drawn)
    {
        (string Id, int Distance, double Difference, double Variance)? best = null;
        foreach (var message in messages)
        {
            var parts = new List<(double Difference, double Variance)>();
            var known = Part(findings, rows.Id, row, message.Row, parts) & (columns is null || Part(findings, columns.Id, column, message.Column, parts));
            if (!known)
            {
                continue;
            }

            var candidate = (message.Id, parts.Count, parts.Sum(part => part.Difference), parts.Sum(part => part.Variance));
            if (best is not { } so || candidate.Count < so.Distance || (candidate.Count == so.Distance && candidate.Item3 < so.Difference))
            {
                best = candidate;
            }
        }

        return best is { Variance: > 0 } found
            ? new ContentGap(found.Id, Estimate.Known.Symmetric(found.Difference, Math.Sqrt(found.Variance), Level.NormalQuantile, Level), Insight.EffectsOf(findings), drawn)
            : null;
    }

    static bool Part(ProgramFindings findings, string set, string wanted, string has, List<(double Difference, double Variance)> parts)
    {
        if (wanted == has)
        {
            return true;
        }

        if (findings.Of(set, wanted) is not { } mine || findings.Of(set, has) is not { } theirs || mine.Less(theirs) is not { } less)
        {
            return false;
        }

        parts.Add(less);
        return true;
    }
}
