using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;

namespace Aampe.Agents.Core.Programs;

/// <summary>A program as a JSON document (docs/program-file.md).</summary>
public static class ProgramJson
{
    /// <summary>Ways to a user.</summary>
    public static ImmutableArray<string> Channels { get; } = ["push", "email", "sms", "whatsapp", "in_app"];

    /// <summary>What a message is for; it decides which consent it needs.</summary>
    public static ImmutableArray<string> Categories { get; } = ["marketing", "service", "transactional"];

    static readonly ImmutableArray<(string, Dimension)> Dimensions =
    [
        ("content", Dimension.Content), ("channel", Dimension.Channel), ("slot", Dimension.Slot),
        ("frequency", Dimension.Frequency), ("gap", Dimension.Gap), ("incentive", Dimension.Incentive),
        ("delay", Dimension.Delay),
    ];

    static readonly ImmutableArray<(string, PosteriorKind)> Posteriors = [("beta", PosteriorKind.Beta), ("gaussian", PosteriorKind.Gaussian), ("joint", PosteriorKind.Joint)];

    static readonly ImmutableArray<(string, Baseline)> Baselines = [("window", Baseline.Window), ("long", Baseline.FourWeeks)];

    static readonly ImmutableArray<(string, OverlapRule)> Overlaps = [("truncate", OverlapRule.Truncate), ("exclude", OverlapRule.Exclude), ("ignore", OverlapRule.Ignore)];

    static readonly ImmutableArray<(string, NeighbourFeatures)> FeatureSets =
        [("beforeWindow", NeighbourFeatures.BeforeTheWindow), ("withoutBaseline", NeighbourFeatures.WithoutBaseline), ("all", NeighbourFeatures.All)];

    static readonly ImmutableArray<(string, ProgramMode)> Modes = [("active", ProgramMode.Active), ("shadow", ProgramMode.Shadow)];

    static readonly ImmutableArray<(string, CountingUnit)> Units = [("occurrence", CountingUnit.Occurrence), ("userDay", CountingUnit.UserDay)];

    static readonly ImmutableArray<(string, WeightPrior)> WeightPriors = [("baseRate", WeightPrior.BaseRate), ("symmetric", WeightPrior.Symmetric)];

    static readonly ImmutableArray<(string, CreditRule)> Credits = [("full", CreditRule.Full), ("shared", CreditRule.Shared)];

    static readonly ImmutableArray<(string, SuccessRule)> Successes =
    [
        ("zero", SuccessRule.Zero), ("controlMedian", SuccessRule.ControlMedian),
        ("standardError", SuccessRule.StandardError), ("placeboRank", SuccessRule.PlaceboRank),
    ];

    /// <summary>Reads a document and checks it as a whole; comments are allowed, unknown fields are refused.</summary>
    /// <param name="utf8">The document.</param>
    public static ProgramParse Parse(ReadOnlySpan<byte> utf8)
    {
        var errors = new List<ProgramError>();
        using var document = JsonDoor.Open(utf8, errors);
        if (document is null)
        {
            return new ProgramParse.Bad([.. errors]);
        }

        var program = Read(new Fields(document.RootElement, "", errors));
        if (errors.Count == 0)
        {
            ProgramChecks.Check(program, errors);
        }

        return errors.Count == 0 ? new ProgramParse.Ok(program) : new ProgramParse.Bad([.. errors]);
    }

