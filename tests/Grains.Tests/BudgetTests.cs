using System.Text.Json.Nodes;
using Aampe.Agents.Grains.Budgets;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Budgets;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Grains.Tests;

/// <summary>Budgets over many agents at once, through crashes and restarts.</summary>
public sealed class BudgetTests
{
    const string Day = "workspace/grd_day/day/EUR", Total = "program/basket/own/total/EUR";

    static readonly ActorCard someone = new("u:test", "test", 0, false);

    static async Task<Cluster> StartAsync(decimal day, decimal total, decimal price = 0.25m)
    {
        var cluster = await Cluster.StartAsync();
        var settings = $$$"""
            {
              "timeZone": "UTC", "costPerSend": { "in_app": { "amount": {{{Text(price)}}}, "currency": "EUR" } },
              "guardrails": { "id": "grd_none", "quietHours": [], "caps": [], "budgets": [{ "id": "grd_day", "amount": {{{Text(day)}}}, "currency": "EUR", "per": "day" }] }
            }
            """;
        await cluster.Grains.GetGrain<IProgramCatalogue>(AgentKey.DefaultTenant).PutSettingsAsync(System.Text.Encoding.UTF8.GetBytes(settings), null, someone);
        var program = JsonNode.Parse(Some.Program())!.AsObject();
        program["actionSets"]!.AsArray().RemoveAt(0);
        program["guardrails"] = JsonNode.Parse($$"""{"id":"grd_own","budgets":[{"id":"own","amount":{{Text(total)}},"currency":"EUR","per":"total","channel":"in_app"}]}""");
        await cluster.GoLiveAsync(program.ToJsonString());
        return cluster;
    }

    static string Text(decimal amount) => amount.ToString(System.Globalization.CultureInfo.InvariantCulture);

    static NextRequest Ask(Cluster cluster, bool activate = true) => new() { At = cluster.Clock.Now, Channels = ["in_app"], Activate = activate };

    static async Task<BudgetSpent> SpentAsync(Cluster cluster, string budget) =>
        (await cluster.Grains.GetGrain<IBudgetLedger>(AgentKey.DefaultTenant).SpentAsync()).SingleOrDefault(one => one.Budget == budget) ?? new BudgetSpent(budget, "", 0, 0);

    static async Task ArriveAsync(Cluster cluster, IEnumerable<string> users) =>
        await Task.WhenAll(users.Select((user, i) => cluster.Agent(user).ObserveAsync(Some.Slice(cluster.Clock.Now, (i + 1, "App Opened", "m-" + user))).AsTask()));

