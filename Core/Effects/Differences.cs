using System.Collections.Immutable;
using Aampe.Agents.Core.Outcomes;

namespace Aampe.Agents.Core.Effects;

/// <summary>Differences post − pre of the controls used, with their weights; in the order they were added.</summary>
sealed class Differences(int capacity)
{
    readonly double[] values = new double[capacity];
    double pre, post, weighted, squares;

    public int Count { get; private set; }

    public double TotalWeight { get; private set; }

    public double MeanPre => pre / TotalWeight;

    public double MeanPost => post / TotalWeight;

    /// <summary>Σ q_c·ΔY^c with Σ q_c = 1.</summary>
    public double Mean => weighted / TotalWeight;

    /// <summary>Σ q_c²; 1/k for equal weights.</summary>
    public double SquaredWeights => squares / (TotalWeight * TotalWeight);

    /// <summary>s_C² around the plain mean, divisor k − 1: each difference is one draw of the same noise, whatever its weight. Null for k = 1.</summary>
    public double? Variance
    {
        get
        {
            if (Count < 2)
            {
                return null;
            }

            double sum = 0, deviations = 0;
            for (var i = 0; i < Count; i++)
            {
                sum += values[i];
            }

            var mean = sum / Count;
            for (var i = 0; i < Count; i++)
            {
                deviations += (values[i] - mean) * (values[i] - mean);
            }

            return deviations / (Count - 1);
        }
    }

    public void Add((Outcome Pre, Outcome Post) outcomes, double weight)
    {
        Require.NotNegative(weight);
        var difference = outcomes.Post.Value - outcomes.Pre.Value;
        values[Count++] = difference;
        TotalWeight += weight;
        squares += weight * weight;
        pre += weight * outcomes.Pre.Value;
        post += weight * outcomes.Post.Value;
        weighted += weight * difference;
    }

    public ImmutableArray<double> ToArray() => ImmutableArray.Create(values, 0, Count);
}
