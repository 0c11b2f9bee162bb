using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Aampe.Agents.Core.Decisions;

/// <summary>
/// π_a = ∫ f_a Π_{j≠a} F_j for all arms at once. One walk from right to left over panels shared by all arms: densities at Gauss–Legendre
/// nodes, distribution functions by integrating the interpolating polynomials, products by prefix and suffix.
/// </summary>
/// <remarks>
/// Σ_a ∫ f_a Π F_j over a panel equals the change of Π F_j across it, so each panel checks itself; one that fails is halved.
/// </remarks>
ref struct SelectionIntegral<TLaws>
    where TLaws : struct, ILaws, allows ref struct
{
    const int Nodes = GaussLegendre.Nodes;
    const int DeepestHalving = 40;

    // Well-behaved sets need 10 to 60 panels. Where rounding keeps a panel from closing, halving it does not help: past these numbers a
    // looser match is taken, then any; the check of the total stays.
    const int PanelsAtFullTolerance = 300;
    const int MostPanels = 2000;
    const double LooseTolerance = 1e-7;

    // Mass below this on a panel cannot move a probability by 1e-12.
    const double LogNegligible = -32;

    readonly TLaws laws;
    readonly Span<double> density;
    readonly Span<double> below;
    readonly Span<double> gain;
    readonly Span<double> mass;
    readonly Span<double> above;
    readonly Span<double> total;
    readonly double tolerance;
    int panels;

    /// <summary>Doubles of working memory that a set of <paramref name="arms"/> needs.</summary>
    public static int Workspace(int arms) => arms * (2 * Nodes + 3);

    public SelectionIntegral(TLaws laws, Span<double> workspace, Span<double> probabilities)
    {
        this.laws = laws;
        var n = laws.Count;
        density = workspace[..(n * Nodes)];
        below = workspace.Slice(n * Nodes, n * Nodes);
        gain = workspace.Slice(2 * n * Nodes, n);
        mass = workspace.Slice((2 * n * Nodes) + n, n);
        above = workspace.Slice((2 * n * Nodes) + (2 * n), n);
        above.Clear();
        total = probabilities;
        total.Clear();
        tolerance = 1e-9 + laws.Rounding;
    }

    public void Run()
    {
        var n = laws.Count;
        var (left, right) = (double.NegativeInfinity, double.NegativeInfinity);
        for (var j = 0; j < n; j++)
        {
            var (low, high) = laws.Support(j);
            left = Math.Max(left, low);
            right = Math.Max(right, high);
        }

        // A mode is where a narrow density could hide between the probes of a wide panel: it is always a panel's edge.
        Span<double> edges = n <= 62 ? stackalloc double[64] : new double[n + 2];
        var count = 0;
        edges[count++] = left;
        for (var j = 0; j < n; j++)
        {
            var mode = laws.Mode(j);
            if (mode > left && mode < right)
            {
                edges[count++] = mode;
            }
        }

        edges[count++] = right;
        edges = edges[..count];
        edges.Sort();
        for (var i = count - 1; i > 0; i--)
        {
            if (edges[i] > edges[i - 1])
            {
                Walk(edges[i - 1], edges[i], 0);
            }
        }
    }

    void Walk(double left, double right, int halvings)
    {
        if (halvings >= DeepestHalving || (IsSmooth(left, right) && TryAdd(left, right, false)))
        {
            if (halvings >= DeepestHalving)
            {
                TryAdd(left, right, true);
            }

            return;
        }

        var middle = left + (right - left) / 2;
        Walk(middle, right, halvings + 1);
        Walk(left, middle, halvings + 1);
    }

    // A cheap forecast of whether 16 nodes resolve every density here: change of ln f, its curvature, distance from the singularities.
    readonly bool IsSmooth(double left, double right)
    {
        var half = (right - left) / 2;
        if (half > laws.Reach(left, right))
        {
            return false;
        }

        var middle = left + half;
        laws.Point(left, out var p0, out var q0);
        laws.Point(middle, out var p1, out var q1);
        laws.Point(right, out var p2, out var q2);
        var logWidth = Math.Log(2 * half);
        for (var j = 0; j < laws.Count; j++)
        {
            var g0 = laws.LogDensity(j, p0, q0);
            var g1 = laws.LogDensity(j, p1, q1);
            var g2 = laws.LogDensity(j, p2, q2);
            var top = Math.Max(g1, Math.Max(g0, g2));
            var logMass = top + logWidth;
            if (logMass < LogNegligible)
            {
                continue;
            }

            var slack = Math.Max(0, -logMass);
            if (top - Math.Min(g1, Math.Min(g0, g2)) > 11 + slack || Math.Abs(g0 - 2 * g1 + g2) > 4.5 + 0.25 * slack)
            {
                return false;
            }
        }

        return true;
    }

    bool TryAdd(double left, double right, bool accept)
    {
        var limit = panels++ < PanelsAtFullTolerance ? tolerance : panels < MostPanels ? Math.Max(tolerance, LooseTolerance) : double.PositiveInfinity;
        var n = laws.Count;
        var half = (right - left) / 2;
        Densities(left, half);
        var (productRight, productLeft) = (1.0, 1.0);
        for (var j = 0; j < n; j++)
        {
            var f = density.Slice(j * Nodes, Nodes);
            var cumulative = below.Slice(j * Nodes, Nodes);
            mass[j] = GaussLegendre.Integrate(f, 1 - above[j], cumulative);
            productRight *= 1 - above[j];
            productLeft *= Math.Max(0, 1 - above[j] - mass[j]);
        }

        var sum = Gains();
        if (!accept && !(Math.Abs(sum - (productRight - productLeft)) <= limit))
        {
            return false;
        }

        for (var j = 0; j < n; j++)
        {
            total[j] += gain[j];
            above[j] = Math.Min(1, above[j] + mass[j]);
        }

        return true;
    }

    readonly void Densities(double left, double half)
    {
        Span<double> p = stackalloc double[Nodes];
        Span<double> q = stackalloc double[Nodes];
        for (var i = 0; i < Nodes; i++)
        {
            laws.Point(left + half * (1 + GaussLegendre.Points[i]), out p[i], out q[i]);
        }

        var logHalf = Math.Log(half);
        for (var j = 0; j < laws.Count; j++)
        {
            var f = density.Slice(j * Nodes, Nodes);
            for (var i = 0; i < Nodes; i++)
            {
                f[i] = Math.Exp(laws.LogDensity(j, p[i], q[i]) + logHalf);
            }
        }
    }

    // gain_a = Σ_i w_i f_a(i) Π_{j≠a} F_j(i); the running products are held for all nodes at once.
    readonly double Gains()
    {
        var n = laws.Count;
        Span<double> product = stackalloc double[Nodes];
        GaussLegendre.Weights.CopyTo(product);
        for (var j = 0; j < n; j++)
        {
            var f = MemoryMarshal.Cast<double, Vector256<double>>(density.Slice(j * Nodes, Nodes));
            var cumulative = MemoryMarshal.Cast<double, Vector256<double>>(below.Slice(j * Nodes, Nodes));
            var running = MemoryMarshal.Cast<double, Vector256<double>>(product);
            for (var v = 0; v < running.Length; v++)
            {
                f[v] *= running[v];
                running[v] *= cumulative[v];
            }
        }

        product.Fill(1);
        var sum = 0.0;
        for (var j = n - 1; j >= 0; j--)
        {
            var f = MemoryMarshal.Cast<double, Vector256<double>>(density.Slice(j * Nodes, Nodes));
            var cumulative = MemoryMarshal.Cast<double, Vector256<double>>(below.Slice(j * Nodes, Nodes));
            var running = MemoryMarshal.Cast<double, Vector256<double>>(product);
            var accumulated = Vector256<double>.Zero;
            for (var v = 0; v < running.Length; v++)
            {
                accumulated += f[v] * running[v];
                running[v] *= cumulative[v];
            }

            // Fixed width and order, so that every machine adds the same numbers alike.
            gain[j] = accumulated[0] + accumulated[1] + (accumulated[2] + accumulated[3]);
            sum += gain[j];
        }

        return sum;
    }
}
