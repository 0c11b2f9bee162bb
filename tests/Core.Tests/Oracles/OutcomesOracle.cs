using Aampe.Agents.Core.Outcomes;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>Reference outcomes.json: numpy direct sums, window mass by adaptive quadrature. Tolerance 1e-9 relative, 1e-12 absolute.</summary>
public class OutcomesOracle
{
    const double Relative = 1e-9, Absolute = 1e-12;

    public static TheoryData<string> Ids => ReferenceFile.Cases("outcomes");

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_case_agrees(string id)
    {
        var one = ReferenceFile.Case("outcomes", id);
        var (input, expected) = (one.GetProperty("input"), one.GetProperty("expected"));
        var (tInt, length, halfLife) = (EffectCase.At(input, "tInt"), EffectCase.Span(input, "tDelta"), EffectCase.HalfLife(input));
        var events = EffectCase.Events(input.GetProperty("events"), EffectCase.Weights(input));
        var windows = Window.Around(tInt, length);
        var direct = (Pre: Outcome.Measure(events, windows.Pre, tInt, halfLife), Post: Outcome.Measure(events, windows.Post, tInt, halfLife));
        foreach (var (pre, post) in new[] { direct, new DecayedSums(events, halfLife).Around(tInt, length) })
        {
            ReferenceFile.Close(expected.GetProperty("pre"), pre.Value, Relative, Absolute, "pre");
            ReferenceFile.Close(expected.GetProperty("post"), post.Value, Relative, Absolute, "post");
            Assert.Equal(expected.GetProperty("preCount").GetInt32(), pre.EventCount);
            Assert.Equal(expected.GetProperty("postCount").GetInt32(), post.EventCount);
        }

        ReferenceFile.Close(expected.GetProperty("windowMassMs"), Outcome.WindowMass(halfLife, length).TotalMilliseconds, Relative, Absolute, "window mass");
    }
}