    /// <summary>The document of a program without version and state, every other field stated: canonical JSON (RFC 8785), so equal programs give equal bytes.</summary>
    public static byte[] Write(ProgramDefinition program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var json = new JsonObject
        {
            ["id"] = program.Id,
            ["name"] = program.Name,
            ["priority"] = program.Priority,
            ["goal"] = Write(program.Goal),
            ["actionSets"] = new JsonArray([.. program.Sets.Select(Write)]),
            ["messages"] = new JsonArray([.. program.Messages.Select(Write)]),
            ["guardrails"] = GuardrailsJson.Write(program.Guardrails),
            ["experiment"] = new JsonObject
            {
                ["salt"] = program.Experiment.Salt,
                ["agentic"] = program.Experiment.Agentic,
                ["random"] = program.Experiment.Random,
                ["rules"] = program.Experiment.Rules,
                ["holdout"] = program.Experiment.Holdout,
                ["startsAt"] = program.Experiment.StartsAt?.ToString(),
                ["endsAt"] = program.Experiment.EndsAt?.ToString(),
            },
            ["learning"] = Write(program.Learning),
            ["rules"] = program.Rules is { } rules
                ? new JsonObject { ["hour"] = rules.Hour, ["everyDays"] = rules.EveryDays, ["messages"] = List(rules.Messages) }
                : null,
            ["scheduled"] = program.Scheduled,
            ["trigger"] = program.Trigger.Length > 0 ? program.Trigger : null,
            ["everyDays"] = program.EveryDays,
            ["expiresAfterHours"] = program.ExpiresAfter.TotalHours,
        };
        // Stated only where they are set: programs of earlier releases keep their bytes.
        if (program.Audience is { } audience)
        {
            json["audience"] = AudienceRuleJson.Write(audience);
        }

        if (program.Mode != ProgramMode.Active)
        {
            json["mode"] = NameOf(Modes, program.Mode);
        }

        if (program.RampPercent != 100)
        {
            json["rampPercent"] = program.RampPercent;
        }

        return CanonicalJson.Serialize(json);
    }

    internal static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    internal static string NameOf<T>(ImmutableArray<(string Name, T Value)> names, T value)
        where T : struct => names.First(name => name.Value.Equals(value)).Name;

    internal static void RequireChannel(Fields fields, string name, string channel)
    {
        if (channel.Length > 0 && !Channels.Contains(channel, StringComparer.Ordinal))
        {
            fields.Refuse($"{fields.Pointer}/{name}", ProgramErrorCode.NotAllowed, $"must be one of {string.Join(", ", Channels)}; was \"{channel}\"");
        }
    }

    static ProgramDefinition Read(Fields fields)
    {
        var sets = ImmutableArray.CreateBuilder<ActionSet>();
        var messages = ImmutableArray.CreateBuilder<Message>();
        var program = new ProgramDefinition
        {
            Id = fields.Id("id"),
            Name = fields.Text("name", 200),
            Priority = fields.Integer("priority", 100, 0, 10_000),
            Goal = fields.Object("goal", required: true) is { } goal ? ReadGoal(goal) : new Goal { Id = "", Events = [] },
            Sets = [],
            Messages = [],
            Experiment = fields.Object("experiment", required: true) is { } plan ? ReadExperiment(plan) : new ExperimentPlan("", 1, 0, 0, 0),
        };
        fields.Each("actionSets", 1, 10, (element, pointer) => sets.Add(ReadSet(new Fields(element, pointer, fields.Errors))));
        fields.Each("messages", 1, 10_000, (element, pointer) => messages.Add(ReadMessage(new Fields(element, pointer, fields.Errors))));
        program = program with
        {
            Sets = sets.ToImmutable(),
            Messages = messages.ToImmutable(),
            Guardrails = fields.Object("guardrails", required: false) is { } rails ? GuardrailsJson.Read(rails, Guardrails.None.Id, ofProgram: true) : Guardrails.None,
            Learning = fields.Object("learning", required: false) is { } learning ? ReadLearning(learning) : Learning.StandardOf(Learning.Default),
            Rules = fields.Object("rules", required: false) is { } rules ? ReadRules(rules) : null,
            Audience = fields.Object("audience", required: false) is { } audience ? AudienceRuleJson.Read(audience) : null,
            Mode = fields.OneOf<ProgramMode>("mode", Modes, ProgramMode.Active),
            RampPercent = fields.Integer("rampPercent", 100, 1, 100),
            Scheduled = fields.Flag("scheduled", true),
            Trigger = fields.OptionalText("trigger", 200) ?? "",
            EveryDays = fields.Integer("everyDays", 1, 1, 30),
            ExpiresAfter = fields.Hours("expiresAfterHours", TimeSpan.FromHours(6), 0.25, 168),
        };
        fields.Close();
        return program;
    }

