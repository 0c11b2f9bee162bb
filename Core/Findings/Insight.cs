using System.Collections.Immutable;
using System.Globalization;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Findings;

/// <summary>A sentence made from data: an action that does better than the next best of its set.</summary>
/// <param name="Lifecycle">Users it holds for; empty = all.</param>
/// <param name="Set">Action set id.</param>
/// <param name="Better">The action.</param>
/// <param name="Worse">The next best.</param>
/// <param name="Probability">That it does better.</param>
/// <param name="Difference">By how much, in the findings' unit.</param>
/// <param name="Low">90 % interval of the difference.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Effects">n: effects behind both.</param>
/// <param name="Sentence">In words.</param>
public sealed record Insight(string Lifecycle, string Set, string Better, string Worse, double Probability, double Difference, double Low, double High, double Effects, string Sentence)
{
    /// <summary>Effects without which nothing is said.</summary>
    public const double FewestEffects = 1_000;

    /// <summary>Users that each side needs.</summary>
    public const int FewestUsers = 30;

    /// <summary>Probability below which nothing is said.</summary>
    public const double LeastProbability = 0.8;

    const double Normal90 = 1.6448536269514722;

    /// <summary>What may be said of a program, surest first.</summary>
    public static ImmutableArray<Insight> Of(ProgramDefinition program, ProgramFindings findings)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(findings);
        if (EffectsOf(findings) < FewestEffects)
        {
            return [];
        }

        return
        [
            .. program.Sets
                .SelectMany(set => findings.Actions.Where(one => one.Set == set.Id).GroupBy(one => one.Lifecycle, StringComparer.Ordinal).Select(group => Best(set, group.Key, group)))
                .OfType<Insight>()
                .OrderByDescending(one => one.Probability).ThenByDescending(one => one.Effects).ThenBy(one => one.Set, StringComparer.Ordinal),
        ];
    }

    /// <summary>Effects in a program's findings: of messages, or of days where a message takes part in all sets at once.</summary>
    public static double EffectsOf(ProgramFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return findings.Actions.Where(one => one.Lifecycle.Length == 0).GroupBy(one => one.Set, StringComparer.Ordinal)
            .Select(set => set.Any(one => one.ContrastVariance is not null) ? set.Max(one => one.Effects) : set.Sum(one => one.Effects)).DefaultIfEmpty(0).Max();
    }

    static Insight? Best(ActionSet set, string lifecycle, IEnumerable<ActionFinding> of)
    {
        var known = of.Where(one => one.Users >= FewestUsers && one.Variance is not null && set.Actions.Any(action => action.Id == one.Action && !action.Retired))
            .OrderByDescending(one => one.Mean).ToList();
        if (known.Count < 2 || known[0].BetterThan(known[1]) is not { } probability || probability < LeastProbability)
        {
            return null;
        }

        var (best, next) = (known[0], known[1]);
        var (difference, variance) = best.Less(next)!.Value;
        var half = Normal90 * Math.Sqrt(variance);
        var effects = best.ContrastVariance is null ? best.Effects + next.Effects : best.Effects;
        string Label(string id) => set.Actions.First(action => action.Id == id).Label;
        var sentence = string.Create(CultureInfo.InvariantCulture, $"{Label(best.Action)} beats {Label(next.Action)} for {Users(lifecycle)} (probability {Math.Min(probability, 0.999):0.00#}, n = {effects:#,0})");
        return new Insight(lifecycle, set.Id, best.Action, next.Action, probability, difference, difference - half, difference + half, effects, sentence);
    }

    /// <summary>Users of a lifecycle in words.</summary>
    public static string Users(string lifecycle) => lifecycle switch
    {
        "new" => "users seen < 7 days",
        "active" => "users active within 7 days",
        "lapsing" => "users silent for 7 to 28 days",
        "lapsed" => "users silent for more than 28 days",
        _ => "all users",
    };
}
