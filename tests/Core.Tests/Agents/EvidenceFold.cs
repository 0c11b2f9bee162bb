using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>The posteriors' evidence made anew from the receipts alone, with the formula of the method written out again.</summary>
static class EvidenceFold
{
    public static void Agrees(SomeLife life)
    {
        var folded = new Dictionary<EvidenceKey, (double S, double F, int Trials, Instant At)>();
        foreach (var effect in life.Effects)
        {
            var receipt = JsonNode.Parse(effect.Receipt)!;
            if (receipt["credited"]!.AsArray().Count == 0)
            {
                continue;
            }

            var record = life.RecordOf(effect.DecisionId);
            var b = receipt["success"]!.GetValue<double>();
            foreach (var credit in receipt["credited"]!.AsArray())
            {
                var key = new EvidenceKey(effect.Program, record["context"]!.GetValue<string>(), credit!["set"]!.GetValue<string>(), credit["action"]!.GetValue<string>());
                var (s, f, trials, at) = folded.GetValueOrDefault(key, (0, 0, 0, effect.At));
                var kept = Math.Pow(2, -(effect.At - at).TotalDays / 30);
                Assert.Equal(s * kept, credit["before"]![0]!.GetValue<double>(), 1e-9);
                Assert.Equal(f * kept, credit["before"]![1]!.GetValue<double>(), 1e-9);
                folded[key] = (s * kept + b, f * kept + 1 - b, trials + 1, effect.At);
                Assert.Equal(folded[key].S, credit["after"]![0]!.GetValue<double>(), 1e-9);
                Assert.Equal(folded[key].F, credit["after"]![1]!.GetValue<double>(), 1e-9);
            }
        }

        Assert.Equal(folded.Keys.Order(), life.State.Evidence.Keys);
        foreach (var (key, (s, f, trials, at)) in folded)
        {
            Evidence own = life.State.Evidence[key];
            Assert.Equal((s, f), (own.Successes, own.Failures), Nearly);
            Assert.Equal((trials, at), (own.Trials, own.LastAt));
        }
    }

    static bool Nearly((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9;
}
