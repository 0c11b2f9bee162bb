namespace Aampe.Agents.Core.Experiments;

/// <summary>What three policies would have brought, judged from one log: the one that wrote it, one that draws evenly, and one that always takes the best message.</summary>
/// <param name="Logged">What the logging policy itself brought: the plain mean of its outcomes.</param>
/// <param name="Uniform">In each context every message that was logged there, with the same chance.</param>
/// <param name="BestMean">In each context, of the messages that were logged there the one with the largest mean in the other folds.</param>
/// <param name="Best">The message with the largest mean over the whole log; null where nothing can be used.</param>
/// <remarks>docs/method/3-experiments-off-policy.md, off-policy evaluation.</remarks>
public sealed record PolicyComparison(OffPolicy Logged, OffPolicy Uniform, OffPolicy BestMean, string? Best)
{
    const string Only = "";

    /// <summary>Compares them.</summary>
    /// <param name="log">Rows in a fixed order; usable row i belongs to fold i mod <see cref="OffPolicy.Folds"/>.</param>
    /// <param name="level">Level of the intervals.</param>
    public static PolicyComparison Of(IReadOnlyList<LoggedChoice> log, ConfidenceLevel level)
    {
        ArgumentNullException.ThrowIfNull(log);
        var usable = log.Where(row => row.Propensity > 0).ToArray();
        var offered = usable.GroupBy(row => row.Context, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(row => row.Action).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
        return new(
            // Weighing the logging policy by itself leaves every weight at 1.
            OffPolicy.Evaluate([.. log.Select(row => new LoggedChoice(Only, Only, row.Outcome, row.Propensity > 0 ? 1 : row.Propensity, row.Estimated))], Always(Only, Only), WeightCap.None, level),
            OffPolicy.Evaluate(log, new TargetPolicy(offered.ToDictionary(pair => pair.Key, pair => (IReadOnlyDictionary<string, double>)pair.Value.ToDictionary(action => action, _ => 1.0 / pair.Value.Length, StringComparer.Ordinal))), WeightCap.None, level),
            BestOf(log, usable, offered, level),
            Ranked(usable) is [var best, ..] ? best : null);
    }

    // The best is chosen on the folds that a row is not in: a message that was only lucky in a row's own fold gains nothing by it.
    static OffPolicy BestOf(IReadOnlyList<LoggedChoice> log, LoggedChoice[] usable, Dictionary<string, string[]> offered, ConfidenceLevel level)
    {
        if (usable.Length < 2)
        {
            return new OffPolicy.NotKnown(usable.Length == 0 ? WhyNotKnown.EmptyArm : WhyNotKnown.TooFewUnits);
        }

        var shares = new Dictionary<string, IReadOnlyDictionary<string, double>>(StringComparer.Ordinal);
        var expected = new Dictionary<(string Context, string Action), double>();
        for (var fold = 0; fold < OffPolicy.Folds; fold++)
        {
            var others = usable.Where((_, row) => row % OffPolicy.Folds != fold).ToArray();
            var (ranked, model) = (Ranked(others), OutcomeModel.Fit(others));
            foreach (var (context, actions) in offered)
            {
                var best = ranked.Concat(actions).First(one => actions.Contains(one, StringComparer.Ordinal));
                shares.Add(In(fold, context), new Dictionary<string, double>(StringComparer.Ordinal) { [best] = 1 });
                foreach (var action in actions)
                {
                    expected.Add((In(fold, context), action), model.Expected(context, action));
                }
            }
        }

        var at = 0;
        LoggedChoice[] folded = [.. log.Select(row => row.Propensity > 0 ? row with { Context = In(at++ % OffPolicy.Folds, row.Context) } : row)];
        return OffPolicy.Evaluate(folded, new TargetPolicy(shares), new OutcomeModel(expected, 0), WeightCap.None, level);
    }

    // Σ(r/p) / Σ(1/p) of each message: what it would have brought if chance alone had drawn it. Ties in the order of their ids.
    static string[] Ranked(IEnumerable<LoggedChoice> rows) =>
    [
        .. rows.GroupBy(row => row.Action, StringComparer.Ordinal)
            .OrderByDescending(group => group.Sum(row => row.Outcome / row.Propensity!.Value) / group.Sum(row => 1 / row.Propensity!.Value))
            .ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key),
    ];

    static string In(int fold, string context) => $"{fold}|{context}";

    static TargetPolicy Always(string context, string action) => new(new Dictionary<string, IReadOnlyDictionary<string, double>> { [context] = new Dictionary<string, double> { [action] = 1 } });
}
