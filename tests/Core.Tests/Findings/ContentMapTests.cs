using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Tests.Agents;

namespace Aampe.Agents.Core.Tests.Findings;

public sealed class ContentMapTests
{
    static readonly ProgramDefinition Program = SomeProgram.Of().OnlyOver("push") with
    {
        Messages = [.. SomeProgram.Of().OnlyOver("push").Messages.Where(message => message.Id != "push-warm-discount")],
    };

    static ActionSet Set(string id) => Program.Sets.First(set => set.Id == id);

    static ProgramFindings Findings(double effects = 4_000) => new()
    {
        Program = "basket",
        ProgramVersion = 3,
        AsOf = SomeLife.Monday.UnixMilliseconds,
        Panel = 500,
        Model = "gaussian",
        Actions =
        [
            new("", "tone", "warm", 300, effects / 2, 0.30, 0.0004), new("", "tone", "plain", 300, effects / 2, 0.20, 0.0004),
            new("", "offer", "none", 200, effects / 3, 0.10, 0.0006), new("", "offer", "free_delivery", 200, effects / 3, 0.15, 0.0006), new("", "offer", "discount", 200, effects / 3, 0.40, 0.0006),
        ],
    };

    [Fact]
    public void Cells_are_counted_and_one_set_makes_a_bar()
    {
        var map = ContentMap.Of(Program, Set("tone"), Set("offer"), "", "", null, (_, _) => null);

        Assert.Equal(6, map.Length);
        Assert.Equal(["warm/discount"], map.Where(cell => cell.Messages == 0).Select(cell => $"{cell.Row}/{cell.Column}"));
        Assert.Equal([2, 3], ContentMap.Of(Program, Set("tone"), null, "", "", null, (_, _) => null).Select(cell => cell.Messages));
        Assert.All(ContentMap.Of(Program, Set("tone"), Set("offer"), "email", "", null, (_, _) => null), cell => Assert.Equal(0, cell.Messages));
    }

    /// <summary>Nearest to warm × discount: plain × discount (a tone away, 0.1 less) and warm × other offers (0.25 or more less); agents take the first.</summary>
    [Fact]
    public void A_gap_is_worth_what_the_pair_has_over_the_nearest_message_of_the_largest_value()
    {
        var gap = ContentMap.Of(Program, Set("tone"), Set("offer"), "", "", Findings(), (_, _) => 210).Single(cell => cell.Messages == 0).Gap!;

        Assert.Equal("push-plain-discount", gap.Instead);
        Assert.Equal(0.1, gap.PerDecision.Value, 1e-12);
        Assert.Equal(Math.Sqrt(0.0008), gap.PerDecision.StandardError, 1e-12);
        Assert.Equal(21, gap.PerWeek!.Value, 1e-9);
    }

    [Fact]
    public void Below_a_thousand_effects_a_gap_has_no_value() =>
        Assert.Null(ContentMap.Of(Program, Set("tone"), Set("offer"), "", "", Findings(900), (_, _) => 210).Single(cell => cell.Messages == 0).Gap);

    /// <summary>U14: 20,000 decisions draw a pair uniformly and take the nearest message, first with the gap and then with it filled; truth lies at the findings' means.</summary>
    [Fact]
    public void Filling_the_gap_raises_the_value_by_what_was_stated()
    {
        var findings = Findings();
        var random = new SeededRandom("gap");
        string[] tones = ["warm", "plain"], offers = ["none", "free_delivery", "discount"];
        double Value(string tone, string offer) => findings.Of("tone", tone)!.Mean + findings.Of("offer", offer)!.Mean;
        (string, string)[] catalogue = [.. Program.Messages.Select(message => (message.Labels["tone"], message.Labels["offer"]))];
        (string, string)[] filled = [.. catalogue, ("warm", "discount")];
        var (before, after, drawn) = (0.0, 0.0, 0);
        const int decisions = 20_000;
        for (var i = 0; i < decisions; i++)
        {
            var pair = (Tone: tones[random.Next(2)], Offer: offers[random.Next(3)]);
            drawn += pair == ("warm", "discount") ? 1 : 0;
            (string Tone, string Offer) Nearest((string Tone, string Offer)[] of) => of.OrderBy(one => (one.Tone != pair.Tone ? 1 : 0) + (one.Offer != pair.Offer ? 1 : 0)).ThenByDescending(one => Value(one.Tone, one.Offer)).First();
            var noise = Draw.Normal(random);
            before += Value(Nearest(catalogue).Tone, Nearest(catalogue).Offer) + noise;
            after += Value(Nearest(filled).Tone, Nearest(filled).Offer) + noise;
        }

        var gap = ContentMap.Of(Program, Set("tone"), Set("offer"), "", "", findings, (_, _) => drawn).Single(cell => cell.Messages == 0).Gap!;
        Assert.InRange(after - before, drawn * gap.PerDecision.Low, drawn * gap.PerDecision.High);
        Assert.Equal(gap.PerWeek!.Value, after - before, 1e-6);
        Assert.InRange(drawn, decisions / 6 * 0.9, decisions / 6 * 1.1);
    }
}
