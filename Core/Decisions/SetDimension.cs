namespace Aampe.Agents.Core.Decisions;

/// <summary>What an action set decides about a contact; each kind is drawn at its own point of the decision.</summary>
public enum SetDimension
{
    /// <summary>A property of the message itself: tone, offer, greeting, emoji.</summary>
    Content,

    /// <summary>Where the message goes.</summary>
    Channel,

    /// <summary>Local daypart and kind of day, drawn when the next contact is scheduled (<see cref="Decisions.Slot"/>).</summary>
    Slot,

    /// <summary>Hold or Send, drawn first at each tick.</summary>
    Frequency,

    /// <summary>Days to the next contact: 1, 2, 3, 5 or 7.</summary>
    Gap,

    /// <summary>What the user is offered for acting, with its budget.</summary>
    Incentive,

    /// <summary>Minutes after a trigger: 0, 15, 60 or 240.</summary>
    Delay,
}