    static Goal ReadGoal(Fields fields)
    {
        var goal = new Goal
        {
            Id = fields.Id("id"),
            Events = Names("events", 1),
            IntentEvents = Names("intentEvents", 0),
            Window = fields.Hours("windowHours", TimeSpan.FromHours(72), 12, 720),
            HalfLife = fields.Span("halfLifeHours", TimeSpan.FromHours(24), TimeSpan.FromHours(1), 0.01, 8_760),
            LabelWindow = fields.Hours("labelWindowHours", TimeSpan.FromHours(72), 1, 720),
            LookbackDays = fields.Integer("lookbackDays", 28, 1, 90),
            PositiveEvents = Names("positiveEvents", 0),
            NegativeEvents = Names("negativeEvents", 0),
            Funnel = fields.Texts("funnel", 0, 100, 200),
            CountingUnit = fields.OneOf<CountingUnit>("countingUnit", Units, CountingUnit.Occurrence),
            WeightPrior = fields.OneOf<WeightPrior>("weightPrior", WeightPriors, WeightPrior.BaseRate),
            LargestWeight = fields.Number("largestWeight", 5, 1, 10),
        };
        fields.Close();
        return goal;

        FrozenSet<string> Names(string name, int fewest) => fields.Texts(name, fewest, 100, 200).ToFrozenSet(StringComparer.Ordinal);
    }

    static ActionSet ReadSet(Fields fields)
    {
        var actions = ImmutableArray.CreateBuilder<ActionDefinition>();
        var set = new ActionSet
        {
            Id = fields.Id("id"),
            Name = fields.Text("name", 200),
            Description = fields.Text("description", 500, ""),
            Dimension = fields.OneOf("dimension", Dimensions, null),
            Actions = [],
            Exploration = fields.Number("exploration", 0.01, 0, 0.5),
            ForgettingHalfLife = fields.Span("forgettingHalfLifeDays", TimeSpan.FromDays(30), TimeSpan.FromDays(1), 1, 3_650),
        };
        fields.Each("actions", 1, 20, (element, pointer) => actions.Add(ReadAction(new Fields(element, pointer, fields.Errors))));
        fields.Close();
        return set with { Actions = actions.ToImmutable() };
    }

    static ActionDefinition ReadAction(Fields fields)
    {
        var id = fields.Id("id");
        var action = new ActionDefinition(id, fields.Text("label", 200, id), fields.Flag("retired", false)) { Description = fields.Text("description", 500, "") };
        fields.Close();
        return action;
    }

    static Message ReadMessage(Fields fields)
    {
        var variables = ImmutableArray.CreateBuilder<MessageVariable>();
        var conditions = ImmutableArray.CreateBuilder<EligibilityCondition>();
        var id = fields.Id("id");
        var message = new Message
        {
            Id = id,
            Name = fields.Text("name", 200, id),
            Channel = fields.Text("channel", 16),
            Locale = fields.Text("locale", 35, "en"),
            Labels = fields.Map("labels", required: true, 64),
            Content = fields.Map("content", required: true, 65_536),
            MaxPerUser = fields.OptionalInteger("maxPerUser", 1, 1_000),
            MaxPerUserDays = fields.Integer("maxPerUserDays", 28, 1, 35),
            Category = fields.Text("category", 16, "marketing"),
            CooldownDays = fields.Span("cooldownDays", null, TimeSpan.FromDays(1), 0.01, 35)?.TotalDays,
            ValidFrom = fields.Moment("validFrom"),
            ValidTo = fields.Moment("validTo"),
            Withdrawn = fields.Flag("withdrawn", false),
            CostPerSend = BudgetsJson.ReadPrice(fields.Object("costPerSend", required: false)),
        };
        if (message.ValidTo <= message.ValidFrom)
        {
            fields.RefuseField("validTo", ProgramErrorCode.OutOfRange, $"must be later than validFrom, {message.ValidFrom}; was {message.ValidTo}");
        }

        RequireChannel(fields, "channel", message.Channel);
        if (message.Category.Length > 0 && !Categories.Contains(message.Category, StringComparer.Ordinal))
        {
            fields.RefuseField("category", ProgramErrorCode.NotAllowed, $"must be one of {string.Join(", ", Categories)}; was \"{message.Category}\"");
        }

        fields.Each("variables", 0, 50, (element, pointer) => variables.Add(ReadVariable(new Fields(element, pointer, fields.Errors))));
        fields.Each("eligibility", 0, 50, (element, pointer) => conditions.Add(ReadCondition(new Fields(element, pointer, fields.Errors))));
        fields.Close();
        return message with { Variables = variables.ToImmutable(), Eligibility = conditions.ToImmutable() };
    }

    static MessageVariable ReadVariable(Fields fields)
    {
        var variable = new MessageVariable(fields.Text("name", 200), fields.Text("default", 500), fields.Integer("maxLength", 100, 1, 500));
        fields.Close();
        return variable;
    }

