using System.Reflection;
using System.Text.RegularExpressions;

namespace Aampe.Agents.Architecture.Tests;

/// <summary>One idea has one name in the public surface of Core and of the contracts (docs/glossary.md).</summary>
public sealed partial class NameTests
{
    [Theory, InlineData("Core"), InlineData("Grains.Interfaces")]
    public void Public_names_use_the_words_of_the_glossary(string project) =>
        Exceptions.AssertNone("words", Repository.TypesOf(project).Where(type => type.IsVisible)
            .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(member => member.Name).Append(type.Name).Where(NotOurs)
                .Select(name => $"{type}.{name}")));

    [Theory]
    [InlineData("UserScore", true)]
    [InlineData("RewardAt", true)]
    [InlineData("get_Uplift", true)]
    [InlineData("ArmHelper", true)]
    [InlineData("Outcome", false)]
    [InlineData("Underscore", false)]
    public void A_word_that_is_not_ours_is_found(string name, bool found) => Assert.Equal(found, NotOurs(name));

    static bool NotOurs(string name) => Word().IsMatch(name);

    [GeneratedRegex("(Score|Uplift|Segment|Reward|Customer)(?![a-z])|(Helper|Manager|Util|Utils)$")]
    private static partial Regex Word();
}
