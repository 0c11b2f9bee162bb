using System.Text.Json;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>Reference effects.json: plain sums in numpy. Tolerance 1e-9 relative, 1e-12 absolute; every field of every case is compared.</summary>
public class EffectsOracle
{
    const double Relative = 1e-9, Absolute = 1e-12;

    public static TheoryData<string> Ids => ReferenceFile.Cases("effects");

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_case_agrees(string id)
    {
        var (input, expected) = Case(id);
        var effect = Effect.Measure(EffectCase.At(input, "tInt"), Treated(input), Controls(input), EffectCase.Number(input, "stratumVariance"), Options(input), weightsVersion: 1);
        if (effect is Effect.NotIdentified not)
        {
            Assert.Equal("NotIdentified", expected.GetProperty("status").GetString());
            Assert.Equal(expected.GetProperty("reason").GetString(), not.Why.ToString());
            return;
        }

        var identified = Assert.IsType<Effect.Identified>(effect);
        AgreesOnTreated(expected, identified);
        AgreesOnControls(expected, identified);
        AgreesOnEffect(expected, identified);
        AgreesOnSuccess(expected.GetProperty("binary"), identified);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_same_length_and_the_same_controls_are_dropped(string id)
    {
        var (input, expected) = Case(id);
        var tInt = EffectCase.At(input, "tInt");
        var others = Treated(input).Interventions.Remove(tInt);
        Instant? previous = others.Any(at => at < tInt) ? others.Last(at => at < tInt) : null;
        Instant? next = others.Any(at => at > tInt) ? others.First(at => at > tInt) : null;
        var length = WindowLength.Of(tInt, previous, next, Options(input), out _);
        Assert.Equal(Reason(expected) == "Overlap" ? null : EffectCase.Span(expected, "windowLength"), length);
        if (expected.TryGetProperty("droppedControls", out var dropped))
        {
            Assert.Equal(
                dropped.EnumerateArray().Select(control => control.GetString()),
                Controls(input).Where(control => !ControlGroup.IsEligible(control, tInt, Options(input))).Select(control => control.Id));
        }
    }

    static void AgreesOnTreated(JsonElement expected, Effect.Identified effect)
    {
        Close(expected, "treatedPre", effect.Pre.Value);
        Close(expected, "treatedPost", effect.Post.Value);
        Close(expected, "treatedDifference", effect.TreatedDifference);
        Assert.Equal(expected.GetProperty("treatedPreCount").GetInt32(), effect.Pre.EventCount);
        Assert.Equal(expected.GetProperty("treatedPostCount").GetInt32(), effect.Post.EventCount);
        Assert.Equal(EffectCase.Span(expected, "windowLength"), effect.Length);
        Assert.Equal(expected.GetProperty("carryOver").GetBoolean(), effect.CarryOver);
    }

    static void AgreesOnControls(JsonElement expected, Effect.Identified effect)
    {
        Assert.Equal(expected.GetProperty("status").GetString(), effect.BySelf ? "IdentifiedBySelf" : "IdentifiedByControls");
        Assert.Equal(expected.GetProperty("k").GetInt32(), effect.Controls);
        var differences = expected.GetProperty(effect.BySelf ? "selfDifferences" : "controlDifferences").EnumerateArray().ToArray();
        Assert.Equal(differences.Length, effect.ControlDifferences.Length);
        for (var i = 0; i < differences.Length; i++)
        {
            ReferenceFile.Close(differences[i], effect.ControlDifferences[i], Relative, Absolute, $"difference {i}");
        }

        Close(expected, "controlMean", effect.ControlMean);
        Close(expected, "controlVariance", effect.ControlVariance);
        Assert.Equal(effect.ControlMean, effect.ControlPost - effect.ControlPre, 1e-12);
    }

    static void AgreesOnEffect(JsonElement expected, Effect.Identified effect)
    {
        Close(expected, "effect", effect.Value);
        Close(expected, "variance", effect.Variance);
        Close(expected, "pooledVariance", effect.Variance / (1 + 1.0 / effect.Controls));
    }

    static void AgreesOnSuccess(JsonElement expected, Effect.Identified effect)
    {
        Close(expected, "zero", Success.Of(effect, Threshold.Zero));
        Close(expected, "controlMedian", Success.Of(effect, Threshold.ControlMedian));
        Close(expected, "standardError1", Success.Of(effect, Threshold.StandardError));
        Close(expected, "placeboRank", Success.Of(effect, Threshold.PlaceboRank));
    }

    static (JsonElement Input, JsonElement Expected) Case(string id) =>
        ReferenceFile.Case("effects", id) is var one ? (one.GetProperty("input"), one.GetProperty("expected")) : default;

    static string? Reason(JsonElement expected) => expected.TryGetProperty("reason", out var reason) ? reason.GetString() : null;

    static void Close(JsonElement expected, string name, double? ours) =>
        ReferenceFile.Close(expected.GetProperty(name), ours, Relative, Absolute, name);

    static EffectOptions Options(JsonElement input) => new()
    {
        Window = EffectCase.Span(input, "tDelta"),
        HalfLife = EffectCase.HalfLife(input),
        FewestNeighbours = input.GetProperty("kMin").GetInt32(),
        ShortestWindow = EffectCase.Span(input, "lMin"),
    };

    static TreatedUser Treated(JsonElement input) => EffectCase.Treated(input.GetProperty("treated"), EffectCase.Weights(input));

    static ControlUser[] Controls(JsonElement input) =>
        [.. input.GetProperty("controls").EnumerateArray().Select((control, i) => EffectCase.Control(control, EffectCase.Weights(input), (ulong)i + 1))];
}
