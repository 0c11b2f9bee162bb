using System.Text.Json;
using Aampe.Agents.Core.Effects;

namespace Aampe.Agents.Core.Tests.Oracles;

/// <summary>Reference least-squares.json: exact fractions, each user left out by fitting anew. Tolerance 1e-9 relative and absolute.</summary>
public class LeastSquaresOracle
{
    const double Tolerance = 1e-9;

    public static TheoryData<string> Ids => ReferenceFile.Cases("least-squares");

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_case_agrees(string id)
    {
        var one = ReferenceFile.Case("least-squares", id);
        var (input, expected) = (one.GetProperty("input"), one.GetProperty("expected"));
        var rows = input.GetProperty("rows").EnumerateArray().Select(Numbers).ToArray();
        var (outcomes, target) = (Numbers(input.GetProperty("outcomes")), Numbers(input.GetProperty("target")));

        var fit = LeastSquares.Fit([.. rows.SelectMany(row => row)], outcomes, target.Length)!;

        Assert.Equal(expected.GetProperty("covariates").GetInt32(), fit.Covariates);
        Close(expected.GetProperty("predicted"), fit.Predict(target), "predicted");
        Close(expected.GetProperty("leverage"), fit.Leverage(target), "leverage");
        foreach (var (row, i) in rows.Select((row, i) => (row, i)))
        {
            Close(expected.GetProperty("fitted")[i], fit.Predict(row), $"fitted {i}");
            Close(expected.GetProperty("leverages")[i], fit.Leverage(row), $"leverage {i}");
            Close(expected.GetProperty("leftOut")[i], (outcomes[i] - fit.Predict(row)) / (1 - fit.Leverage(row)), $"left out {i}");
        }
    }

    static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    static void Close(JsonElement expected, double ours, string what) => ReferenceFile.Close(expected, ours, Tolerance, Tolerance, what);
}
