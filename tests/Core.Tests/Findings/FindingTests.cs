using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Tests.Agents;
using MathNet.Numerics.Distributions;

namespace Aampe.Agents.Core.Tests.Findings;

public sealed class FindingTests
{
    static ActionFinding Finding(string action, double mean, double variance, double effects = 2_000, int users = 200, double? contrast = null, string lifecycle = "") =>
        new(lifecycle, "tone", action, users, effects, mean, variance) { ContrastVariance = contrast };

    [Fact]
    public void Probability_of_better_is_that_of_a_normal_difference()
    {
        var (warm, plain) = (Finding("warm", 0.3, 0.0016), Finding("plain", 0.2, 0.0009));

        Assert.Equal(Normal.CDF(0, 0.05, 0.1), warm.BetterThan(plain)!.Value, 1e-12);
        Assert.Equal(1, warm.BetterThan(plain)!.Value + plain.BetterThan(warm)!.Value, 1e-12);
        // Actions of one contrast lean against each other: of two, the difference is √2 contrasts, not two halves.
        Assert.Equal(2 * 0.01, Finding("warm", 0.1, 0.005, contrast: 0.01).Less(Finding("plain", -0.1, 0.005, contrast: 0.01))!.Value.Variance, 1e-12);
    }

    /// <summary>Users of five effects that lean on a mean of their own: intervals by users cover as often as they say, those by effects would not.</summary>
    [Fact]
    public void Means_of_effects_are_covered_although_effects_of_a_user_lean_on_each_other()
    {
        var random = new SeededRandom("clustered");
        var covered = 0;
        const int runs = 400;
        for (var run = 0; run < runs; run++)
        {
            var sum = new EffectSum();
            for (var user = 0; user < 80; user++)
            {
                var own = 0.2 + Draw.Normal(random);
                var evidence = default(Evidence);
                for (var i = random.Next(1, 9); i > 0; i--)
                {
                    evidence = evidence.Add(1, own + Draw.Normal(random), 1, SomeLife.Monday, null);
                }

                sum.Part(evidence);
                sum.EndUser();
            }

            covered += sum.Measured(("", "tone", "warm")).Interval(new ConfidenceLevel(0.9)) is Estimate.Known known && known.Covers(0.2) ? 1 : 0;
        }

        Assert.InRange(covered, runs * 0.84, runs * 0.95);
    }

    [Fact]
    public void Nothing_is_said_below_a_thousand_effects_or_when_it_is_not_sure()
    {
        var program = SomeProgram.Of();
        ProgramFindings Of(params ActionFinding[] actions) => new() { Program = "basket", ProgramVersion = 1, AsOf = 0, Panel = 400, Model = "gaussian", Actions = [.. actions] };

        Assert.Empty(Insight.Of(program, Of(Finding("warm", 0.3, 0.0004, 400), Finding("plain", 0.1, 0.0004, 500))));
        Assert.Empty(Insight.Of(program, Of(Finding("warm", 0.3, 0.04), Finding("plain", 0.25, 0.04))));
        var said = Assert.Single(Insight.Of(program, Of(Finding("warm", 0.3, 0.0016, lifecycle: "new"), Finding("plain", 0.2, 0.0009, lifecycle: "new"), Finding("warm", 0.3, 0.1), Finding("plain", 0.3, 0.1))));
        Assert.Equal("warm beats plain for users seen < 7 days (probability 0.977, n = 4,000)", said.Sentence);
        Assert.Empty(Insight.Of(program, Of(Finding("warm", 0.3, 0.0016, users: 20), Finding("plain", 0.2, 0.0009))));
    }

    [Fact]
    public void Findings_come_back_as_they_were_stored_and_newer_ones_are_refused()
    {
        var findings = new ProgramFindings { Program = "basket", ProgramVersion = 1, AsOf = 5, Panel = 400, Model = "beta", Actions = [Finding("warm", 0.3, 0.1)], Traffic = [new MessageTraffic("m", 7, 3)], TrafficSince = 2 };

        Assert.Equal(findings.Pack(), ProgramFindings.Unpack(findings.Pack()).Pack());
        Assert.Throws<InvalidDataException>(() => ProgramFindings.Unpack((findings with { Format = 9 }).Pack()));
        Assert.Throws<InvalidDataException>(() => ProgramFindings.Unpack("nonsense"u8));
    }

    /// <summary>Two actions of posterior means 0.5 and 0.2 with chances 0.9 and 0.1: the draw gives 0.47, so 0.03 is given up.</summary>
    [Fact]
    public void What_a_draw_gives_up_is_the_best_mean_less_the_expected_one()
    {
        var record = JsonNode.Parse("""
            {"drawn":true,"sets":[{"explored":false,"candidates":[
              {"action":"warm","posterior":[1,1],"propensity":0.9},{"action":"plain","posterior":[1,4],"propensity":0.1}]}]}
            """)!.AsObject();

        Assert.Equal(0.03, ExplorationCost.Of(record)!.Value.Cost, 1e-12);
        Assert.Null(ExplorationCost.Of(new JsonObject { ["drawn"] = false }));
    }

    [Fact]
    public void Agents_that_learnt_show_in_the_findings_of_their_program()
    {
        var program = SomeProgram.Of();
        var fold = new FindingsFold(program, CohortSnapshot.None(program.Id), SomeLife.Monday, SomeProgram.Grace);
        var rules = new AgentRules(new WorkspaceSettings(), [], "key");
        for (var i = 0; i < 4; i++)
        {
            var life = new SomeLife(rules, $"u:user-{i}").Seen(SomeLife.Monday - TimeSpan.FromDays(3));
            var key = new EvidenceKey(program.Id, "new-low", "tone", "warm");
            fold.Add(life.State with { Evidence = life.State.Evidence.Add(key, default(Evidence).Add(1, 0.1 * i, 1, SomeLife.Monday, null)) });
        }

        var findings = fold.Finish();
        Assert.Equal((4, 4.0), (findings.Of("tone", "warm")!.Users, findings.Of("tone", "warm")!.Effects));
        Assert.Equal(0.15, findings.Of("tone", "warm", "new")!.Mean, 1e-12);
        Assert.Equal(1, findings.Of("tone", "warm")!.SuccessShare);
        Assert.Null(findings.Of("tone", "warm", "lapsed"));
    }
}
