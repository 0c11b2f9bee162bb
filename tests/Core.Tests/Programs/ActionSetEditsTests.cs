using System.Text.Json.Nodes;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Tests.Programs;

public sealed class ActionSetEditsTests
{
    const string Live = """[{"id":"tone","name":"Tone","dimension":"content","actions":[{"id":"warm"},{"id":"loud","retired":true}]}]""";

    [Theory]
    [InlineData("""[{"id":"tone","name":"Tone","dimension":"content","actions":[{"id":"warm","label":"Warmer","retired":true},{"id":"loud","retired":true},{"id":"new"}]}]""", "")]
    [InlineData("""[{"id":"tone","name":"Tone","dimension":"content","actions":[{"id":"loud","retired":true}]}]""", "/actionSets/0/actions")]
    [InlineData("""[{"id":"x","dimension":"gap"},{"id":"tone","name":"Tone","dimension":"content","actions":[{"id":"loud"},{"id":"warm"}]}]""", "/actionSets/1/actions/0/retired")]
    [InlineData("""[{"id":"tone","name":"Tone","dimension":"incentive","actions":[{"id":"warm"},{"id":"loud","retired":true}]}]""", "/actionSets/0/dimension")]
    [InlineData("[]", "/actionSets")]
    public void What_has_learnt_is_retired_and_neither_removed_nor_brought_back(string next, string place)
    {
        var faults = ActionSetEdits.Faults(JsonNode.Parse(Live)!.AsArray(), JsonNode.Parse(next)!.AsArray());
        Assert.Equal(place, faults.Count == 0 ? "" : Assert.Single(faults).Pointer);
        Assert.Empty(ActionSetEdits.Faults(null, JsonNode.Parse(next)!.AsArray()));
    }

    [Fact]
    public void A_new_label_begins_with_a_copy_and_a_new_set_with_its_first_label_everywhere()
    {
        var program = JsonNode.Parse("""
            {
              "actionSets": [
                {"id":"tone","dimension":"content","actions":[{"id":"warm"},{"id":"old","retired":true},{"id":"new"}]},
                {"id":"offer","dimension":"incentive","actions":[{"id":"gone","retired":true},{"id":"none"},{"id":"ten"}]},
                {"id":"slot","dimension":"slot","actions":[{"id":"morning-weekday"}]}
              ],
              "messages": [{"id":"m1","labels":{"tone":"warm"}},{"id":"m1-new","labels":{"tone":"warm","offer":"ten"}}]
            }
            """)!.AsObject();
        Assert.Equal(["m1-new-2"], ActionSetEdits.Cover(program));
        Assert.Equal(
            ["""{"id":"m1","labels":{"tone":"warm","offer":"none"}}""", """{"id":"m1-new","labels":{"tone":"warm","offer":"ten"}}""", """{"id":"m1-new-2","labels":{"tone":"new","offer":"none"},"name":"m1-new-2"}"""],
            program["messages"]!.AsArray().Select(one => one!.ToJsonString()));
        Assert.Empty(ActionSetEdits.Cover(program));
    }
}
