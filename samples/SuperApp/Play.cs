using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.HostApp;
using Aampe.Agents.SuperApp.Catalogue;
using Aampe.Agents.SuperApp.Measure;
using Aampe.Agents.SuperApp.World;

namespace Aampe.Agents.SuperApp;

/// <summary>How to play.</summary>
/// <param name="Users">People of the town.</param>
/// <param name="Days">Simulated days at most.</param>
/// <param name="StepHours">Hours between two moves of the clock.</param>
/// <param name="Seed">Everything follows from it.</param>
/// <param name="Placebo">Messages have no effect.</param>
/// <param name="Limit">Time on the wall clock; null = until the days are over.</param>
public sealed record Plan(int Users, int Days, int StepHours, long Seed, bool Placebo, TimeSpan? Limit);

/// <summary>
/// The app at work: what its users did goes in as events, messages come back by webhook and on request, and what they did to the users shows in
/// the events that follow. The only way to the silo is the one that any customer has.
/// </summary>
public sealed class Play(Plan plan, Town town, IAgentClient agents, SegmentWriter segment, WebhookReceiver receiver, Action<Progress> show)
{
    /// <summary>First moment of the experiment, a Monday; the past before it is told in one go.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    const int PastDays = 7, CardEveryDays = 7, CardsAStep = 200, ShowEverySteps = 4, LearningDays = 4;
    static readonly TimeSpan toFinish = TimeSpan.FromSeconds(4);

    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly Tally tally = new(plan.Users);
    readonly HashSet<int> wallets = [];
    readonly Dictionary<int, DateTimeOffset> carded = [];
    readonly List<Deed> later = [];
    Dictionary<string, List<int>> arms = [];
    long handed, opened, clicked, cards;

    /// <summary>Plays to the end of the days or of the time.</summary>
    public async Task<Summary> RunAsync(CancellationToken stop)
    {
        await TellThePastAsync(stop);
        var now = Start;
        var end = Start.AddDays(plan.Days);
        for (var step = 1; now < end && !stop.IsCancellationRequested && (plan.Limit is not { } limit || watch.Elapsed + toFinish < limit); step++)
        {
            now = await StepAsync(now, stop);
            if (step == 1)
            {
                arms = await ArmsAsync(stop);
            }

            if (step % ShowEverySteps == 0)
            {
                show(await ProgressAsync(now, stop));
            }
        }

        return await SummaryAsync(now);
    }

