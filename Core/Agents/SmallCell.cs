using System.Collections.Concurrent;
using System.Collections.Immutable;
using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// A small cell of a fold, ready to be fitted without any one of its members. Successes and trials are few small numbers, so many members leave the same
/// cell behind: each is fitted once.
/// </summary>
internal sealed class SmallCell
{
    // Pairs of a cell of some 200 users, by as many parents as members of the wider cells leave behind; more than this is not kept.
    const int MostFits = 4_096;

    readonly ImmutableArray<CellMember> members;
    // What an agent gave to the cell: wins and trials of each of its actions in turn, as a wider cell has several of one agent.
    readonly Dictionary<ulong, string> given;
    readonly (int Wins, int Trials, int Users)[] pairs;
    readonly ConcurrentDictionary<(string Without, BetaPosterior Parent, double Cap), BetaPrior> fits = new();

    public SmallCell(ImmutableArray<CellMember> members)
    {
        this.members = members;
        given = members.GroupBy(member => member.Agent).ToDictionary(
            group => group.Key,
            group => string.Concat(group.OrderBy(member => member.Trials).ThenBy(member => member.Wins).Select(member => $"{(char)member.Wins}{(char)member.Trials}")));
        pairs = [.. members.GroupBy(member => (member.Wins, member.Trials)).Select(group => (group.Key.Wins, group.Key.Trials, group.Count()))];
    }

    public bool Has(ulong agent) => given.ContainsKey(agent);

    /// <summary>How many others there are.</summary>
    public int UsersWithout(ulong agent) => members.Length - GivenBy(agent).Length / 2;

    /// <summary>The Beta prior of the others.</summary>
    public BetaPrior BetaWithout(ulong agent, BetaPosterior parent, double strengthCap)
    {
        var without = GivenBy(agent);
        var key = (without, parent, strengthCap);
        if (fits.TryGetValue(key, out var known))
        {
            return known;
        }

        var others = ((int Wins, int Trials, int Users)[])pairs.Clone();
        for (var i = 0; i < without.Length; i += 2)
        {
            others[Array.FindIndex(others, pair => pair.Wins == without[i] && pair.Trials == without[i + 1])].Users--;
        }

        var fit = EmpiricalBayes.Fit([.. others.Where(pair => pair.Users > 0)], parent, strengthCap);
        if (fits.Count < MostFits)
        {
            fits.TryAdd(key, fit);
        }

        return fit;
    }

    string GivenBy(ulong agent) => given.GetValueOrDefault(agent, "");

    /// <summary>The prior of the others' continuous effects.</summary>
    public GaussianPosterior GaussianWithout(ulong agent, GaussianPosterior parent, double strengthCap) =>
        NormalNormal.PriorOf(members.Where(member => member.Agent != agent).Select(member => member.Evidence), parent, strengthCap);
}
