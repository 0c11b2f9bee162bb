namespace Aampe.Agents.Core.Decisions;

/// <summary>The densities of a set's arms on one shared coordinate, chosen so that every tail falls like an exponential.</summary>
interface ILaws
{
    int Count { get; }

    /// <summary>Rounding error to expect in a density, relative.</summary>
    double Rounding { get; }

    /// <summary>Where all but about 1e-13 of an arm's mass lies.</summary>
    (double Low, double High) Support(int arm);

    double Mode(int arm);

    /// <summary>Largest half-width of a panel between two points that keeps off the singularities in the complex plane.</summary>
    double Reach(double left, double right);

    /// <summary>What all arms share at one point.</summary>
    void Point(double x, out double p, out double q);

    /// <summary>ln of an arm's density in the coordinate, from the shared values of a point.</summary>
    double LogDensity(int arm, double p, double q);
}
