using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Audiences;

/// <summary>A rule as JSON: an object whose one telling field says what kind it is (docs/program-file.md).</summary>
static class AudienceRuleJson
{
    public static readonly ImmutableArray<string> LifecycleStates = ["new", "active", "lapsing", "lapsed"];
    public static readonly ImmutableArray<string> Purposes = ["marketing", "service"];
    public static readonly ImmutableArray<string> Statuses = ["granted", "denied", "unknown"];
    public static readonly ImmutableArray<(string Name, Comparison Value)> Comparisons =
        [("atLeast", Comparison.AtLeast), ("atMost", Comparison.AtMost), ("above", Comparison.Above), ("below", Comparison.Below)];

    static readonly string[] Kinds = ["all", "any", "not", "attribute", "did", "seenDays", "consent", "reachable", "lifecycle", "audience"];

    static readonly string[] Tests = ["anyOf", "equals", "exists", .. Comparisons.Select(one => one.Name)];

    /// <summary>Stands for a rule that could not be read; never evaluated, since its document is refused.</summary>
    static readonly AudienceRule Unread = new AudienceRule.Any([]);

    /// <summary>Reads a rule with the errors of its document.</summary>
    public static AudienceRule Read(Fields fields)
    {
        var parts = 0;
        var rule = Read(fields, 1, ref parts);
        if (parts > AudienceRule.MostParts)
        {
            fields.Refuse(fields.Pointer, ProgramErrorCode.OutOfRange, $"a rule has at most {AudienceRule.MostParts} parts; this one has {parts}. Give parts of it a name of their own under audiences");
        }

        return rule;
    }

