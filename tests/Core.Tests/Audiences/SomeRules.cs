using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Programs;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Audiences;

/// <summary>Rules of every kind, within their limits.</summary>
static class SomeRules
{
    static readonly Gen<string> name = Gen.OneOf(Gen.String[Gen.Char["abcxyz_."], 1, 8].Where(text => text.Trim().Length > 0), Gen.String[Gen.Char["and \"\\(é漢>"], 1, 8].Where(text => text.Trim().Length > 0), Word("and", "did", "is", "country"));
    static readonly Gen<string> id = Gen.String[Gen.Char["abc-_1"], 1, 6];
    static readonly Gen<string> channel = Word([.. ProgramJson.Channels]);
    static readonly Gen<int> days = Gen.Int[1, AudienceRule.LongestDays];

    static readonly Gen<AudienceRule> leaf = Gen.OneOf(
        Gen.Select(name, name.Array[1, 3], (attribute, values) => (AudienceRule)new AudienceRule.Is(attribute, [.. values.Distinct()])),
        Gen.Select(name, Gen.Enum<Comparison>(), Gen.Double[-1e6, 1e6], (attribute, by, than) => (AudienceRule)new AudienceRule.Number(attribute, by, than)),
        name.Select(attribute => (AudienceRule)new AudienceRule.Has(attribute)),
        Gen.Select(name, Gen.Int[0, 5], Gen.Int[-1, 5], days, (what, least, more, span) => (AudienceRule)new AudienceRule.Did(what, least, more < 0 && least > 0 ? null : least + Math.Max(0, more), span)),
        Gen.Int[1, 400].Select(span => (AudienceRule)new AudienceRule.Seen(span)),
        Gen.Select(channel, Word("marketing", "service"), Word("granted", "denied", "unknown"), (over, purpose, status) => (AudienceRule)new AudienceRule.Consented(over, purpose, status)),
        channel.Select(over => (AudienceRule)new AudienceRule.Reachable(over)),
        Word("new", "active", "lapsing", "lapsed").Array[1, 3].Select(states => (AudienceRule)new AudienceRule.Lifecycle([.. states.Distinct()])),
        id.Select(one => (AudienceRule)new AudienceRule.In(one)));

    public static readonly Gen<AudienceRule> Any = Of(3);

    static Gen<string> Word(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    static Gen<AudienceRule> Of(int depth) => depth == 0 ? leaf : Gen.OneOf(
        leaf,
        Of(depth - 1).Array[1, 3].Select(rules => (AudienceRule)new AudienceRule.All([.. rules])),
        Of(depth - 1).Array[1, 3].Select(rules => (AudienceRule)new AudienceRule.Any([.. rules])),
        Of(depth - 1).Select(rule => (AudienceRule)new AudienceRule.Not(rule)));
}
