namespace Aampe.Agents.Core.Programs;

/// <summary>What an action set decides about a contact.</summary>
public enum Dimension
{
    /// <summary>Wording: tone, offer, greeting, call to action.</summary>
    Content,

    /// <summary>The way to the user; actions are channel names.</summary>
    Channel,

    /// <summary>Local daypart and kind of day; actions are names of <c>Core.Decisions.Slot</c>.</summary>
    Slot,

    /// <summary>Whether to speak at all; actions are <c>hold</c> and <c>send</c>.</summary>
    Frequency,

    /// <summary>Days until the next contact; actions are whole numbers of days.</summary>
    Gap,

    /// <summary>What the user is given.</summary>
    Incentive,

    /// <summary>Minutes from the program's trigger to the contact; actions are whole numbers of minutes.</summary>
    Delay,
}
