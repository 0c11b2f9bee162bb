using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>
/// The paper's plain design: an independent Beta belief for each action of each set and for sending, its prior from the cohort; the outcome of a
/// message is 1 when the day's visits rose against the day before by more than the control group's did. Thompson sampling on every decision.
/// </summary>
sealed class PlainDesign(Host host) : Design("plain (Beta)")
{
    readonly int[] first = [.. host.Sets.Select((_, s) => 2 + host.Sets.Take(s).Sum())];
    readonly BetaPosterior[] priors = [.. Enumerable.Repeat(new BetaPosterior(1, 1), 2 + host.Sets.Sum())];

    int[] evidence = [];
    int[] yesterday = [];

    int Arms => priors.Length;

    public override int BytesPerAgent => 2 * sizeof(float) * Arms;

    public override void Begin()
    {
        // For each user and arm: successes, failures. Arm 0 holds, arm 1 sends.
        evidence = new int[host.Users * Arms * 2];
        yesterday = [.. Enumerable.Range(0, host.Users).Select(u => host.History.VisitsOn(u, host.HistoryDays - 1))];
    }

    public override void Decide(int day, Sends sends) => Users.Each(host.Users, (u, random) =>
    {
        random.Restart((ulong)host.Seed, 60_000 + (ulong)day, (ulong)u);
        if (host.IsControl(u) || Draw(u, 0, random) > Draw(u, 1, random))
        {
            sends.Hold(u);
            return;
        }

        Span<byte> actions = stackalloc byte[host.Sets.Length];
        for (var s = 0; s < actions.Length; s++)
        {
            var best = double.NegativeInfinity;
            for (var a = 0; a < host.Sets[s]; a++)
            {
                var draw = Draw(u, first[s] + a, random);
                if (draw > best)
                {
                    (best, actions[s]) = (draw, (byte)a);
                }
            }
        }

        sends.Send(u, actions);
    });

    public override void Observe(int day, Sends sends, DayCounts[] counts)
    {
        var (rise, controls) = (0.0, 0);
        for (var u = 0; u < host.Users; u++)
        {
            if (host.IsControl(u))
            {
                rise += counts[u].Visits - yesterday[u];
                controls++;
            }
        }

        rise /= Math.Max(1, controls);
        Users.Each(host.Users, (u, _) =>
        {
            var miss = counts[u].Visits > 0 && counts[u].Visits - yesterday[u] > rise ? 0 : 1;
            evidence[2 * (u * Arms + (sends.IsSent(u) ? 1 : 0)) + miss]++;
            if (sends.IsSent(u))
            {
                var actions = sends.ActionsOf(u);
                for (var s = 0; s < actions.Length; s++)
                {
                    evidence[2 * (u * Arms + first[s] + actions[s]) + miss]++;
                }
            }

            yesterday[u] = counts[u].Visits;
        });
        for (var arm = 0; arm < Arms; arm++)
        {
            var cohort = new SuccessHistogram();
            for (var u = 0; u < host.Users; u += Math.Max(1, host.Users / 4096))
            {
                var (s, f) = (evidence[2 * (u * Arms + arm)], evidence[2 * (u * Arms + arm) + 1]);
                if (s + f > 0 && !host.IsControl(u))
                {
                    cohort.Add(s, s + f);
                }
            }

            priors[arm] = EmpiricalBayes.Fit(cohort, new BetaPosterior(1, 1)).Prior;
        }
    }

    double Draw(int user, int arm, FastRandom random)
    {
        var at = 2 * (user * Arms + arm);
        return Core.Randomness.Draw.Beta(random, priors[arm].Alpha + evidence[at], priors[arm].Beta + evidence[at + 1]);
    }
}
