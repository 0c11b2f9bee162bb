using System.Text;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Worlds;
using Aampe.Agents.WorldsApp;

namespace Aampe.Agents.Silo.Tests.Worlds;

public class WorldProgramTests
{
    [Theory]
    [InlineData("joint", false)]
    [InlineData("joint", true)]
    [InlineData("gaussian", false)]
    [InlineData("beta", false)]
    public void The_program_of_a_world_is_one_that_the_product_takes(string posterior, bool adaptive)
    {
        var plan = new WorldPlan(SmallWorld.Shop, 1) { Silo = "", Posterior = posterior, Adaptive = adaptive };

        var program = Assert.IsType<ProgramParse.Ok>(ProgramJson.Parse(Encoding.UTF8.GetBytes(WorldProgram.Of(plan).GetRawText()))).Program;

        Assert.Equal(24, program.Messages.Length);
        Assert.Equal(adaptive, program.Learning.Adaptive);
        Assert.Equal(posterior, program.Learning.Posterior.ToString(), ignoreCase: true);
        Assert.IsType<WorkspaceSettingsParse.Ok>(WorkspaceSettingsJson.Parse(Encoding.UTF8.GetBytes(WorldProgram.Workspace.GetRawText())));
    }

    [Fact]
    public void The_id_of_a_message_says_what_it_is_made_of()
    {
        var world = SmallWorld.Shop;
        var messages = WorldProgram.Of(new WorldPlan(world, 1) { Silo = "" }).GetProperty("messages").EnumerateArray().ToArray();

        Assert.All(messages, message =>
        {
            var actions = WorldProgram.ActionsOf(world, message.GetProperty("id").GetString()!);
            Assert.All(Enumerable.Range(0, actions.Length), s => Assert.Equal(world.Sets[s].Actions[actions[s]], message.GetProperty("labels").GetProperty(world.Sets[s].Id).GetString()));
        });
    }

    [Fact]
    public void More_messages_than_a_program_holds_are_refused_by_number_and_world()
    {
        var many = SmallWorld.Shop with { Sets = [.. Enumerable.Range(0, 4).Select(s => new WorldSet($"s{s}", [.. Enumerable.Range(0, 12).Select(a => $"a{a}")]))] };

        var refused = Assert.Throws<ArgumentException>(() => WorldProgram.Of(new WorldPlan(many, 1) { Silo = "" }));

        Assert.Contains("at most 10000 messages; 'shop' has 20736", refused.Message, StringComparison.Ordinal);
    }
}