    [Theory]
    [InlineData(60, 1_000, 240)]
    [InlineData(1_000, 37.5, 150)]
    public async Task A_thousand_users_at_once_get_exactly_what_two_budgets_pay(double day, double total, int sends)
    {
        await using var cluster = await StartAsync((decimal)day, (decimal)total);
        var users = Enumerable.Range(0, 1_000).Select(i => $"user-{i}").ToArray();
        await ArriveAsync(cluster, users);
        var answers = await Task.WhenAll(users.Select(user => cluster.Agent(user).NextAsync(Ask(cluster)).AsTask()));
        Assert.Equal(sends, answers.Count(answer => answer.State == DecisionState.Activated));
        // All others say why, at the decision or at its activation.
        var held = answers.Where(answer => answer.State != DecisionState.Activated).ToArray();
        Assert.All(held, answer => Assert.Equal("budget", Code(answer)));
        Assert.Equal((sends * 0.25m, 0m), (await SpentAsync(cluster, Day)) is var a ? (a.Spent, a.UnderWay) : default);
        Assert.Equal((sends * 0.25m, 0m), (await SpentAsync(cluster, Total)) is var b ? (b.Spent, b.UnderWay) : default);

        // The next day pays again where the day was the limit, and never where it is spent for good.
        cluster.Clock.Now += TimeSpan.FromDays(1);
        var next = await cluster.Agent("user-1").NextAsync(Ask(cluster));
        Assert.Equal(day < 1_000, next.State == DecisionState.Activated);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_in_the_middle_neither_loses_nor_overspends(bool kill)
    {
        var before = await StartAsync(50, 1_000);
        var users = Enumerable.Range(0, 400).Select(i => $"user-{i}").ToArray();
        await ArriveAsync(before, users);
        var asked = users.Take(150).Select(user => before.Agent(user).NextAsync(Ask(before)).AsTask()).ToArray();
        await Task.WhenAny(asked.Skip(20));
        await using var after = await before.RestartAsync(kill);
        await Task.WhenAll(asked.Select(one => one.ContinueWith(_ => { }, TaskScheduler.Default)));
        var answered = asked.Count(one => one.IsCompletedSuccessfully && one.Result.State == DecisionState.Activated);

        // Whoever was cut asks again; then everybody else.
        await Task.WhenAll(users.Select(user => after.Agent(user).NextAsync(Ask(after)).AsTask()));
        await SettledAsync(after);
        // A silo hears of money that came back with its next look at the rules.
        await after.Rules.RefreshAsync(default);
        after.Clock.Now += TimeSpan.FromMinutes(2);
        await Task.WhenAll(users.Select(user => after.Agent(user).NextAsync(Ask(after)).AsTask()));
        var sent = await SentAsync(after, users);
        Assert.True(answered <= sent, $"{answered} were answered, {sent} count");
        Assert.Equal(200, sent);
        Assert.Equal(50, (await SpentAsync(after, Day)).Spent);
    }

    [Fact]
    public async Task Money_that_was_taken_for_a_step_that_was_never_stored_comes_back()
    {
        var cluster = await StartAsync(1, 1_000);
        await ArriveAsync(cluster, ["ada", "bob"]);
        // As a crash leaves it: given, and nothing of it in any agent's record.
        var ledger = cluster.Grains.GetGrain<IBudgetLedger>(AgentKey.DefaultTenant);
        BudgetLine[] lines = [new("dec_lost", Day, Today(cluster), 1, 1)];
        Assert.True((await ledger.TakeAsync(AgentKey.User(AgentKey.DefaultTenant, "ada").ToString(), lines)).Given);
        Assert.Equal("budget", Code(await cluster.Agent("bob").NextAsync(Ask(cluster))));
        await using var after = await cluster.RestartAsync();
        await SettledAsync(after);
        Assert.Equal(0, (await SpentAsync(after, Day)).Spent);
        await after.Rules.RefreshAsync(default);
        after.Clock.Now += TimeSpan.FromMinutes(2);
        Assert.Equal(DecisionState.Activated, (await after.Agent("bob").NextAsync(Ask(after))).State);
    }

    [Fact]
    public async Task A_hand_over_that_never_reached_the_user_gives_its_money_back_and_an_unknown_one_keeps_it()
    {
        await using var cluster = await StartAsync(0.25m, 1_000);
        await ArriveAsync(cluster, ["ada", "bob"]);
        var first = await cluster.Agent("ada").NextAsync(Ask(cluster));
        Assert.Equal(DecisionState.Activated, first.State);
        Assert.Equal("budget", Code(await cluster.Agent("bob").NextAsync(Ask(cluster))));
        await cluster.Agent("ada").ForsakeAsync(first.DecisionId!, "timeout", cluster.Clock.Now);
        Assert.Equal((0m, 0m), (await SpentAsync(cluster, Day)) is var spent ? (spent.Spent, spent.UnderWay) : default);
        // Once: forsaken again, nothing more comes back.
        await cluster.Agent("ada").ForsakeAsync(first.DecisionId!, "timeout", cluster.Clock.Now);
        cluster.Clock.Now += TimeSpan.FromMinutes(2);
        Assert.Equal(DecisionState.Activated, (await cluster.Agent("bob").NextAsync(Ask(cluster))).State);
        Assert.Equal(0.25m, (await SpentAsync(cluster, Day)).Spent);
    }

    [Fact]
    public async Task What_two_activations_of_the_ledger_write_is_not_lost()
    {
        await using var cluster = await StartAsync(1, 1_000);
        var ledger = cluster.Grains.GetGrain<IBudgetLedger>(AgentKey.DefaultTenant);
        var agent = AgentKey.User(AgentKey.DefaultTenant, "ada").ToString();
        Assert.True((await ledger.TakeAsync(agent, [new("dec_1", Day, Today(cluster), 0.25m, 1)])).Given);
        // Another activation, on a silo that this one does not know of, has written meanwhile.
        var documents = cluster.Get<IDocumentStore>();
        var stored = (await documents.ReadAsync(AgentKey.DefaultTenant, "budgets", "ledger", default))!;
        var book = Core.Budgets.BudgetBook.Read(stored.Content.Span);
        Assert.True(book.Take(agent, [new Core.Budgets.Bill("dec_2", [new Core.Budgets.BillLine(new Core.Budgets.SpendingSlot(Day, Today(cluster)), 0.75m, 1)])]));
        await documents.WriteAsync(AgentKey.DefaultTenant, "budgets", "ledger", stored.Version, book.Write(), keepHistory: false, default);
        await Assert.ThrowsAnyAsync<Exception>(async () => await ledger.TakeAsync(agent, [new("dec_3", Day, Today(cluster), 0.25m, 1)]));
        Assert.False((await ledger.TakeAsync(agent, [new("dec_3", Day, Today(cluster), 0.25m, 1)])).Given);
    }

    static string Today(Cluster cluster) => cluster.Clock.Now.ToDateTimeOffset().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    static string Code(NextResult answer) =>
        (answer.HeldReasons.Length > 2 ? JsonNode.Parse(answer.HeldReasons)! : JsonNode.Parse(answer.Record)!["reasons"]!).AsArray()[0]!["code"]!.GetValue<string>();

    // Bills that the ledger reads at its start are overdue at once.
    static async Task SettledAsync(Cluster cluster)
    {
        await cluster.Get<OpenBills>().AskAsync(default);
        Assert.Equal(0, (await SpentAsync(cluster, Day)).UnderWay);
    }

    static async Task<int> SentAsync(Cluster cluster, string[] users)
    {
        var sent = 0;
        foreach (var user in users)
        {
            var snapshot = JsonNode.Parse((await cluster.Agent(user).SnapshotAsync()).Json)!;
            sent += snapshot["counters"]!["sends"]!.GetValue<int>();
        }

        return sent;
    }
}
