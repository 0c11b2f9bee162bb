using System.Collections.Immutable;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Programs;

/// <summary>A template variable with the value it takes where the user has none.</summary>
/// <param name="Name">Path as templates write it, such as <c>user.firstName</c>.</param>
/// <param name="Default">Compulsory and never empty: no copy ever shows a blank.</param>
/// <param name="MaxLength">Longest value taken from the user; longer ones are cut; 1 to 500.</param>
public sealed record MessageVariable(string Name, string Default, int MaxLength);

/// <summary>One condition on a user's attribute.</summary>
/// <param name="Attribute">Name of the trait.</param>
/// <param name="AnyOf">Values of which one must match (as text); empty = the attribute must merely be there.</param>
/// <param name="Not">The condition is turned round.</param>
public sealed record EligibilityCondition(string Attribute, ImmutableArray<string> AnyOf, bool Not);

/// <summary>One finished item of the catalogue, for one channel, carrying one action in every content set.</summary>
public sealed record Message
{
    /// <summary>Key inside its program.</summary>
    public required string Id { get; init; }

    /// <summary>What people read.</summary>
    public required string Name { get; init; }

    /// <summary>push, email, sms, whatsapp or in_app.</summary>
    public required string Channel { get; init; }

    /// <summary>BCP 47 tag of the copy.</summary>
    public string Locale { get; init; } = "en";

    /// <summary>Action per content, incentive and channel set.</summary>
    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    /// <summary>Liquid template per field (title, body, url, …).</summary>
    public required ImmutableSortedDictionary<string, string> Content { get; init; }

    /// <summary>Every variable that the templates use.</summary>
    public ImmutableArray<MessageVariable> Variables { get; init; } = [];

    /// <summary>For whom the message makes sense: all conditions must hold.</summary>
    public ImmutableArray<EligibilityCondition> Eligibility { get; init; } = [];

    /// <summary>Most sends of this message to one user in <see cref="MaxPerUserDays"/> days; null = no limit of its own.</summary>
    public int? MaxPerUser { get; init; }

    /// <summary>Days of <see cref="MaxPerUser"/>; 1 to 35.</summary>
    public int MaxPerUserDays { get; init; } = 28;

    /// <summary>Least days between two sends of this message to one user; null = none. 0.01 to 35.</summary>
    public double? CooldownDays { get; init; }

    /// <summary>First moment at which it may go; null = at once.</summary>
    public Instant? ValidFrom { get; init; }

    /// <summary>First moment at which it may no longer go; null = never.</summary>
    public Instant? ValidTo { get; init; }

    /// <summary>Taken back: never drawn again, and what was decided with it is held.</summary>
    public bool Withdrawn { get; init; }

    /// <summary>What one send of it costs, for budgets; null = what the workspace says of its channel. No price of learning, which is in outcomes.</summary>
    public Price? CostPerSend { get; init; }

    /// <summary>marketing, service or transactional.</summary>
    public string Category { get; init; } = "marketing";

    /// <summary>Whether it may go at a moment: not taken back, and inside its days.</summary>
    public bool IsValidAt(Instant at) => !Withdrawn && !(at < ValidFrom) && !(at >= ValidTo);
}
