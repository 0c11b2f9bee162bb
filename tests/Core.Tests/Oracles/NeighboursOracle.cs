using Aampe.Agents.Core.Effects;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>Reference neighbours.json: numpy, all distances sorted. Tolerance 1e-9 relative, 1e-12 absolute; the neighbours exact.</summary>
public class NeighboursOracle
{
    const double Relative = 1e-9, Absolute = 1e-12;

    public static TheoryData<string> Ids => ReferenceFile.Cases("neighbours");

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_case_agrees(string id)
    {
        var one = ReferenceFile.Case("neighbours", id);
        var (input, expected) = (one.GetProperty("input"), one.GetProperty("expected"));
        var target = input.GetProperty("target").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        var pool = input.GetProperty("pool").EnumerateArray().ToArray();
        var rows = pool.SelectMany(user => user.GetProperty("features").EnumerateArray()).Select(value => value.GetDouble()).ToArray();
        var ties = Enumerable.Range(0, pool.Length).Select(i => (ulong)i).ToArray();

        var ours = FeatureSpace.Nearest(target, rows, ties, [], input.GetProperty("k").GetInt32(), skip: 0);

        Assert.Equal(expected.GetProperty("nearest").EnumerateArray().Select(user => user.GetString()), ours.Select(near => pool[near.Index].GetProperty("id").GetString()));
        Assert.All(expected.GetProperty("distances").EnumerateArray().Zip(ours), pair => ReferenceFile.Close(pair.First, pair.Second.Distance, Relative, Absolute, "distance"));
        Assert.All(
            expected.GetProperty("standardDeviations").EnumerateArray().Zip(FeatureSpace.StandardDeviations(rows, target.Length)),
            pair => ReferenceFile.Close(pair.First, pair.Second, Relative, Absolute, "standard deviation"));
        ReferenceFile.Close(expected.GetProperty("radius"), ours[^1].Distance, Relative, Absolute, "radius");
    }
}
