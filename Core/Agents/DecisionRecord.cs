using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Messages;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// The JSON of a decision's draw: written from inputs and outcome, and read back into inputs. The record is complete: nothing that the draw
/// followed from lies elsewhere, but for the catalogue version that it names (R6).
/// </summary>
public static class DecisionRecord
{
    /// <summary>Number of this layout; older records replay with their own rules.</summary>
    public const int Schema = 1;

    /// <summary>Writes inputs and outcome of a draw into a record.</summary>
    public static void Write(JsonObject record, DrawInputs inputs, Drawn drawn)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(drawn);
        record["schema"] = Schema;
        record["id"] = inputs.DecisionId;
        record["arm"] = inputs.Arm;
        record["uniform"] = inputs.Uniform;
        record["sampling"] = new JsonObject { ["share"] = inputs.Sampling.SampleShare, ["exploration"] = inputs.Sampling.Exploration, ["matchWidth"] = inputs.MatchWidth };
        record["rng"] = new JsonObject { ["algorithm"] = SeededRandom.Algorithm, ["key"] = inputs.RngKey };
        record["eligible"] = Json.Texts(inputs.Eligible);
        record["sends28d"] = new JsonObject(inputs.Sends28d.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        if (inputs.RulesMessage.Length > 0)
        {
            record["rulesMessage"] = inputs.RulesMessage;
        }

        if (inputs.Joint is { } joint)
        {
            record["joint"] = joint.ToJson();
        }

        record["masked"] = Json.Array(inputs.Sets.Skip(drawn.Choices.Length).Select(set => (JsonNode?)Undrawn(set)));
        record["sets"] = Json.Array(drawn.Choices.Select((choice, i) => (JsonNode?)Of(choice, inputs.Sets[i].Dimension)));
        record["proto"] = new JsonObject(drawn.Choices.Select(choice => KeyValuePair.Create(choice.SetId, (JsonNode?)choice.Action)));
        record["match"] = Json.Array(drawn.Nearest.Select(one => (JsonNode?)new JsonObject { ["messageId"] = one.MessageId, ["distance"] = one.Distance, ["value"] = one.Value }));
        record["verdict"] = drawn.MessageId.Length > 0 ? "send" : "hold";
        record["messageId"] = Json.OrNull(drawn.MessageId);
        record["propensity"] = drawn.Propensity;
        record["propensityMethod"] = drawn.Method == PropensityMethod.Exact ? "exact" : "montecarlo";
        record["propensityStdError"] = drawn.StandardError;
        record["holdPropensity"] = drawn.HoldPropensity;
    }

    /// <summary>Reads the inputs of a draw back.</summary>
    public static DrawInputs Read(JsonObject record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var sampling = record["sampling"]!;
        return new DrawInputs
        {
            Arm = record["arm"]!.GetValue<string>(),
            Uniform = record["uniform"]!.GetValue<bool>(),
            Sampling = new SamplingOptions(sampling["share"]!.GetValue<double>(), sampling["exploration"]!.GetValue<double>()),
            MatchWidth = sampling["matchWidth"]!.GetValue<int>(),
            Sets = [.. record["sets"]!.AsArray().Concat(record["masked"]!.AsArray()).Select(set => ReadSet(set!.AsObject()))],
            Eligible = [.. record["eligible"]!.AsArray().Select(id => id!.GetValue<string>())],
            Sends28d = record["sends28d"]!.AsObject().ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value!.GetValue<int>(), StringComparer.Ordinal),
            RngKey = record["rng"]!["key"]!.GetValue<string>(),
            DecisionId = record["id"]!.GetValue<string>(),
            RulesMessage = record["rulesMessage"]?.GetValue<string>() ?? "",
            Joint = record["joint"] is JsonObject joint ? JointInputs.Of(joint) : null,
        };
    }

    /// <summary>One choice: every candidate with prior, posterior, draw and propensity.</summary>
    public static JsonObject Of(Choice choice, Dimension dimension)
    {
        ArgumentNullException.ThrowIfNull(choice);
        return new JsonObject
        {
            ["id"] = choice.SetId,
            ["dimension"] = dimension.ToString().ToLowerInvariant(),
            ["chosen"] = choice.Action,
            ["explored"] = choice.Explored,
            ["sampled"] = choice.Sampled,
            ["propensity"] = choice.Propensity,
            ["candidates"] = Json.Array(choice.Candidates.Select(candidate => (JsonNode?)WithPrice(candidate.Price, new JsonObject
            {
                ["action"] = candidate.Action,
                ["prior"] = Belief(candidate.Prior),
                ["posterior"] = Belief(candidate.Posterior),
                ["draw"] = candidate.Draw,
                ["propensity"] = candidate.Propensity,
            }))),
        };
    }

    /// <summary>Two numbers for a Beta (α, β), four for a normal–inverse-gamma (μ, κ, a, b), mean and deviation by name for a normal law.</summary>
    public static JsonNode Belief(ArmPosterior posterior) => posterior switch
    {
        ArmPosterior.Beta beta => new JsonArray(beta.Posterior.Alpha, beta.Posterior.Beta),
        ArmPosterior.Gaussian gaussian => new JsonArray(gaussian.Posterior.Mu, gaussian.Posterior.Kappa, gaussian.Posterior.A, gaussian.Posterior.B),
        ArmPosterior.Normal normal => new JsonObject { ["mean"] = normal.Center, ["deviation"] = normal.Spread },
        _ => throw new ArgumentException($"A decision holds Beta, Gaussian or normal beliefs; was {posterior?.GetType().Name}.", nameof(posterior)),
    };

    static JsonObject Undrawn(SetInput set) => new()
    {
        ["id"] = set.Id,
        ["dimension"] = set.Dimension.ToString().ToLowerInvariant(),
        ["candidates"] = Json.Array(set.Actions.Select(action => (JsonNode?)WithPrice(action.Price, new JsonObject
        {
            ["action"] = action.Action,
            ["prior"] = Belief(action.Prior),
            ["posterior"] = Belief(action.Posterior),
        }))),
    };

    static JsonObject WithPrice(double price, JsonObject action)
    {
        if (price != 0)
        {
            action["price"] = price;
        }

        return action;
    }

    static SetInput ReadSet(JsonObject set) => new(
        set["id"]!.GetValue<string>(),
        Enum.Parse<Dimension>(set["dimension"]!.GetValue<string>(), ignoreCase: true),
        [.. set["candidates"]!.AsArray().Select(one => new EligibleAction(one!["action"]!.GetValue<string>(), ReadBelief(one["posterior"]!), ReadBelief(one["prior"]!)) { Price = one["price"]?.GetValue<double>() ?? 0 })]);

    /// <summary>Reads what <see cref="Belief"/> wrote.</summary>
    public static ArmPosterior ReadBelief(JsonNode belief)
    {
        ArgumentNullException.ThrowIfNull(belief);
        if (belief is JsonObject normal)
        {
            return new ArmPosterior.Normal(normal["mean"]!.GetValue<double>(), normal["deviation"]!.GetValue<double>());
        }

        var values = belief.AsArray().Select(number => number!.GetValue<double>()).ToArray();
        return values.Length == 2
            ? ArmPosterior.Of(new BetaPosterior(values[0], values[1]))
            : ArmPosterior.Of(new GaussianPosterior(values[0], values[1], values[2], values[3]));
    }
}
