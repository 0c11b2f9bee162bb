using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>What a cohort knows is what its agents know, once: folding again adds nothing, and the order of the panel is no information.</summary>
public sealed class FoldProperties
{
    static readonly ProgramDefinition program = SomeProgram.Of() with
    {
        Goal = SomeProgram.Of().Goal with { Window = TimeSpan.FromHours(24), HalfLife = TimeSpan.FromHours(12), LabelWindow = TimeSpan.FromHours(24) },
        Experiment = new ExperimentPlan("salt", 45, 45, 0, 10),
        EveryDays = 2,
    };

    static readonly Lazy<SomeTown> town = new(() =>
    {
        var one = new SomeTown(SomeProgram.Rules(program), 300, 0, "null town");
        one.Live(TimeSpan.FromDays(16));
        one.Fold();
        return one;
    });

    static CohortSnapshot Cohort => town.Value.Cohort(program.Id);

    [Fact]
    public void Folding_twice_is_folding_once()
    {
        var (once, before) = (Cohort, CohortSnapshot.None(program.Id));
        var again = town.Value.FoldOf(program, once, town.Value.Lives.Values);
        var anew = town.Value.FoldOf(program, before, town.Value.Lives.Values);
        Assert.True(once.Priors.Count > 10);
        Assert.All([again, anew], fold =>
        {
            Assert.Equal(once.Priors.OrderBy(pair => pair.Key), fold.Priors.OrderBy(pair => pair.Key));
            Assert.Equal((once.StratumVariance, once.Panel, once.Controls.Length), (fold.StratumVariance, fold.Panel, fold.Controls.Length));
            Assert.Equal(once.Blocks.AsEnumerable(), fold.Blocks.AsEnumerable());
            Assert.Equal(once.Weights.Table.OrderBy(pair => pair.Key), fold.Weights.Table.OrderBy(pair => pair.Key));
        });
    }

    /// <summary>A silo folds what it has in memory; after a restart the same fold comes from records.</summary>
    [Fact]
    public void An_agent_in_memory_is_its_record()
    {
        foreach (var (lives, of) in new[] { (town.Value, program), (Joint.JointTown.Known, Joint.JointTown.Program) })
        {
            var (held, read) = (new CohortFold(of, CohortSnapshot.None(of.Id), lives.Now, SomeProgram.Grace), new CohortFold(of, CohortSnapshot.None(of.Id), lives.Now, SomeProgram.Grace));
            foreach (var life in lives.Lives.Values)
            {
                held.Add(life.State);
                read.Add(AgentStateCodec.Unpack(AgentStateCodec.Pack(life.State)));
            }

            Assert.Equal(CohortCodec.Pack(read.Finish()), CohortCodec.Pack(held.Finish()));
        }
    }

    [Fact]
    public void The_order_of_the_panel_changes_no_count()
    {
        var turned = town.Value.FoldOf(program, CohortSnapshot.None(program.Id), town.Value.Lives.Values.Reverse());
        Assert.Equal(Cohort.Weights.Table.OrderBy(pair => pair.Key), turned.Weights.Table.OrderBy(pair => pair.Key));
        Assert.Equal(Cohort.Priors.Keys.Order(), turned.Priors.Keys.Order());
        Assert.All(Cohort.Priors, pair =>
        {
            var other = turned.Priors[pair.Key];
            Assert.Equal((pair.Value.Source, pair.Value.Users), (other.Source, other.Users));
            Assert.Equal(pair.Value.Beta.Mean, other.Beta.Mean, 1e-6);
            Assert.Equal(pair.Value.Gaussian.Mu, other.Gaussian.Mu, 1e-9);
        });
    }

