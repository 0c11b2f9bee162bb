namespace Aampe.Agents.Core.Experiments;

/// <summary>
/// Greedy one-to-one pairs on the log-odds of treatment: treated in descending order (ties: smaller id), each takes the nearest control
/// that is still free (with replacement: the nearest of all; ties: smaller id) if it lies within the caliper.
/// </summary>
/// <remarks>Free controls are found through links that skip the taken ones, so n users cost n·log n, not n².</remarks>
sealed class NearestPairs
{
    /// <summary>Log-odds closer than this are alike: whole-number covariates make exact ties, which rounding must not settle.</summary>
    const double Alike = 1e-10;

    readonly (double LogOdds, string Id, int Unit)[] controls;
    readonly int[] freeAtOrAbove, freeAtOrBelow;

    NearestPairs(IReadOnlyList<PairingUnit> units, double[] logOdds)
    {
        controls = [.. Enumerable.Range(0, units.Count).Where(unit => !units[unit].Treated).Select(unit => (logOdds[unit], units[unit].Id, unit))];
        Array.Sort(controls, (a, b) => a.LogOdds != b.LogOdds ? a.LogOdds.CompareTo(b.LogOdds) : string.CompareOrdinal(a.Id, b.Id));
        // Position p of the array is node p + 1; nodes 0 and n + 1 are the ends.
        freeAtOrAbove = [.. Enumerable.Range(0, controls.Length + 2)];
        freeAtOrBelow = [.. Enumerable.Range(0, controls.Length + 2)];
    }

    internal static List<(int Treated, int Control)> Of(IReadOnlyList<PairingUnit> units, double[] logOdds, double caliper, Replacement replacement)
    {
        logOdds = Joined(logOdds);
        var free = new NearestPairs(units, logOdds);
        var treated = Enumerable.Range(0, units.Count).Where(unit => units[unit].Treated)
            .OrderByDescending(unit => logOdds[unit]).ThenBy(unit => units[unit].Id, StringComparer.Ordinal);
        var pairs = new List<(int, int)>();
        foreach (var unit in treated)
        {
            var node = free.Nearest(logOdds[unit]);
            if (node > 0 && Math.Abs(free.controls[node - 1].LogOdds - logOdds[unit]) <= caliper)
            {
                pairs.Add((unit, free.controls[node - 1].Unit));
                if (replacement == Replacement.Without)
                {
                    free.Take(node);
                }
            }
        }

        return pairs;
    }

    /// <summary>The control nearest to each control by (log-odds, id): the nearer of the two beside it, the one before where both are equally near.</summary>
    internal static Dictionary<int, int> Twins(IReadOnlyList<PairingUnit> units, double[] logOdds)
    {
        var controls = new NearestPairs(units, Joined(logOdds)).controls;
        var twins = new Dictionary<int, int>(controls.Length);
        for (var i = 0; i < controls.Length; i++)
        {
            var before = i > 0 ? controls[i].LogOdds - controls[i - 1].LogOdds : double.PositiveInfinity;
            var after = i + 1 < controls.Length ? controls[i + 1].LogOdds - controls[i].LogOdds : double.PositiveInfinity;
            twins.Add(controls[i].Unit, controls[before <= after ? i - 1 : i + 1].Unit);
        }

        return twins;
    }

    /// <summary>The same values, those that are alike made equal.</summary>
    static double[] Joined(double[] logOdds)
    {
        var order = Enumerable.Range(0, logOdds.Length).OrderBy(unit => logOdds[unit]).ToArray();
        var joined = new double[logOdds.Length];
        var first = double.NegativeInfinity;
        foreach (var unit in order)
        {
            first = logOdds[unit] - first <= Alike ? first : logOdds[unit];
            joined[unit] = first;
        }

        return joined;
    }

    /// <summary>The node of the nearest free control; 0 when none is free.</summary>
    int Nearest(double logOdds)
    {
        var start = FirstAtLeast(logOdds) + 1;
        var above = Find(freeAtOrAbove, start);
        var below = Find(freeAtOrBelow, start - 1);
        if (below > 0)
        {
            // Among equal log-odds below, the smallest id stands first.
            below = Find(freeAtOrAbove, FirstAtLeast(controls[below - 1].LogOdds) + 1);
        }

        if (above > controls.Length || below == 0)
        {
            return above > controls.Length ? below : above;
        }

        var further = controls[above - 1].LogOdds - logOdds - (logOdds - controls[below - 1].LogOdds);
        return Math.Abs(further) <= Alike
            ? string.CompareOrdinal(controls[above - 1].Id, controls[below - 1].Id) < 0 ? above : below
            : further < 0 ? above : below;
    }

    void Take(int node)
    {
        freeAtOrAbove[node] = node + 1;
        freeAtOrBelow[node] = node - 1;
    }

    /// <summary>The first position whose log-odds are not below a value.</summary>
    int FirstAtLeast(double logOdds)
    {
        var (low, high) = (0, controls.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = controls[middle].LogOdds < logOdds ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Follows the links to a free node (or an end) and shortens the path behind it.</summary>
    static int Find(int[] links, int node)
    {
        var root = node;
        while (links[root] != root)
        {
            root = links[root];
        }

        while (links[node] != root)
        {
            (node, links[node]) = (links[node], root);
        }

        return root;
    }
}
