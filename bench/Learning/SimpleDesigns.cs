using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>Every message and none equally likely: score 0.</summary>
sealed class RandomDesign(Host host, double sendShare) : Design("random")
{
    public override void Decide(int day, Sends sends) => Users.Each(host.Users, (u, random) => RandomMessage.Choose(host, u, day, sends, random, sendShare));
}

static class RandomMessage
{
    public static void Choose(Host host, int user, int day, Sends sends, FastRandom random, double sendShare)
    {
        random.Restart((ulong)host.Seed, 20_000 + (ulong)day, (ulong)user);
        if (host.IsControl(user) || random.NextDouble() >= sendShare)
        {
            sends.Hold(user);
            return;
        }

        Span<byte> actions = stackalloc byte[host.Sets.Length];
        for (var s = 0; s < actions.Length; s++)
        {
            actions[s] = (byte)random.Next(host.Sets[s]);
        }

        sends.Send(user, actions);
    }
}

/// <summary>A marketer's sequence: the same messages for everybody, Monday, Wednesday and Friday, the actions in turn.</summary>
sealed class RulesDesign(Host host) : Design("rules")
{
    public override void Decide(int day, Sends sends)
    {
        var actions = new byte[host.Sets.Length];
        for (var s = 0; s < actions.Length; s++)
        {
            actions[s] = (byte)(day / 2 % host.Sets[s]);
        }

        Users.Each(host.Users, (u, _) =>
        {
            if (host.IsControl(u) || (host.HistoryDays + day) % 7 is not (0 or 2 or 4))
            {
                sends.Hold(u);
            }
            else
            {
                sends.Send(u, actions);
            }
        });
    }
}

/// <summary>Chooses by the true effects, at a price of load: nobody can do better message by message.</summary>
sealed class OracleDesign(Host host, Population population, Life life, double price, bool perUser) : Design(perUser ? "oracle" : "best single message")
{
    public override void Decide(int day, Sends sends)
    {
        var common = new double[population.Stride];
        if (!perUser)
        {
            for (var u = 0; u < host.Users; u++)
            {
                var own = life.TastesOf(u);
                for (var i = 0; i < common.Length; i++)
                {
                    common[i] += own[i] / host.Users;
                }
            }
        }

        Users.Each(host.Users, (u, _) =>
        {
            if (host.IsControl(u))
            {
                sends.Hold(u);
                return;
            }

            var own = life.TastesOf(u);
            Span<byte> actions = stackalloc byte[host.Sets.Length];
            var (value, place) = (perUser ? own[0] : common[0], 1);
            var tired = perUser ? own[^1] : common[^1];
            for (var s = 0; s < actions.Length; s++)
            {
                var best = double.NegativeInfinity;
                for (var a = 0; a < host.Sets[s]; a++, place++)
                {
                    var one = perUser ? own[place] : common[place];
                    if (one > best)
                    {
                        (best, actions[s]) = (one, (byte)a);
                    }
                }

                value += best;
            }

            if (value - tired * life.LoadOf(u) > price * tired)
            {
                sends.Send(u, actions);
            }
            else
            {
                sends.Hold(u);
            }
        });
    }
}