    async Task TellThePastAsync(CancellationToken stop)
    {
        foreach (var person in town.People)
        {
            Identify(person);
        }

        var deeds = new List<Deed>();
        for (var hour = Start.AddDays(-PastDays); hour < Start; hour = hour.AddHours(1))
        {
            town.Hour(hour, deeds);
        }

        foreach (var deed in deeds)
        {
            Track(deed);
            if (deed.IsGoal)
            {
                tally.Earlier(deed.Person);
            }
        }

        await segment.FlushAsync(Start, stop);
        var agreeing = town.People.Where(person => person.Agrees);
        var consent = new ConsentChange { Channel = "*", Status = "granted", Source = "sign-up form", Proof = "terms of 2026-01" };
        await Parallel.ForEachAsync(agreeing, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = stop }, async (person, token) => await agents.SetConsentAsync(person.Id, consent, token));
    }

    async Task<DateTimeOffset> StepAsync(DateTimeOffset from, CancellationToken stop)
    {
        var to = from.AddHours(plan.StepHours);
        await agents.Admin.SetClockAsync(to, stop);
        foreach (var message in receiver.Drain())
        {
            Take(message, to);
        }

        var deeds = new List<Deed>(later);
        later.Clear();
        for (var hour = from; hour < to; hour = hour.AddHours(1))
        {
            town.Hour(hour, deeds);
        }

        foreach (var deed in deeds)
        {
            Track(deed);
            if (deed.IsGoal)
            {
                tally.Order(deed.Person, (int)(deed.At - Start).TotalDays);
            }
        }

        await segment.FlushAsync(to, stop);
        tally.ExtraSoFar((int)(from - Start).TotalDays, town.ExtraOrders);
        await ShowCardsAsync(deeds, to, stop);
        return to;
    }

    void Take(Handed message, DateTimeOffset now)
    {
        var person = int.Parse(message.UserId.AsSpan("user-".Length), CultureInfo.InvariantCulture);
        if (ProgramFiles.ContactOf(message.MessageId, message.SendAt, town.People[person].Zone) is not { } contact)
        {
            throw new InvalidDataException($"The silo sent message '{message.MessageId}', which is not in the programs of this app.");
        }

        handed++;
        town.Reach(person, contact);
        Report(person, message.DecisionId, "Delivered", Earlier(message.SendAt.AddSeconds(2), now));
        var reaction = town.Reaction(person, contact, message.DecisionId);
        if (reaction.Opened)
        {
            opened++;
            Report(person, message.DecisionId, "Opened", Earlier(message.SendAt.AddMinutes(4), now));
        }

        if (reaction.Clicked)
        {
            clicked++;
            Report(person, message.DecisionId, "Clicked", Earlier(message.SendAt.AddMinutes(5), now));
        }
    }

    // Whoever is in the app just now may see a card about the wallet account.
    async Task ShowCardsAsync(List<Deed> deeds, DateTimeOffset now, CancellationToken stop)
    {
        var asked = deeds
            .Where(deed => deed.Name == Labels.Opened && now - deed.At < TimeSpan.FromHours(1) && !wallets.Contains(deed.Person) && now - carded.GetValueOrDefault(deed.Person) > TimeSpan.FromDays(CardEveryDays))
            .Select(deed => deed.Person).Distinct().Order().Take(CardsAStep).ToArray();
        if (asked.Length == 0)
        {
            return;
        }

        var question = new NextMessageRequest { ProgramId = ProgramFiles.Wallet, Channel = "in_app", Placement = "home", Trigger = Labels.Opened, Activate = true };
        var answers = await agents.NextMessagesAsync([.. asked.Select(person => new BulkNextMessageRequest(town.People[person].Id, question))], stop);
        for (var i = 0; i < asked.Length; i++)
        {
            carded[asked[i]] = now;
            if (answers[i].Message is NextMessage.Send { DecisionId: { } decision } card)
            {
                See(asked[i], card, decision.ToString(), now);
            }
        }
    }

    void See(int person, NextMessage.Send card, string decisionId, DateTimeOffset now)
    {
        cards++;
        var parts = card.Message.Id.Split('-');
        later.Add(new Deed(person, Labels.WalletViewed, now.AddSeconds(10), null, false));
        if (town.OpensWallet(person, Array.IndexOf(Labels.Tones, parts[1]), Array.IndexOf(Labels.Offers, parts[2]), decisionId))
        {
            wallets.Add(person);
            later.Add(new Deed(person, Labels.WalletOpened, now.AddSeconds(90), null, false));
            segment.Add(person, json =>
            {
                Head(json, "identify", town.People[person].Id, $"wallet-{person}", now);
                json.WriteStartObject("traits");
                json.WriteBoolean("wallet", true);
                json.WriteEndObject();
            });
        }
    }

    void Identify(Person person) => segment.Add(person.Index, json =>
    {
        Head(json, "identify", person.Id, $"identify-{person.Index}", Start.AddDays(-PastDays));
        json.WriteStartObject("traits");
        json.WriteString("firstName", $"Sam {person.Index}");
        if (person.HasEmail)
        {
            json.WriteString("email", $"{person.Id}@superapp.example");
        }

        if (person.HasPhone)
        {
            json.WriteString("phone", string.Create(CultureInfo.InvariantCulture, $"+3360000{person.Index:D5}"));
        }

        json.WriteEndObject();
        json.WriteStartObject("context");
        json.WriteString("timezone", person.Zone.Id);
        if (person.HasPush)
        {
            json.WriteStartObject("device");
            json.WriteString("token", $"token-{person.Index}");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    void Track(Deed deed) => segment.Add(deed.Person, json =>
    {
        Head(json, "track", town.People[deed.Person].Id, $"{deed.Person}-{deed.At.ToUnixTimeMilliseconds()}-{deed.Name}", deed.At);
        json.WriteString("event", deed.Name);
        if (deed.Value is { } value)
        {
            json.WriteStartObject("properties");
            json.WriteNumber("value", value);
            json.WriteString("currency", "EUR");
            json.WriteEndObject();
        }
    });

    void Report(int person, string decisionId, string what, DateTimeOffset at) => segment.Add(person, json =>
    {
        Head(json, "track", town.People[person].Id, $"{decisionId}-{what}", at);
        json.WriteString("event", "Message " + what);
        json.WriteStartObject("properties");
        json.WriteString("decisionId", decisionId);
        json.WriteEndObject();
    });

    static void Head(Utf8JsonWriter json, string type, string userId, string messageId, DateTimeOffset at)
    {
        json.WriteString("type", type);
        json.WriteString("userId", userId);
        json.WriteString("messageId", messageId);
        json.WriteString("timestamp", at.UtcDateTime);
    }

    static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    async Task<Progress> ProgressAsync(DateTimeOffset now, CancellationToken stop) =>
        new(now, watch.Elapsed, segment.Sent, handed, opened, clicked, cards, wallets.Count, await agents.Admin.OverviewAsync(stop), tally.Compare(arms, (int)(now - Start).TotalDays, LearningDays));

    async Task<Summary> SummaryAsync(DateTimeOffset now)
    {
        // The end is told even after Ctrl-C, as far as the silo still answers.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var counts = await CountsAsync(limit.Token);
        var progress = await ProgressAsync(now, limit.Token);
        return new Summary(plan, progress, counts.Sends, counts.Holds, receiver.Refused);
    }

    async Task<Dictionary<string, List<int>>> ArmsAsync(CancellationToken stop)
    {
        var found = new string[town.People.Length];
        await EachUserAsync((person, user) =>
        {
            var own = user.More["programs"].EnumerateArray().First(program => program.GetProperty("programId").GetString() == ProgramFiles.Orders);
            found[person] = own.GetProperty("arm").GetString()!;
        }, stop);
        return town.People.GroupBy(person => found[person.Index], StringComparer.Ordinal).ToDictionary(arm => arm.Key, arm => arm.Select(person => person.Index).ToList(), StringComparer.Ordinal);
    }

    async Task<(long Sends, long Holds)> CountsAsync(CancellationToken stop)
    {
        long sends = 0, holds = 0;
        await EachUserAsync((_, user) =>
        {
            var counters = user.More["counters"];
            Interlocked.Add(ref sends, counters.GetProperty("sends").GetInt64());
            Interlocked.Add(ref holds, counters.GetProperty("holds").GetInt64());
        }, stop);
        return (sends, holds);
    }

    Task EachUserAsync(Action<int, UserSummary> read, CancellationToken stop) =>
        Parallel.ForEachAsync(town.People, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = stop }, async (person, token) =>
        {
            var user = await agents.UserAsync(person.Id, token) ?? throw new InvalidDataException($"The silo has no agent of {person.Id}, although its events were taken.");
            read(person.Index, user);
        });
}