    static EligibilityCondition ReadCondition(Fields fields)
    {
        var condition = new EligibilityCondition(fields.Text("attribute", 200), fields.Texts("anyOf", 0, 1_000, 500), fields.Flag("not", false));
        fields.Close();
        return condition;
    }

    static ExperimentPlan ReadExperiment(Fields fields)
    {
        var plan = new ExperimentPlan(
            fields.Text("salt", 200),
            fields.Integer("agentic", 0, 0, 10_000),
            fields.Integer("random", 0, 0, 10_000),
            fields.Integer("rules", 0, 0, 10_000),
            fields.Integer("holdout", 0, 0, 10_000))
        {
            StartsAt = fields.Moment("startsAt"),
            EndsAt = fields.Moment("endsAt"),
        };
        if (plan.StartsAt is null != plan.EndsAt is null || plan.EndsAt <= plan.StartsAt)
        {
            fields.RefuseField("endsAt", ProgramErrorCode.OutOfRange, "startsAt and endsAt are given both or neither, and endsAt is the later");
        }

        if (plan.Agentic + plan.Random + plan.Rules + plan.Holdout == 0)
        {
            fields.Refuse(fields.Pointer, ProgramErrorCode.OutOfRange, "every arm has weight 0; give at least one of agentic, random, rules, holdout a weight");
        }

        fields.Close();
        return plan;
    }

    static Learning ReadLearning(Fields fields)
    {
        var posterior = fields.OneOf<PosteriorKind>("posterior", Posteriors, Learning.Default);
        // Who states how to explore gets just that; only what says both, as a stored program does, adapts.
        var standard = Learning.StandardOf(posterior);
        var adaptive = standard.Adaptive && !fields.Has("sampleShare") && !fields.Has("randomDays");
        var neighbours = fields.Integer("neighbours", standard.Neighbours, 5, 100);
        var learning = new Learning
        {
            Posterior = posterior,
            Success = fields.OneOf<SuccessRule>("success", Successes, standard.Success),
            Baseline = fields.OneOf<Baseline>("baseline", Baselines, standard.Baseline),
            Adjust = fields.Flag("adjust", standard.Adjust),
            SampleShare = fields.Number("sampleShare", standard.SampleShare, 0, 1),
            RandomDays = fields.Integer("randomDays", standard.RandomDays, 0, 28),
            Adaptive = fields.Flag("adaptive", adaptive),
            Outcome = fields.OptionalText("outcome", 200) ?? "",
            Neighbours = neighbours,
            FewestNeighbours = fields.Integer("fewestNeighbours", Math.Min(standard.FewestNeighbours, neighbours), 2, neighbours),
            ShortestWindow = fields.Hours("shortestWindowHours", standard.ShortestWindow, 1, 720),
            MatchWidth = fields.Integer("matchWidth", standard.MatchWidth, 1, 1_000),
            PriorStrengthCap = fields.Number("priorStrengthCap", standard.PriorStrengthCap, 2, 10_000),
            StandardErrors = fields.Number("standardErrors", standard.StandardErrors, 0, 5),
            Features = fields.OneOf<NeighbourFeatures>("features", FeatureSets, standard.Features),
            Overlap = fields.OneOf<OverlapRule>("overlap", Overlaps, standard.Overlap),
            Credit = fields.OneOf<CreditRule>("credit", Credits, standard.Credit),
            SendPrice = fields.Number("sendPrice", standard.SendPrice, 0, 5),
            Market = fields.OptionalText("market", 200) ?? "",
            ReviseDays = fields.Integer("reviseDays", standard.ReviseDays, 0, 7),
        };
        fields.Close();
        return learning;
    }

    static RulesBaseline ReadRules(Fields fields)
    {
        var rules = new RulesBaseline(fields.RequiredInteger("hour", 0, 23), fields.Integer("everyDays", 1, 1, 30), fields.Sequence("messages", 1, 1_000, 64));
        fields.Close();
        return rules;
    }

