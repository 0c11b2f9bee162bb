using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Tests.Agents.Joint;

/// <summary>A town in which half of the people like warm words and the other half plain ones, and agents with the joint model that do not know who.</summary>
static class JointTown
{
    public static readonly ProgramDefinition Program = Of(SomeProgram.Of());

    static readonly Lazy<SomeTown> town = new(() => Live(Program, Taste, 300, 18));

    /// <summary>The town after 18 days.</summary>
    public static SomeTown Known => town.Value;

    public static ProgramDefinition Of(ProgramDefinition program) => program with
    {
        Goal = program.Goal with { Window = TimeSpan.FromHours(24), HalfLife = TimeSpan.FromHours(12), LabelWindow = TimeSpan.FromHours(24), Funnel = ["app_opened", "product_viewed", "basket_filled", "order_placed"] },
        Learning = Learning.StandardOf(PosteriorKind.Joint) with { Adaptive = false, RandomDays = 5 },
        Sets = [.. program.Sets.Select(set => set with { ForgettingHalfLife = null })],
        Experiment = new ExperimentPlan("salt", 70, 10, 0, 20),
    };

    public static SomeTown Live(ProgramDefinition program, Func<string, string, double> planted, int users, int days)
    {
        var one = new SomeTown(SomeProgram.Rules(program), users, planted, "joint");
        one.Live(TimeSpan.FromDays(days), foldEveryHours: 24);
        return one;
    }

    /// <summary>Whether an agent's person likes warm words.</summary>
    public static bool LikesWarm(string agent) => agent[^1] % 2 == 0;

    public static double Taste(string agent, string message) => message.Contains("warm", StringComparison.Ordinal) == LikesWarm(agent) ? 0.4 : -0.1;

    public static PopulationSnapshot Population => Known.Cohort(Program.Id).Population!;
}