    public static JsonObject Write(AudienceRule rule) => rule switch
    {
        AudienceRule.All all => new() { ["all"] = new JsonArray([.. all.Rules.Select(Write)]) },
        AudienceRule.Any any => new() { ["any"] = new JsonArray([.. any.Rules.Select(Write)]) },
        AudienceRule.Not not => new() { ["not"] = Write(not.Rule) },
        AudienceRule.Is one => new() { ["attribute"] = one.Attribute, ["anyOf"] = ProgramJson.List(one.Values) },
        AudienceRule.Number one => new() { ["attribute"] = one.Attribute, [ProgramJson.NameOf(Comparisons, one.By)] = one.Than },
        AudienceRule.Has one => new() { ["attribute"] = one.Attribute, ["exists"] = true },
        AudienceRule.Did did => Write(did),
        AudienceRule.Seen seen => new() { ["seenDays"] = seen.Days },
        AudienceRule.Consented one => new() { ["consent"] = one.Channel, ["purpose"] = one.Purpose, ["status"] = one.Status },
        AudienceRule.Reachable one => new() { ["reachable"] = one.Channel },
        AudienceRule.Lifecycle one => new() { ["lifecycle"] = ProgramJson.List(one.States) },
        AudienceRule.In one => new() { ["audience"] = one.Id },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static JsonObject Write(AudienceRule.Did did)
    {
        var json = new JsonObject { ["did"] = did.Event, ["atLeast"] = did.AtLeast };
        if (did.AtMost is { } most)
        {
            json["atMost"] = most;
        }

        json["days"] = did.Days;
        return json;
    }

    static AudienceRule Read(Fields fields, int depth, ref int parts)
    {
        parts++;
        if (fields.IsBroken)
        {
            return Unread;
        }

        if (depth > AudienceRule.Deepest)
        {
            fields.Refuse(fields.Pointer, ProgramErrorCode.OutOfRange, $"a rule is nested at most {AudienceRule.Deepest} deep. Give the inner part a name of its own under audiences");
            return Unread;
        }

        var stated = Kinds.Where(fields.Has).ToArray();
        if (stated.Length != 1)
        {
            fields.Refuse(fields.Pointer, stated.Length == 0 ? ProgramErrorCode.Missing : ProgramErrorCode.NotAllowed,
                $"a rule has exactly one of {string.Join(", ", Kinds)}; this one has {(stated.Length == 0 ? "none" : string.Join(" and ", stated))}");
            return Unread;
        }

        var rule = stated[0] switch
        {
            "all" => new AudienceRule.All(List("all", ref parts)),
            "any" => new AudienceRule.Any(List("any", ref parts)),
            "not" => new AudienceRule.Not(fields.Object("not", required: true) is { } inner ? Read(inner, depth + 1, ref parts) : Unread),
            "attribute" => Attribute(fields),
            "did" => Did(fields),
            "seenDays" => new AudienceRule.Seen(fields.RequiredInteger("seenDays", 1, 3_650)),
            "consent" => new AudienceRule.Consented(Channel(fields, "consent"), Word(fields, "purpose", "marketing", Purposes), Word(fields, "status", "granted", Statuses)),
            "reachable" => new AudienceRule.Reachable(Channel(fields, "reachable")),
            "lifecycle" => States(fields),
            _ => (AudienceRule)new AudienceRule.In(fields.Id("audience")),
        };
        fields.Close();
        return rule;

        ImmutableArray<AudienceRule> List(string name, ref int parts)
        {
            var rules = ImmutableArray.CreateBuilder<AudienceRule>();
            var counted = parts;
            fields.Each(name, 1, AudienceRule.MostParts, (element, pointer) => rules.Add(Read(new Fields(element, pointer, fields.Errors), depth + 1, ref counted)));
            parts = counted;
            return rules.ToImmutable();
        }
    }

    static AudienceRule Attribute(Fields fields)
    {
        var name = fields.Text("attribute", 200);
        var tests = Tests.Where(fields.Has).ToArray();
        if (tests.Length != 1)
        {
            fields.Refuse(fields.Pointer, tests.Length == 0 ? ProgramErrorCode.Missing : ProgramErrorCode.NotAllowed,
                $"an attribute has exactly one of anyOf, equals, exists, atLeast, atMost, above, below; this one has {(tests.Length == 0 ? "none" : string.Join(" and ", tests))}");
            return Unread;
        }

        switch (tests[0])
        {
            case "anyOf":
                return new AudienceRule.Is(name, fields.Texts("anyOf", 1, AudienceRule.MostValues, 500));
            case "equals":
                return new AudienceRule.Is(name, [fields.Scalar("equals", 500)]);
            case "exists":
                return fields.Flag("exists", true) ? new AudienceRule.Has(name) : new AudienceRule.Not(new AudienceRule.Has(name));
            default:
                var by = Comparisons.First(one => one.Name == tests[0]);
                return new AudienceRule.Number(name, by.Value, fields.Number(by.Name, 0, -1e15, 1e15));
        }
    }

    static AudienceRule.Did Did(Fields fields)
    {
        var name = fields.Text("did", 200);
        var most = fields.OptionalInteger("atMost", 0, 10_000);
        // "At most twice" alone means that never is fine too; without either it is enough to have done it.
        var rule = new AudienceRule.Did(name, fields.OptionalInteger("atLeast", 0, 10_000) ?? (most is null ? 1 : 0), most, fields.RequiredInteger("days", 1, AudienceRule.LongestDays));
        if (rule.AtMost < rule.AtLeast)
        {
            fields.RefuseField("atMost", ProgramErrorCode.OutOfRange, $"must not be below atLeast, {rule.AtLeast}; was {rule.AtMost}");
        }

        return rule;
    }

    static AudienceRule.Lifecycle States(Fields fields)
    {
        var states = fields.Texts("lifecycle", 1, 4, 16);
        for (var i = 0; i < states.Length; i++)
        {
            Require(fields, $"lifecycle/{i}", states[i], LifecycleStates);
        }

        return new AudienceRule.Lifecycle(states);
    }

    static string Channel(Fields fields, string name)
    {
        var channel = fields.Text(name, 16);
        Require(fields, name, channel, ProgramJson.Channels);
        return channel;
    }

    static string Word(Fields fields, string name, string standard, ImmutableArray<string> allowed)
    {
        var word = fields.Text(name, 16, standard);
        Require(fields, name, word, allowed);
        return word;
    }

    static void Require(Fields fields, string name, string value, ImmutableArray<string> allowed)
    {
        if (value.Length > 0 && !allowed.Contains(value, StringComparer.Ordinal))
        {
            fields.Refuse($"{fields.Pointer}/{name}", ProgramErrorCode.NotAllowed, $"must be one of {string.Join(", ", allowed)}; was \"{value}\"");
        }
    }
}

/// <summary>What became of a rule that stands by itself.</summary>
public abstract record AudienceRuleParse
{
    AudienceRuleParse()
    {
    }

    /// <summary>It is sound.</summary>
    /// <param name="Rule">What it says.</param>
    public sealed record Ok(AudienceRule Rule) : AudienceRuleParse;

    /// <summary>It cannot be used.</summary>
    /// <param name="Errors">What is wrong; at least one.</param>
    public sealed record Bad(ImmutableArray<ProgramError> Errors) : AudienceRuleParse;

    /// <summary>Reads a rule out of a document that is JSON already.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="place">JSON pointer of where it stands, for the errors.</param>
    public static AudienceRuleParse Of(JsonElement rule, string place)
    {
        var errors = new List<ProgramError>();
        var read = AudienceRuleJson.Read(new Fields(rule, place, errors));
        return errors.Count == 0 ? new Ok(read) : new Bad([.. errors]);
    }

    /// <summary>The JSON of a rule.</summary>
    public static JsonObject Write(AudienceRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return AudienceRuleJson.Write(rule);
    }
}
