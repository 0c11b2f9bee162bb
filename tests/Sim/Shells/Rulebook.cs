using System.Collections.Frozen;
using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Sim.Shells;

/// <summary>What marketers own, in versions: a daily program, one that answers a cart, limits, and the switch that stops everything.</summary>
internal sealed class Rulebook
{
    const string Secret = "secret";
    static readonly TimeSpan grace = TimeSpan.FromHours(1);
    readonly Options options;
    readonly Dictionary<(bool Off, string Salt), AgentRules> built = [];

    public Rulebook(Options options) => this.options = options;

    /// <summary>Whether everything is stopped, in the newest version.</summary>
    public bool Off { get; private set; }

    /// <summary>Number of the newest version.</summary>
    public int Version { get; private set; }

    /// <summary>Writes a new version.</summary>
    public void Turn(bool off) => (Off, Version) = (off, Version + 1);

    /// <summary>Rules as an agent goes by them.</summary>
    public AgentRules Of(bool off, string salt)
    {
        if (!built.TryGetValue((off, salt), out var rules))
        {
            var cohort = (string program) => Cohort(program, new Instant(options.Start));
            rules = new AgentRules(
                new WorkspaceSettings { KillSwitch = off, Guardrails = Rails(options.OverallCap) },
                [new ProgramRules(Daily(salt), cohort("daily"), grace), new ProgramRules(Cart(salt), cohort("cart"), grace)],
                Secret);
            built.Add((off, salt), rules);
        }

        return rules;
    }

    static Guardrails Rails(int overall) => new()
    {
        Id = "rails",
        Quiet = [new QuietHours("quiet", new TimeOnly(21, 0), new TimeOnly(8, 0), ["in_app"])],
        Caps = [new Cap("push-day", "push", 1, CapPeriod.LocalDay, 0), new Cap("all-day", null, overall, CapPeriod.LocalDay, 0)],
    };

    static ProgramDefinition Daily(string salt) => new()
    {
        Id = "daily",
        Name = "daily",
        State = ProgramState.Live,
        Goal = Orders(),
        Sets = [Set("slot", Dimension.Slot, [.. Slot.All]), Set("channel", Dimension.Channel, ["push", "sms", "in_app"]), Set("tone", Dimension.Content, ["warm", "plain"])],
        Messages = [.. from channel in new[] { "push", "sms", "in_app" } from tone in new[] { "warm", "plain" } select Of(channel, tone)],
        Experiment = new ExperimentPlan(salt, 4, 1, 1, 1),
        Rules = new RulesBaseline(12, 1, ["push-warm", "sms-plain"]),
        Learning = new Learning { Posterior = PosteriorKind.Beta, FewestNeighbours = 5, Neighbours = 5 },
        ExpiresAfter = TimeSpan.FromHours(4),
    };

    static ProgramDefinition Cart(string salt) => Daily(salt) with
    {
        Id = "cart",
        Name = "cart",
        Priority = 50,
        Trigger = "cart",
        Sets = [Set("channel", Dimension.Channel, ["push", "sms"]), Set("tone", Dimension.Content, ["warm", "plain"])],
        Messages = [.. from channel in new[] { "push", "sms" } from tone in new[] { "warm", "plain" } select Of(channel, tone)],
        ExpiresAfter = TimeSpan.FromHours(2),
    };

    static Goal Orders() => new()
    {
        Id = "orders",
        Events = FrozenSet.Create(StringComparer.Ordinal, "order"),
        Window = TimeSpan.FromHours(12),
    };

    static ActionSet Set(string id, Dimension dimension, string[] actions) => new()
    {
        Id = id,
        Name = id,
        Dimension = dimension,
        ForgettingHalfLife = null,
        Actions = [.. actions.Select(action => new ActionDefinition(action, action, false))],
    };

    static Message Of(string channel, string tone) => new()
    {
        Id = $"{channel}-{tone}",
        Name = $"{channel} {tone}",
        Channel = channel,
        Labels = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("channel", channel), KeyValuePair.Create("tone", tone)]),
        Content = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("title", "Hello")]),
    };

    // A fold of ten quiet users that is later than any effect of the run, so that effects are identified at once.
    static CohortSnapshot Cohort(string program, Instant start)
    {
        var controls = ImmutableArray.CreateBuilder<ControlRecord>();
        for (var i = 0; i < 10; i++)
        {
            var days = DayCounters.Empty;
            var events = ImmutableArray.CreateBuilder<UserEvent>();
            for (var hour = -30 * 24; hour < 30 * 24; hour += 9 + i)
            {
                var one = new UserEvent((ulong)(i * 1000 + hour + 800), hour % 4 == 0 ? "order" : hour % 3 == 0 ? "cart" : "open", start + TimeSpan.FromHours(hour), null);
                events.Add(one);
                days = days.Add(one, one.Type == "order", 12);
            }

            controls.Add(new ControlRecord($"t/u:control{i}", start - TimeSpan.FromDays(60), start - TimeSpan.FromDays(60), null, true, [], events.ToImmutable(), days));
        }

        var weights = new EventWeights(1, [new("open", 0.2, null, 10, 20, null), new("cart", 1, null, 5, 5, null), new("order", 3, null, 4, 6, null)]);
        return new CohortSnapshot(program, 1, start + TimeSpan.FromDays(20), start, weights, [], controls.ToImmutable(), 1, [], [], 10);
    }
}