    static JsonObject Write(Goal goal) => new()
    {
        ["id"] = goal.Id,
        ["events"] = List(goal.Events.Order(StringComparer.Ordinal)),
        ["intentEvents"] = List(goal.IntentEvents.Order(StringComparer.Ordinal)),
        ["windowHours"] = goal.Window.TotalHours,
        ["halfLifeHours"] = goal.HalfLife?.TotalHours,
        ["labelWindowHours"] = goal.LabelWindow.TotalHours,
        ["lookbackDays"] = goal.LookbackDays,
        ["positiveEvents"] = List(goal.PositiveEvents.Order(StringComparer.Ordinal)),
        ["negativeEvents"] = List(goal.NegativeEvents.Order(StringComparer.Ordinal)),
        ["funnel"] = List(goal.Funnel),
        ["countingUnit"] = NameOf(Units, goal.CountingUnit),
        ["weightPrior"] = NameOf(WeightPriors, goal.WeightPrior),
        ["largestWeight"] = goal.LargestWeight,
    };

    // Descriptions came later: stated only where there is one, so that documents of earlier days keep their bytes.
    static JsonObject Write(ActionSet set) => Described(set.Description, new()
    {
        ["id"] = set.Id,
        ["name"] = set.Name,
        ["dimension"] = NameOf(Dimensions, set.Dimension),
        ["actions"] = new JsonArray([.. set.Actions.Select(action => Described(action.Description, new JsonObject { ["id"] = action.Id, ["label"] = action.Label, ["retired"] = action.Retired }))]),
        ["exploration"] = set.Exploration,
        ["forgettingHalfLifeDays"] = set.ForgettingHalfLife?.TotalDays,
    });

    static JsonObject Described(string description, JsonObject json)
    {
        if (description.Length > 0)
        {
            json["description"] = description;
        }

        return json;
    }

    static JsonObject Write(Message message)
    {
        var json = Plain(message);
        if (message.CooldownDays is { } days)
        {
            json["cooldownDays"] = days;
        }

        if (message.ValidFrom is { } from)
        {
            json["validFrom"] = from.ToString();
        }

        if (message.ValidTo is { } to)
        {
            json["validTo"] = to.ToString();
        }

        if (message.Withdrawn)
        {
            json["withdrawn"] = true;
        }

        if (message.CostPerSend is { } cost)
        {
            json["costPerSend"] = BudgetsJson.Write(cost);
        }

        return json;
    }

    static JsonObject Plain(Message message) => new()
    {
        ["id"] = message.Id,
        ["name"] = message.Name,
        ["channel"] = message.Channel,
        ["locale"] = message.Locale,
        ["labels"] = Map(message.Labels),
        ["content"] = Map(message.Content),
        ["variables"] = new JsonArray([.. message.Variables.Select(variable => new JsonObject { ["name"] = variable.Name, ["default"] = variable.Default, ["maxLength"] = variable.MaxLength })]),
        ["eligibility"] = new JsonArray([.. message.Eligibility.Select(condition => new JsonObject { ["attribute"] = condition.Attribute, ["anyOf"] = List(condition.AnyOf), ["not"] = condition.Not })]),
        ["maxPerUser"] = message.MaxPerUser,
        ["maxPerUserDays"] = message.MaxPerUserDays,
        ["category"] = message.Category,
    };

    static JsonObject Write(Learning learning) => new()
    {
        ["posterior"] = NameOf(Posteriors, learning.Posterior),
        ["success"] = NameOf(Successes, learning.Success),
        ["baseline"] = NameOf(Baselines, learning.Baseline),
        ["adjust"] = learning.Adjust,
        ["sampleShare"] = learning.SampleShare,
        ["randomDays"] = learning.RandomDays,
        ["adaptive"] = learning.Adaptive,
        ["outcome"] = learning.Outcome.Length > 0 ? learning.Outcome : null,
        ["neighbours"] = learning.Neighbours,
        ["fewestNeighbours"] = learning.FewestNeighbours,
        ["shortestWindowHours"] = learning.ShortestWindow.TotalHours,
        ["matchWidth"] = learning.MatchWidth,
        ["priorStrengthCap"] = learning.PriorStrengthCap,
        ["standardErrors"] = learning.StandardErrors,
        ["features"] = NameOf(FeatureSets, learning.Features),
        ["overlap"] = NameOf(Overlaps, learning.Overlap),
        ["credit"] = NameOf(Credits, learning.Credit),
        ["sendPrice"] = learning.SendPrice,
        ["market"] = learning.Market.Length > 0 ? learning.Market : null,
        ["reviseDays"] = learning.ReviseDays,
    };

    static JsonObject Map(IEnumerable<KeyValuePair<string, string>> entries) =>
        new(entries.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, JsonValue.Create(entry.Value))));
}
