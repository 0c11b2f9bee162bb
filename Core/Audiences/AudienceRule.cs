using System.Collections.Immutable;

namespace Aampe.Agents.Core.Audiences;

/// <summary>How a number is compared.</summary>
public enum Comparison
{
    /// <summary>≥.</summary>
    AtLeast,

    /// <summary>≤.</summary>
    AtMost,

    /// <summary>&gt;.</summary>
    Above,

    /// <summary>&lt;.</summary>
    Below,
}

/// <summary>
/// For whom something is: a small typed expression that an agent evaluates on its own user at the moment of a decision. There is no list of users that
/// could be old.
/// </summary>
public abstract record AudienceRule
{
    /// <summary>Deepest nesting of a rule, counted in parts one inside the other.</summary>
    public const int Deepest = 8;

    /// <summary>Most parts of one rule.</summary>
    public const int MostParts = 64;

    /// <summary>Most values of a list in a rule.</summary>
    public const int MostValues = 100;

    /// <summary>Longest span of an event count, in days: agents keep their events as long.</summary>
    public const int LongestDays = 42;

    AudienceRule()
    {
    }

    /// <summary>Every part holds.</summary>
    /// <param name="Rules">2 or more in documents; at least one.</param>
    public sealed record All(ImmutableArray<AudienceRule> Rules) : AudienceRule;

    /// <summary>At least one part holds.</summary>
    /// <param name="Rules">At least one.</param>
    public sealed record Any(ImmutableArray<AudienceRule> Rules) : AudienceRule;

    /// <summary>The part does not hold.</summary>
    /// <param name="Rule">The part.</param>
    public sealed record Not(AudienceRule Rule) : AudienceRule;

    /// <summary>An attribute is one of some values, compared as text.</summary>
    /// <param name="Attribute">Name of the trait.</param>
    /// <param name="Values">At least one.</param>
    public sealed record Is(string Attribute, ImmutableArray<string> Values) : AudienceRule;

    /// <summary>An attribute is a number, or a text that spells one, and compares so. Anything else does not.</summary>
    /// <param name="Attribute">Name of the trait.</param>
    /// <param name="By">The comparison.</param>
    /// <param name="Than">What it is compared with; finite.</param>
    public sealed record Number(string Attribute, Comparison By, double Than) : AudienceRule;

    /// <summary>The user has the attribute.</summary>
    /// <param name="Attribute">Name of the trait.</param>
    public sealed record Has(string Attribute) : AudienceRule;

    /// <summary>The user did something so often in the last days.</summary>
    /// <param name="Event">Event type.</param>
    /// <param name="AtLeast">Fewest times; ≥ 0.</param>
    /// <param name="AtMost">Most times; null = any number.</param>
    /// <param name="Days">1 to <see cref="LongestDays"/>, counted back from the moment of the question.</param>
    public sealed record Did(string Event, int AtLeast, int? AtMost, int Days) : AudienceRule;

    /// <summary>Something was heard of the user in the last days.</summary>
    /// <param name="Days">1 to 3650.</param>
    public sealed record Seen(int Days) : AudienceRule;

    /// <summary>What the user last said about a channel and purpose.</summary>
    /// <param name="Channel">push, email, sms, whatsapp or in_app.</param>
    /// <param name="Purpose">marketing or service.</param>
    /// <param name="Status">granted, denied or unknown.</param>
    public sealed record Consented(string Channel, string Purpose, string Status) : AudienceRule;

    /// <summary>The user has an address or token for a channel.</summary>
    /// <param name="Channel">push, email, sms, whatsapp or in_app.</param>
    public sealed record Reachable(string Channel) : AudienceRule;

    /// <summary>The user's place in life is one of some.</summary>
    /// <param name="States">new, active, lapsing, lapsed; at least one.</param>
    public sealed record Lifecycle(ImmutableArray<string> States) : AudienceRule;

    /// <summary>The user is in a named audience of the workspace.</summary>
    /// <param name="Id">Its id.</param>
    public sealed record In(string Id) : AudienceRule;

    /// <summary>The attribute that the rule itself reads, not its parts; null = none.</summary>
    public string? AttributeRead => this switch
    {
        Is rule => rule.Attribute,
        Number rule => rule.Attribute,
        Has rule => rule.Attribute,
        _ => null,
    };

    /// <summary>The rule and all its parts, each with its JSON pointer, in the order of the document.</summary>
    /// <param name="place">JSON pointer of the rule itself.</param>
    public IEnumerable<(string Pointer, AudienceRule Rule)> Parts(string place)
    {
        yield return (place, this);
        var below = this switch
        {
            All rule => rule.Rules.SelectMany((part, i) => part.Parts($"{place}/all/{i}")),
            Any rule => rule.Rules.SelectMany((part, i) => part.Parts($"{place}/any/{i}")),
            Not rule => rule.Rule.Parts($"{place}/not"),
            _ => [],
        };
        foreach (var part in below)
        {
            yield return part;
        }
    }
}

/// <summary>An audience that rules and programs name.</summary>
/// <param name="Id">Key, unique in the workspace.</param>
/// <param name="Name">What people read.</param>
/// <param name="Rule">Who is in it.</param>
public sealed record NamedAudience(string Id, string Name, AudienceRule Rule);
