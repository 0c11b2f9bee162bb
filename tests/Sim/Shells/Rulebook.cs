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
    static readonly EventWeights weights = new(1, [new("open", 0.2, null, 10, 20, null), new("cart", 1, null, 5, 5, null), new("order", 3, null, 4, 6, null)]);
    readonly Options options;
    readonly CohortSnapshot daily;
    readonly CohortSnapshot cart;
    readonly Dictionary<(bool Off, string Salt), AgentRules> built = [];

    public Rulebook(Options options)
    {
        this.options = options;
        var start = new Instant(options.Start);
        var controls = Controls(start);
        (daily, cart) = (Cohort("daily", controls, start), Cohort("cart", controls, start));
    }

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
            rules = new AgentRules(
                new WorkspaceSettings { KillSwitch = off, Guardrails = Rails(options) },
                [new ProgramRules(Daily(salt), daily, grace), new ProgramRules(Cart(salt), cart, grace)],
                Secret);
            built.Add((off, salt), rules);
        }

        return rules;
    }

    static Guardrails Rails(Options options) => new()
    {
        Id = "rails",
        Quiet = !options.Quiet ? [] : [new QuietHours("quiet", new TimeOnly(21, 0), new TimeOnly(8, 0), ["in_app"])],
        Caps = [new Cap("push-day", "push", 1, CapPeriod.LocalDay, 0), new Cap("all-day", null, options.OverallCap, CapPeriod.LocalDay, 0)],
    };

    static ProgramDefinition Daily(string salt) => new()
    {
        Id = "daily",
        Name = "daily",
        State = ProgramState.Live,
        Goal = Orders(),
        Sets = [Set("slot", Dimension.Slot, [.. Slot.All]), Set("channel", Dimension.Channel, ["push", "sms", "in_app"])],
        Messages = [Of("push"), Of("sms"), Of("in_app")],
        Experiment = new ExperimentPlan(salt, 4, 1, 1, 1),
        Rules = new RulesBaseline(12, 1, ["push", "sms"]),
        Learning = new Learning { Posterior = PosteriorKind.Beta, FewestNeighbours = 5, Neighbours = 5, RandomDays = 28 },
        ExpiresAfter = TimeSpan.FromHours(4),
    };

    static ProgramDefinition Cart(string salt) => Daily(salt) with
    {
        Id = "cart",
        Name = "cart",
        Priority = 50,
        Trigger = "cart",
        Sets = [Set("channel", Dimension.Channel, ["push", "sms"])],
        Messages = [Of("push"), Of("sms")],
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

    static Message Of(string channel) => new()
    {
        Id = channel,
        Name = channel,
        Channel = channel,
        Labels = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("channel", channel)]),
        Content = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("title", "Hello")]),
    };

    // Six users to compare with, in a fold that is later than any effect of the run, so that effects are identified at once.
    static ImmutableArray<ControlRecord> Controls(Instant start)
    {
        var controls = ImmutableArray.CreateBuilder<ControlRecord>();
        for (var i = 0; i < 6; i++)
        {
            var events = ImmutableArray.CreateBuilder<UserEvent>();
            for (var hour = -20 * 24; hour < 6 * 24; hour += 13 + i)
            {
                events.Add(new UserEvent((ulong)((i * 1000) + hour + 500), hour % 4 == 0 ? "order" : hour % 3 == 0 ? "cart" : "open", start + TimeSpan.FromHours(hour), null));
            }

            controls.Add(new ControlRecord($"t/u:control{i}", start - TimeSpan.FromDays(60), start - TimeSpan.FromDays(60), null, true, [], events.ToImmutable(), DayCounters.Empty));
        }

        return controls.ToImmutable();
    }

    static CohortSnapshot Cohort(string program, ImmutableArray<ControlRecord> controls, Instant start) =>
        new(program, 1, start + TimeSpan.FromDays(20), start, weights, [], controls, 1, [], [], 6);
}
