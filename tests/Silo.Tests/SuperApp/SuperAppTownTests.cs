using Aampe.Agents.SuperApp.World;

namespace Aampe.Agents.Silo.Tests.SuperApp;

public class SuperAppTownTests
{
    static readonly DateTimeOffset monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_seed_gives_the_same_town()
    {
        Assert.Equal(Live(new Town(Population.Make(200, 5), 5, false), 3), Live(new Town(Population.Make(200, 5), 5, false), 3));
        Assert.NotEqual(Live(new Town(Population.Make(200, 5), 5, false), 3), Live(new Town(Population.Make(200, 6), 6, false), 3));
    }

    [Fact]
    public void People_sleep_at_night_and_families_shop_at_the_weekend()
    {
        var town = new Town(Population.Make(1_500, 1), 1, false);
        var visits = Live(town, 28).Where(deed => deed.Name == Labels.Opened).Select(deed => (town.People[deed.Person].Kind, Local: TimeZoneInfo.ConvertTime(deed.At, town.People[deed.Person].Zone))).ToArray();

        Assert.True(visits.Count(visit => visit.Local.Hour is >= 2 and < 5) * 8 < visits.Count(visit => visit.Local.Hour is >= 17 and < 20));
        Assert.True(WeekendShare("family") > 1.3 * WeekendShare("commuter"));

        double WeekendShare(string kind) =>
            visits.Count(visit => visit.Kind == kind && visit.Local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday) / (double)visits.Count(visit => visit.Kind == kind);
    }

    [Fact]
    public void Every_order_comes_at_the_end_of_its_funnel()
    {
        var deeds = Live(new Town(Population.Make(500, 2), 2, false), 7);

        foreach (var funnel in Labels.Funnels)
        {
            var counts = funnel.Select(name => deeds.Count(deed => deed.Name == name)).ToArray();
            Assert.True(counts[0] > counts[1] && counts[1] > counts[2] && counts[2] > 50, string.Join(", ", counts));
            Assert.All(deeds.Where(deed => deed.Name == funnel[2]), order => Assert.True(order.IsGoal && order.Value > 0));
            Assert.All(deeds.Where(deed => deed.Name != funnel[2] && funnel.Contains(deed.Name)), deed => Assert.False(deed.IsGoal));
        }

        foreach (var own in deeds.GroupBy(deed => deed.Person))
        {
            var seen = own.OrderBy(deed => deed.At).Select(deed => deed.Name).ToList();
            Assert.All(seen.Select((name, i) => (name, i)).Where(one => Labels.Funnels.Any(funnel => funnel[2] == one.name)), order =>
            {
                var funnel = Labels.Funnels.Single(one => one[2] == order.name);
                Assert.Equal([Labels.Opened, funnel[0], funnel[1]], seen.GetRange(order.i - 3, 3));
            });
        }
    }

    [Fact]
    public void Extra_orders_are_the_difference_to_the_same_town_without_messages()
    {
        var people = Population.Make(400, 3);
        var messaged = new Town(people, 3, false);
        var silent = new Town(people, 3, false);

        var with = Live(messaged, 14, everyDays: 2).Where(deed => deed.IsGoal).ToLookup(deed => deed.Person);
        var without = Live(silent, 14).Where(deed => deed.IsGoal).ToLookup(deed => deed.Person);

        Assert.All(people, person => Assert.Equal(with[person.Index].Count() - without[person.Index].Count(), messaged.ExtraOrders(person.Index)));
        Assert.All(people, person => Assert.Equal(0, silent.ExtraOrders(person.Index)));
        Assert.True(people.Sum(person => messaged.ExtraOrders(person.Index)) > 100);
    }

    [Fact]
    public void A_placebo_changes_nothing_at_all()
    {
        var people = Population.Make(300, 4);

        Assert.Equal(Live(new Town(people, 4, true), 7), Live(new Town(people, 4, true), 7, everyDays: 1));
    }

    [Fact]
    public void Messages_that_fit_bring_more_than_those_that_do_not()
    {
        var people = Population.Make(600, 5);
        var (best, worst) = (new Town(people, 5, false), new Town(people, 5, false));

        Live(best, 14, everyDays: 2, choose: (person, all) => all.MaxBy(contact => person.PullOf(contact)));
        Live(worst, 14, everyDays: 2, choose: (person, all) => all.MinBy(contact => person.PullOf(contact)));

        Assert.True(Extra(best) > 4 * people.Length / 10.0, $"{Extra(best)}");
        Assert.True(Extra(worst) < 0, $"{Extra(worst)}");
    }

    [Fact]
    public void Whoever_hears_too_often_gets_tired()
    {
        var people = Population.Make(600, 6);
        var (often, seldom) = (new Town(people, 6, false), new Town(people, 6, false));

        Live(often, 24, everyDays: 1);
        Live(seldom, 24, everyDays: 4);

        Assert.True(Extra(seldom) / 6.0 > 1.3 * Extra(often) / 24.0, $"{Extra(seldom)} of 6 a person, {Extra(often)} of 24");
    }

    static int Extra(Town town) => town.People.Sum(person => town.ExtraOrders(person.Index));

    static List<Deed> Live(Town town, int days, int? everyDays = null, Func<Person, IReadOnlyList<Contact>, Contact>? choose = null)
    {
        var deeds = new List<Deed>();
        for (var hour = 0; hour < days * 24; hour++)
        {
            var from = monday.AddHours(hour);
            if (everyDays is { } every && hour % (24 * every) == 10)
            {
                foreach (var person in town.People)
                {
                    town.Reach(person.Index, choose is null ? new Contact(from, 1, 0, 0, 0, 0) : choose(person, All(from)));
                }
            }

            town.Hour(from, deeds);
        }

        return deeds;
    }

    static Contact[] All(DateTimeOffset at) =>
    [
        .. from feature in Enumerable.Range(0, 3) from tone in Enumerable.Range(0, 3) from offer in Enumerable.Range(0, 3) from channel in Enumerable.Range(0, 4)
           select new Contact(at, feature, tone, offer, channel, 0),
    ];
}
