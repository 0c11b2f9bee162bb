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

    [Theory]
    [InlineData(EffectOn.Visits)]
    [InlineData(EffectOn.Goals)]
    public void Visits_that_are_listed_are_those_that_are_counted(EffectOn on)
    {
        var population = new Population(WorldFile.Parse(Good) with { Effect = new() { On = on } }, 5);
        var (life, sends, history, visits, random) = (new Life(population), new Sends(population.Users, 1), population.History(), new List<Visit>(), new FastRandom());
        for (var u = 0; u < population.Users; u++)
        {
            sends.Send(u, [1]);
            population.Past(u, random, visits);
            Assert.Equal(history.Total(u), visits.Count);
            Assert.Equal(history.VisitsOn(u, 3), visits.Count(visit => visit.Day == 3));
            Assert.Equal(history.CountsOf(u)[14], visits.Count(visit => visit.Depth == Visit.Goal));
        }

        life.Step(0, sends);
        for (var u = 0; u < population.Users; u++)
        {
            var alone = life.Visits(u, random, visits);
            Assert.Equal(life.Counts[u], new DayCounts(visits.Count, alone + visits.Count(visit => visit.Depth == Visit.Goal)));
            Assert.True(alone == 0 || on == EffectOn.Goals);
            Assert.All(visits, visit => Assert.Equal(population.World.HistoryDays, visit.Day));
        }
    }

    [Fact]
    public void Visits_of_a_day_go_down_the_funnel_as_those_of_the_history_do()
    {
        var population = new Population(WorldFile.Parse(Good) with { Users = 20_000 }, 6);
        var (life, visits, random) = (new Life(population), new List<Visit>(), new FastRandom());
        life.Step(0, new Sends(population.Users, 1));
        var (past, today) = (new double[4], new double[4]);
        for (var u = 0; u < population.Users; u++)
        {
            population.Past(u, random, visits);
            visits.ForEach(visit => past[visit.Depth]++);
            _ = life.Visits(u, random, visits);
            visits.ForEach(visit => today[visit.Depth]++);
        }

        // About 12,000 visits today: a share's error is 0.5 points at most, five of them stay below one in a million.
        Assert.All(Enumerable.Range(0, 4), depth => Assert.Equal(past[depth] / past.Sum(), today[depth] / today.Sum(), 0.025));
    }

    [Fact]
    public void A_message_in_the_evening_works_mostly_on_the_next_day()
    {
        var (usual, evening) = (Life.SharesOf(10), Life.SharesOf(10, 21));
        Assert.Equal(Life.SharesOf(10, Life.SendHour), usual);
        // Three hours are left of the day: 1 - 2^(-3/10) of the effect, over what three days hold of it.
        Assert.Equal((1 - Math.Pow(2, -0.3)) / (1 - Math.Pow(2, -5.1)), evening[0], 1e-12);
        Assert.True(evening[1] > evening[0]);
        Assert.Equal(1, evening.Sum(), 1e-12);
    }
}
