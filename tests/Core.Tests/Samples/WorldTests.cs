using Aampe.Agents.Worlds;

namespace Aampe.Agents.Core.Tests.Samples;

public sealed class WorldTests
{
    const string Good = """{ "name": "w", "users": 400, "sets": [{ "id": "tone", "actions": ["a", "b"] }], "types": [{ "message": 0.2, "actions": { "tone/a": 0.1 } }] }""";

    public static TheoryData<string> Files => [.. Directory.GetFiles(WorldFile.Folder, "*.json").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Files))]
    public void Every_world_that_comes_with_the_program_is_valid(string file) =>
        Assert.Equal(Path.GetFileNameWithoutExtension(file), WorldFile.Read(Path.Combine(WorldFile.Folder, file)).Name);

    [Theory]
    [InlineData("\"users\": 400", "\"users\": 5", "users: must be 100 to 2000000; was 5")]
    [InlineData("\"users\": 400", "\"users\": 400, \"controlShare\": 0.9", "controlShare: must be 0.02 to 0.5; was 0.9")]
    [InlineData("0.2", "20", "types[0].message: must be -5 to 5; was 20")]
    [InlineData("tone/a", "tone/z", "types[0].actions['tone/z']: no set has this action; write it as set/action")]
    [InlineData("\"b\"", "\"a\"", "sets[0].actions: 'tone' lists an action twice")]
    [InlineData("\"types\": [{ \"message\": 0.2, \"actions\": { \"tone/a\": 0.1 } }]", "\"types\": []", "types: needs at least one type, or generate must make some")]
    [InlineData("\"users\"", "\"user\"", "user")]
    [InlineData("400", "null", "users")]
    [InlineData("{ \"name\"", "[ \"name\"", "$")]
    public void A_wrong_world_names_field_and_range(string part, string wrong, string fault)
    {
        var thrown = Assert.Throws<WorldException>(() => WorldFile.Parse(Good.Replace(part, wrong, StringComparison.Ordinal)));
        Assert.Contains(fault, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_lives_the_same_day_under_every_design_and_messages_bring_what_the_file_says()
    {
        var population = new Population(WorldFile.Parse(Good) with { Users = 20_000, Noise = new() { Shock = 0 } }, 3);
        var (silent, loud) = (new Life(population), new Life(population));
        var sends = new Sends(population.Users, 1);
        silent.Step(0, sends);
        for (var u = 0; u < population.Users; u++)
        {
            sends.Send(u, [0]);
        }

        loud.Step(0, sends);
        var brought = Enumerable.Range(0, population.Users).Average(u => (double)loud.Counts[u].Visits - silent.Counts[u].Visits);
        // 0.2 + 0.1 a message, the day's share of it; a negative effect cannot take more visits than there are.
        Assert.Equal(0.3 * loud.Shares[0], brought, 0.03);
        Assert.Equal(0.3, loud.Sent.Average(), 0.01);
        Assert.All(silent.Value, value => Assert.Equal(0, value));
    }
}