    /// <summary>A prior as one user sees it is that of the fold that never knew the user; for a user who is not in the panel it is the fold's own. A panel of 30.</summary>
    [Fact]
    public void Nobody_finds_its_own_effects_in_its_prior()
    {
        SomeLife[] panel = [.. town.Value.Lives.Values.Where(life => life.State.Evidence.Count > 2).Take(30)];
        var (fold, cap, changed) = (Fold(panel), program.Learning.PriorStrengthCap, 0);
        var actions = fold.Priors.Keys.Where(key => key.Action.Length > 0).ToArray();
        foreach (var life in panel.Take(10))
        {
            var without = Fold(panel.Where(other => other != life));
            foreach (var key in actions.Where(key => IsSmall(fold, key)))
            {
                var (ours, theirs) = (fold.PriorWithout(key.Context, key.Set, key.Action, NameOf(life), cap), without.Prior(key.Context, key.Set, key.Action));
                Assert.Equal(theirs.Beta.Alpha, ours.Beta.Alpha, 1e-6);
                Assert.Equal(theirs.Beta.Beta, ours.Beta.Beta, 1e-6);
                Assert.Equal(theirs.Gaussian.Mu, ours.Gaussian.Mu, 1e-9);
                changed += Math.Abs(ours.Beta.Mean - fold.Prior(key.Context, key.Set, key.Action).Beta.Mean) > 1e-9 ? 1 : 0;
            }
        }

        Assert.True(changed > 20, $"{changed} priors differ without the user");
        Assert.All(actions, key => Assert.Equal(fold.Prior(key.Context, key.Set, key.Action), fold.PriorWithout(key.Context, key.Set, key.Action, NameOf(town.Value.Lives.Values.Last()), cap)));
    }

    static CohortSnapshot Fold(IEnumerable<SomeLife> panel) => town.Value.FoldOf(program, Cohort, panel);

    static ulong NameOf(SomeLife life) => Core.Canonical.StableHash.Of(ControlRecord.NameOf(life.State));

    // All levels of the cell are small: a larger one keeps the user, whose counts hardly matter there.
    static bool IsSmall(CohortSnapshot fold, EvidenceKey key) =>
        fold.SmallCells.ContainsKey(key) && fold.SmallCells.ContainsKey(key with { Action = "" }) && fold.SmallCells.ContainsKey(new(key.Program, "", key.Set, ""));

    [Fact]
    public void Small_cells_survive_storage_and_an_older_fold_is_still_read()
    {
        var read = CohortCodec.Unpack(CohortCodec.Pack(Cohort));
        Assert.True(Cohort.SmallCells.Count > 10 && Cohort.SmallCells.Count <= Cohort.Priors.Count);
        Assert.Equal(Cohort.SmallCells.Keys.Order(), read.SmallCells.Keys.Order());
        Assert.All(Cohort.SmallCells, cell => Assert.Equal(cell.Value.AsEnumerable(), read.SmallCells[cell.Key].AsEnumerable()));
        var older = CohortCodec.Pack(CohortSnapshot.None("basket"));
        older[0] = 1;
        Assert.Empty(CohortCodec.Unpack(older).SmallCells);
    }

    /// <summary>Messages do nothing in this town: users whose agents learn do as much as users whose messages are drawn uniformly.</summary>
    [Fact]
    public void In_a_town_without_effects_agentic_equals_random()
    {
        var level = new ConfidenceLevel(0.9999);
        var arms = town.Value.Lives.Values.GroupBy(life => life.Rules.Programs[0].ArmOf(life.State.Id))
            .ToDictionary(group => group.Key, group => Moments.Of([.. group.Select(life => (double)life.State.Counters.Events)]));
        var difference = Assert.IsType<Estimate.Known>(DifferenceOfMeans.Welch(arms[Arms.Agentic], arms[Arms.Random], level));
        Assert.InRange(0, difference.Low, difference.High);
        var effects = new[] { Arms.Agentic, Arms.Random }.Select(arm =>
            Assert.IsType<Estimate.Known>(BlockedMean.Of([.. Cohort.Blocks.Where(block => block.Arm == arm && block.Send).Select(block => block.Effects)], level)));
        Assert.All(effects, mean => Assert.InRange(0, mean.Low, mean.High));
    }

    [Fact]
    public void What_is_not_identified_teaches_nothing_and_has_no_number()
    {
        var receipts = town.Value.Lives.Values.SelectMany(life => life.Effects).Select(effect => System.Text.Json.Nodes.JsonNode.Parse(effect.Receipt)!).ToArray();
        var unknown = receipts.Where(receipt => (string?)receipt["state"] == "notIdentified").ToArray();
        Assert.True(unknown.Length > 20 && receipts.Length > unknown.Length + 20, $"{unknown.Length} of {receipts.Length}");
        Assert.All(unknown, receipt =>
        {
            Assert.Null(receipt["deltaY"]);
            Assert.Null(receipt["success"]);
            Assert.Empty(receipt["credited"]!.AsArray());
        });
    }
}
