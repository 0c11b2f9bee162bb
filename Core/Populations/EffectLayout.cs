using System.Collections.Immutable;
using System.Runtime.Intrinsics;

namespace Aampe.Agents.Core.Populations;

/// <summary>
/// Coefficients of the joint effect model: the value of any message, orthonormal contrasts within each set, the price of recent sends, and a
/// correction of the user's baseline. m actions of a set take m − 1 coefficients, so nothing is collinear and no action is a reference.
/// </summary>
/// <remarks>docs/method.md §7a. Helmert's contrasts: equal, independent spreads of actions stay equal and independent.</remarks>
public sealed class EffectLayout
{
    /// <summary>Stands for an action that is not known or not of the set: such a message counts as the set's average.</summary>
    public const byte Unknown = byte.MaxValue;

    readonly int[] offsets;
    readonly double[][][] contrasts;

    /// <summary>Lays out the coefficients of sets.</summary>
    /// <param name="sets">Number of actions of each set, 1 to 255.</param>
    public EffectLayout(ImmutableArray<int> sets)
    {
        Sets = sets;
        offsets = new int[sets.Length];
        contrasts = new double[sets.Length][][];
        var place = 1;
        for (var s = 0; s < sets.Length; s++)
        {
            offsets[s] = place;
            contrasts[s] = Helmert((int)Require.Between(sets[s], 1, Unknown));
            place += sets[s] - 1;
        }

        Fatigue = place;
        Correction = place + 1;
        Dimension = place + 2;
    }

    /// <summary>Number of actions of each set.</summary>
    public ImmutableArray<int> Sets { get; }

    /// <summary>P, number of coefficients.</summary>
    public int Dimension { get; }

    /// <summary>Place of the value that any message has: 0.</summary>
    public int Message { get; }

    /// <summary>Place of what one unit of load takes from a message, as a coefficient of −load.</summary>
    public int Fatigue { get; }

    /// <summary>Place of the relative error of the user's baseline.</summary>
    public int Correction { get; }

    /// <summary>Adds a message to a row.</summary>
    /// <param name="row">P numbers.</param>
    /// <param name="actions">Index of the action in each set, or <see cref="Unknown"/>.</param>
    /// <param name="share">Share of the message's effect that falls into the row's window, 0 to 1.</param>
    /// <param name="load">Recent sends at the time of this one, each decayed; ≥ 0.</param>
    public void AddMessage(Span<double> row, ReadOnlySpan<byte> actions, double share, double load)
    {
        row[Message] += share;
        row[Fatigue] -= share * load;
        for (var s = 0; s < contrasts.Length; s++)
        {
            if (actions[s] == Unknown)
            {
                continue;
            }

            var of = contrasts[s][actions[s]];
            for (var i = 0; i < of.Length; i++)
            {
                row[offsets[s] + i] += share * of[i];
            }
        }
    }

    /// <summary>Difference of an action from the mean of its set under the coefficients given.</summary>
    public double ActionValue(ReadOnlySpan<double> theta, int set, int action)
    {
        var of = contrasts[set][action];
        var sum = 0.0;
        for (var i = 0; i < of.Length; i++)
        {
            sum += of[i] * theta[offsets[set] + i];
        }

        return sum;
    }

    /// <summary>The same under several coefficients side by side.</summary>
    internal Vector256<double> ActionValue(ReadOnlySpan<Vector256<double>> theta, int set, int action)
    {
        var of = contrasts[set][action];
        var sum = Vector256<double>.Zero;
        for (var i = 0; i < of.Length; i++)
        {
            sum += Vector256.Create(of[i]) * theta[offsets[set] + i];
        }

        return sum;
    }

    /// <summary>Row of an action alone: its contrasts, all else 0.</summary>
    public double[] ActionRow(int set, int action)
    {
        var row = new double[Dimension];
        contrasts[set][action].CopyTo(row, offsets[set]);
        return row;
    }

    /// <summary>Coefficients that give each action the value stated, up to the set's mean, which goes to the message.</summary>
    /// <param name="message">Value of any message.</param>
    /// <param name="actions">Value of each action of each set.</param>
    /// <param name="fatigue">What one unit of load takes.</param>
    public double[] Coefficients(double message, IReadOnlyList<double[]> actions, double fatigue)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var theta = new double[Dimension];
        theta[Message] = message;
        theta[Fatigue] = fatigue;
        for (var s = 0; s < contrasts.Length; s++)
        {
            theta[Message] += actions[s].Average();
            for (var a = 0; a < actions[s].Length; a++)
            {
                for (var i = 0; i < contrasts[s][a].Length; i++)
                {
                    theta[offsets[s] + i] += contrasts[s][a][i] * actions[s][a];
                }
            }
        }

        return theta;
    }

    // Row j, column i − 1: an orthonormal basis of the vectors that sum to 0.
    static double[][] Helmert(int actions)
    {
        var table = new double[actions][];
        for (var j = 0; j < actions; j++)
        {
            table[j] = new double[actions - 1];
            for (var i = 1; i < actions; i++)
            {
                table[j][i - 1] = (j < i ? -1 : j == i ? i : 0) / Math.Sqrt(i * (i + 1.0));
            }
        }

        return table;
    }
}
