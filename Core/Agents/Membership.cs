using System.Collections.Immutable;
using System.Globalization;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// Whether rules hold for one user at one moment. What cannot be told is neither yes nor no: an audience that is gone, an attribute that has become
/// sensitive, a count that reaches further back than the agent's events. Who asks must then take the side that sends nothing.
/// </summary>
/// <param name="state">The user's agent.</param>
/// <param name="at">The moment; counts look back from it.</param>
/// <param name="settings">Named audiences and sensitive attributes.</param>
public sealed class Membership(AgentState state, Instant at, WorkspaceSettings settings) : IAudienceMember
{
    // An audience that many rules name is looked at once; null while it is being looked at, so that a circle ends.
    readonly Dictionary<string, bool?> named = new(StringComparer.Ordinal);

    /// <summary>Whether the user is among those whom a program is for; null = everybody.</summary>
    public bool Includes(AudienceRule? rule) => rule is null || Holds(rule) == true;

    /// <summary>Whether a rule that keeps users from being contacted leaves this one alone; null = no such rule.</summary>
    public bool Spares(AudienceRule? rule) => rule is null || Holds(rule) == false;

    /// <summary>Whether a rule holds; null = it cannot be told.</summary>
    public bool? Holds(AudienceRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.AttributeRead is { } read && settings.IsSensitive(read))
        {
            return null;
        }

        return rule switch
        {
            AudienceRule.All all => All(all.Rules),
            AudienceRule.Any any => Any(any.Rules),
            AudienceRule.Not not => !Holds(not.Rule),
            AudienceRule.Is one => TryText(one.Attribute, out var text) && one.Values.Contains(text, StringComparer.Ordinal),
            AudienceRule.Number one => TryText(one.Attribute, out var text) && IsNumber(text, out var number) && Compares(number, one),
            AudienceRule.Has one => state.Attributes.ContainsKey(one.Attribute),
            AudienceRule.Did did => Did(did),
            AudienceRule.Seen seen => state.LastSeen > at - TimeSpan.FromDays(seen.Days),
            AudienceRule.Consented one => Consent.StatusOf(one.Channel, one.Purpose, Statements()) == one.Status,
            AudienceRule.Reachable one => ContactTraits.CanReach(state, one.Channel),
            AudienceRule.Lifecycle one => state.FirstSeen != Instant.Latest && one.States.Contains(Deciding.ContextOf(state, at).Split('-')[0], StringComparer.Ordinal),
            AudienceRule.In one => Named(one.Id),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    bool? All(ImmutableArray<AudienceRule> rules)
    {
        bool? all = true;
        foreach (var rule in rules)
        {
            all &= Holds(rule);
            if (all == false)
            {
                return false;
            }
        }

        return all;
    }

    bool? Any(ImmutableArray<AudienceRule> rules)
    {
        bool? any = false;
        foreach (var rule in rules)
        {
            any |= Holds(rule);
            if (any == true)
            {
                return true;
            }
        }

        return any;
    }

    bool? Named(string id)
    {
        if (named.TryGetValue(id, out var known))
        {
            return known;
        }

        named[id] = null;
        return settings.Audience(id) is { } audience ? named[id] = Holds(audience.Rule) : null;
    }

    bool? Did(AudienceRule.Did did)
    {
        var from = at - TimeSpan.FromDays(did.Days);
        var count = 0;
        foreach (var e in state.History.Events)
        {
            count += e.At > from && e.Type == did.Event ? 1 : 0;
        }

        if (count > did.AtMost)
        {
            return false;
        }

        // What the agent no longer has could only add to the count.
        var complete = state.History.CompleteSince <= from || state.FirstSeen > from;
        return count >= did.AtLeast ? did.AtMost is null || complete ? true : null : complete ? false : null;
    }

    bool TryText(string attribute, out string text)
    {
        var there = state.Attributes.TryGetValue(attribute, out var json);
        text = there ? EventFacts.Plain(json!) : "";
        return there;
    }

    static bool IsNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    static bool Compares(double number, AudienceRule.Number rule) => rule.By switch
    {
        Comparison.AtLeast => number >= rule.Than,
        Comparison.AtMost => number <= rule.Than,
        Comparison.Above => number > rule.Than,
        _ => number < rule.Than,
    };

    IEnumerable<ConsentStatement> Statements() => state.Consents.Select(entry => new ConsentStatement(entry.Channel, entry.Purpose, entry.Status, entry.At));
}
