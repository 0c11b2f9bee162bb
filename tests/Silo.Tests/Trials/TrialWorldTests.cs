using Aampe.Agents.Trial.World;

namespace Aampe.Agents.Silo.Tests.Trials;

/// <summary>The worlds that come with the trial, without the product.</summary>
public sealed class TrialWorldTests
{
    const int Users = 20_000;

    [Fact]
    public void The_paper_s_figures_lie_between_a_policy_that_knows_nothing_and_one_that_knows_everybody()
    {
        var world = TrialWorld.Read("paper");
        var random = Policy.Effects(world, Users, 21, 1, Choosing.Random, 2);
        var best = Policy.Effects(world, Users, 21, 1, Choosing.Best, 2);

        // Middles of the intervals of Table 1.
        double[] intent = [0.00765, 0.0184, 0.0137, 0.0241], conversion = [0.0045, 0.0033, 0.0010, 0.0023];
        for (var feature = 0; feature < 4; feature++)
        {
            Assert.InRange(intent[feature], random[feature].Intent, best[feature].Intent);
            Assert.InRange(conversion[feature], random[feature].Conversion, best[feature].Conversion);
        }

        Assert.Null(best[3].Gmv);
    }

    [Fact]
    public void In_a_null_world_messages_change_nothing_for_anybody()
    {
        Assert.All(Policy.Effects(TrialWorld.Read("null"), 2_000, 7, 3, Choosing.Best, 1), effect => Assert.Equal((0, 0), (effect.Intent, effect.Conversion)));
    }

    [Fact]
    public void The_same_seed_is_the_same_life_and_messages_of_the_rules_are_in_both_worlds()
    {
        var world = TrialWorld.Read("strong");
        var (people, hour) = (new People(world, 300, 5), new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() / 3600);
        List<Deed> Live(SentKind? kind)
        {
            var (life, all) = (new Life(world, people, 5), new List<Deed>());
            for (var h = hour; h < hour + 72; h++)
            {
                for (var user = 0; kind is { } sent && h == hour + 20 && user < people.Count; user++)
                {
                    life.Reach(user, new Sent(sent, 1, sent == SentKind.Rules ? -1 : people.Tone(user), sent == SentKind.Rules ? -1 : people.Offer(user)), h * 3_600_000);
                }

                all.AddRange(life.Live(h, null));
            }

            return all;
        }

        var quiet = Live(null);
        Assert.Equal(quiet, Live(null));
        Assert.All(Live(SentKind.Rules), deed => Assert.Equal(Trial.World.Worlds.Both, deed.In));
        var with = Live(SentKind.Agents);
        Assert.Contains(with, deed => deed.In == Trial.World.Worlds.With);
        Assert.Equal(quiet, with.Where(deed => deed.In == Trial.World.Worlds.Both));
    }

    [Fact]
    public void Ids_of_messages_read_back_and_others_are_none_of_the_trial_s()
    {
        var world = TrialWorld.Read("paper");
        foreach (var sent in (Sent[])[new(SentKind.Agents, 2, 1, 0), new(SentKind.Rules, 3, -1, -1), new(SentKind.Card, 3, 2, 2)])
        {
            Assert.Equal(sent, Sent.Of(world, sent.IdIn(world)));
        }

        Assert.All((string[])["", "rides", "rides-warm", "rides-warm-nothing", "boats-warm-news", "rules-boats", "a-b-c-d"], id => Assert.Null(Sent.Of(world, id)));
    }

    [Theory]
    [InlineData("\"visitsADay\": 0.3", "\"visitsADay\": 0.001", "visitsADay: must be 0.01 to 10; it is 0.001.")]
    [InlineData("\"Africa/Lagos\"", "\"Mars/Olympus\"", "'Mars/Olympus' is no IANA zone")]
    [InlineData("\"misfits\"", "\"missfits\"", "missfits")]
    [InlineData("\"id\": \"food\"", "\"id\": \"rides\"", "two have the same id")]
    public void A_world_that_is_wrong_names_field_value_and_limit(string what, string by, string said)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "populations", "paper.json")).Replace(what, by, StringComparison.Ordinal));
            Assert.Contains(said, Assert.Throws<InvalidDataException>(() => TrialWorld.Read(file)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
