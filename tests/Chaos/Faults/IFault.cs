namespace Aampe.Agents.Chaos.Faults;

/// <summary>One row of the fault matrix: what is done to the product while it is used.</summary>
public interface IFault
{
    /// <summary>Its id, "F1".</summary>
    string Id { get; }

    /// <summary>What it is, in words.</summary>
    string Words { get; }

    /// <summary>How the run differs from the usual one.</summary>
    Shape Shape => Shape.Usual;

    /// <summary>Size of the database's disk in MB, which only root can make; 0 = this machine's.</summary>
    int DatabaseMegabytes => 0;

    /// <summary>Whether each silo has a network of its own, which only root can make.</summary>
    bool Networks => false;

    /// <summary>The log that the fault is about, "kafka"; null = whichever.</summary>
    string? Log => null;

    /// <summary>Lets the events go and makes the faults between them; ends when the last fault is over.</summary>
    Task DisturbAsync(Run run, CancellationToken stop);
}

/// <summary>How a run differs from the usual one.</summary>
/// <param name="Copies">Times that each batch is sent.</param>
/// <param name="Hot">Share of the events that one user has.</param>
/// <param name="Shuffled">Events come in a random order within the hour, one in twenty late.</param>
public sealed record Shape(int Copies = 1, double Hot = 0, bool Shuffled = false)
{
    /// <summary>In order, once, everybody alike.</summary>
    public static Shape Usual { get; } = new();
}
