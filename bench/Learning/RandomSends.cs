using Aampe.Agents.Core.Populations;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>What chance sent in the random days, and what came of it.</summary>
sealed class RandomSends(Host host, JointOptions options)
{
    readonly double[] shares = Life.SharesOf(options.HalfLifeHours);
    readonly double kept = Math.Pow(2, -1 / options.LoadHalfLifeDays);
    readonly List<(bool[] Sent, byte[] Actions, float[] Surprise, float[] Variance)> days = [];

    public void Add(Sends sends, ReadOnlySpan<double> surprise, ReadOnlySpan<double> variance)
    {
        var (sent, actions, surprises, variances) = (new bool[host.Users], new byte[host.Users * host.Sets.Length], new float[host.Users], new float[host.Users]);
        for (var u = 0; u < host.Users; u++)
        {
            sent[u] = sends.IsSent(u);
            sends.ActionsOf(u).CopyTo(actions.AsSpan(u * host.Sets.Length));
            surprises[u] = (float)surprise[u];
            variances[u] = (float)variance[u];
        }

        days.Add((sent, actions, surprises, variances));
    }

    /// <summary>Adds a user's days to the choice.</summary>
    /// <param name="user">The user.</param>
    /// <param name="effects">For each outcome what it takes this user's effects to be, in goals.</param>
    /// <param name="layout">Coefficients.</param>
    /// <param name="choice">Where they go.</param>
    public void Judge(int user, double[][] effects, EffectLayout layout, OutcomeChoice choice)
    {
        var rows = new double[days.Count, layout.Dimension];
        Span<double> row = stackalloc double[layout.Dimension];
        Span<double> predicted = stackalloc double[effects.Length];
        var load = 0.0;
        for (var d = 0; d < days.Count; d++)
        {
            row.Clear();
            RandomDecision.AddCentred(layout, row, days[d].Sent[user] ? days[d].Actions.AsSpan(user * host.Sets.Length, host.Sets.Length) : [], new ExplorationOptions().UniformSends, 1, load);
            load = kept * (load + (days[d].Sent[user] ? 1 : 0));
            predicted.Clear();
            for (var i = 0; i < row.Length; i++)
            {
                rows[d, i] = row[i];
                var today = 0.0;
                for (var age = 0; age < shares.Length && age <= d; age++)
                {
                    today += shares[age] * rows[d - age, i];
                }

                for (var j = 0; j < effects.Length; j++)
                {
                    predicted[j] += today * effects[j][i];
                }
            }

            choice.Add(days[d].Surprise[user], days[d].Variance[user], predicted);
        }
    }
}
