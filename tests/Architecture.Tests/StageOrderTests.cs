using Aampe.Agents.Architecture.Tests.Walk;

namespace Aampe.Agents.Architecture.Tests;

/// <summary>Core is a chain of stages; a stage names nothing of a later one. Experiments stands beside the chain.</summary>
public sealed class StageOrderTests
{
    /// <summary>Folders of Core with their place. Equal places do not bind each other.</summary>
    static readonly Dictionary<string, int> Stages = new()
    {
        [""] = 0, ["Time"] = 0, ["Randomness"] = 0, ["Canonical"] = 0,
        ["Events"] = 1, ["Outcomes"] = 2, ["Effects"] = 3, ["Posteriors"] = 4, ["Populations"] = 5, ["Decisions"] = 5, ["Messages"] = 6, ["Programs"] = 7, ["Audiences"] = 7, ["Channels"] = 7, ["Guarding"] = 8, ["Budgets"] = 8, ["Agents"] = 9,
        ["Auditing"] = 1, ["Workflow"] = 8, ["Privacy"] = 9, ["Findings"] = 10, ["Simulation"] = 11,
    };

    const string Beside = "Experiments";

    [Fact]
    public void No_stage_of_Core_names_a_later_one() =>
        Exceptions.AssertNone("stage order", Violations(Repository.TypesOf("Core"), "Aampe.Agents.Core"));

    [Fact]
    public void A_stage_that_looks_ahead_is_found()
    {
        const string root = "Aampe.Agents.Architecture.Tests.Fixtures.Core";
        var fixtures = typeof(Fixtures.Core.Effects.LooksAhead).Assembly.GetTypes().Where(type => type.Namespace?.StartsWith(root, StringComparison.Ordinal) == true);
        Assert.Equal(
            [
                $"{root}.Effects.LooksAhead → {root}.Decisions.Later",
                $"{root}.Effects.LooksAsideInALambda → {root}.Experiments.Aside",
                $"{root}.Experiments.Aside → {root}.Effects.IEarlier",
                $"{root}.Nowhere.Unplaced is in a folder without a place: add \"Nowhere\" to the stages",
            ],
            Violations(fixtures, root).Order(StringComparer.Ordinal));
    }

    static IEnumerable<string> Violations(IEnumerable<Type> types, string root) => types.SelectMany(type =>
        Known(Stage(type, root))
            ? TypeUses.Of(type).Where(used => used.Assembly == type.Assembly && Within(used, root) && !MayName(Stage(type, root), Stage(used, root)))
                .Select(used => $"{TypeUses.Outermost(type)} → {used}")
            : [$"{type} is in a folder without a place: add \"{Stage(type, root)}\" to the stages"]).Distinct();

    static bool MayName(string stage, string other) => (stage, other) switch
    {
        (_, Beside) => stage is Beside or "Programs" or "Agents" or "Findings" or "Simulation",
        (Beside, _) => Stages.GetValueOrDefault(other) == 0,
        _ => Stages[stage] >= Stages.GetValueOrDefault(other),
    };

    static bool Known(string stage) => stage == Beside || Stages.ContainsKey(stage);

    static bool Within(Type type, string root) => type.Namespace == root || type.Namespace?.StartsWith(root + ".", StringComparison.Ordinal) == true;

    static string Stage(Type type, string root) => type.Namespace![root.Length..].TrimStart('.').Split('.')[0];
}
