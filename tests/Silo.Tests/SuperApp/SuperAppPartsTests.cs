using System.Text;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.HostApp;
using Aampe.Agents.SuperApp.Catalogue;
using Aampe.Agents.SuperApp.Measure;

namespace Aampe.Agents.Silo.Tests.SuperApp;

public class SuperAppPartsTests
{
    // The example of the Standard Webhooks libraries.
    static readonly byte[] key = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek", Timestamp = "1614265330", Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    static readonly DateTimeOffset then = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);

    [Theory]
    [InlineData(Id, Timestamp, Signature, "{\"test\": 2432232314}", 0, true)]
    [InlineData(Id, Timestamp, "v1,AAAA " + Signature, "{\"test\": 2432232314}", 299, true)]
    [InlineData(Id, Timestamp, Signature, "{\"test\": 2432232315}", 0, false)]
    [InlineData("msg_other", Timestamp, Signature, "{\"test\": 2432232314}", 0, false)]
    [InlineData(Id, "1614265331", Signature, "{\"test\": 2432232314}", 0, false)]
    [InlineData(Id, Timestamp, Signature, "{\"test\": 2432232314}", 301, false)]
    [InlineData(Id, "yesterday", Signature, "{\"test\": 2432232314}", 0, false)]
    [InlineData(Id, Timestamp, "", "{\"test\": 2432232314}", 0, false)]
    public void Only_a_webhook_with_its_own_signature_and_a_near_time_is_genuine(string id, string timestamp, string signature, string body, int later, bool genuine) =>
        Assert.Equal(genuine, WebhookReceiver.IsGenuine(key, id, timestamp, signature, Encoding.UTF8.GetBytes(body), then.AddSeconds(later)));

    [Fact]
    public void The_program_files_are_those_that_the_app_makes_and_the_product_takes()
    {
        foreach (var (name, text) in ProgramFiles.All())
        {
            Assert.Equal(text, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "programs", name)));
            var program = Assert.IsType<ProgramParse.Ok>(ProgramJson.Parse(Encoding.UTF8.GetBytes(text))).Program;
            Assert.All(program.Messages.Where(_ => program.Id == ProgramFiles.Orders), message => Assert.NotNull(ProgramFiles.ContactOf(message.Id, then, TimeZoneInfo.Utc)));
        }
    }

    [Fact]
    public void A_message_of_another_catalogue_is_not_guessed_at() => Assert.Null(ProgramFiles.ContactOf("food-warm-free-push", then, TimeZoneInfo.Utc));

    [Theory]
    [InlineData(10, 3.1693)]
    [InlineData(30, 2.7500)]
    [InlineData(120, 2.6174)]
    [InlineData(double.PositiveInfinity, 2.5758)]
    public void The_quantile_is_that_of_the_tables(double freedom, double expected) => Assert.Equal(expected, Welch.Quantile(freedom), 0.002);

    [Fact]
    public void The_interval_is_that_of_the_textbook()
    {
        // Without a past there is nothing to foretell: plain Welch. Means 5 and 3, variances 2.5 and 1, n 5 and 3: error sqrt(5/6), freedom 5.8824.
        double[] values = [3, 4, 5, 6, 7, 2, 3, 4];

        var interval = Welch.Difference(values, new double[8], [0, 1, 2, 3, 4], [5, 6, 7]);

        Assert.Equal(2, interval.Difference!.Value, 1e-12);
        Assert.Equal(2 - (Math.Sqrt(5.0 / 6) * Welch.Quantile(5.882352941)), interval.Low!.Value, 1e-6);
        Assert.Equal(4 - interval.Low.Value, interval.High!.Value, 1e-12);
    }

    [Fact]
    public void What_the_past_foretells_is_taken_out()
    {
        double[] past = [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6];
        var values = past.Select((x, i) => (3 * x) + (i < 6 ? 2 : 0) + (0.01 * (i % 2))).ToArray();

        var interval = Welch.Difference(values, past, [0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]);

        Assert.Equal(2, interval.Difference!.Value, 0.01);
        Assert.True(interval.High - interval.Low < 0.1);
    }

    [Fact]
    public void One_user_makes_no_interval() => Assert.Equal(new Interval(null, null, null), Welch.Difference([1, 2, 3], [0, 0, 0], [0], [1, 2]));

    [Fact]
    public void Only_days_that_are_over_are_compared()
    {
        var tally = new Tally(4);
        for (var day = 0; day < 4; day++)
        {
            tally.Order(0, day);
            tally.Order(1, day);
            tally.ExtraSoFar(day, user => user < 2 ? day + 1 : 0);
        }

        tally.Order(2, 4);
        var arms = new Dictionary<string, List<int>> { ["agentic"] = [0, 1], ["rules"] = [2, 3] };

        var comparison = tally.Compare(arms, whole: 4, learning: 2);

        Assert.Equal((2, 2), (comparison.FromDay, comparison.Days));
        Assert.Equal(7, comparison.PerWeek["agentic"]);
        Assert.Equal(0, comparison.PerWeek["rules"]);
        Assert.Equal(7, comparison.Against["rules"].Difference);
        Assert.Equal(7, comparison.Truth["rules"]);
    }
}
