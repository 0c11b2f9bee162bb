namespace Aampe.Agents.Trial.World;

/// <summary>What somebody does.</summary>
public enum DeedKind : byte
{
    /// <summary>Opens the app.</summary>
    Opened,

    /// <summary>Opens it from a message.</summary>
    Followed,

    /// <summary>Looks at a feature.</summary>
    Viewed,

    /// <summary>Reaches the end of its funnel.</summary>
    Done,
}

/// <summary>In which of the two worlds something happens: with what the agents send, and without.</summary>
[Flags]
public enum Worlds : byte
{
    /// <summary>The one that the silo sees.</summary>
    With = 1,

    /// <summary>The same users, had the agents been silent.</summary>
    Without = 2,

    /// <summary>Both.</summary>
    Both = With | Without,
}

/// <summary>Something that a user does.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="At">When, Unix ms.</param>
/// <param name="Kind">What.</param>
/// <param name="Feature">Index of the feature; 0 for a visit.</param>
/// <param name="Value">Amount; 0 = none.</param>
/// <param name="In">Where it happens.</param>
public readonly record struct Deed(int User, long At, DeedKind Kind, byte Feature, float Value, Worlds In);
