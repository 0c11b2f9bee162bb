using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Canonical;
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

    /// <summary>Puts inputs and outcome of a draw into a record that is a tree, as a replay has it.</summary>
    public static void Write(JsonObject record, DrawInputs inputs, Drawn drawn)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(drawn);
        var members = new CanonicalMembers();
        Write(members, inputs, drawn);
        members.PutInto(record);
    }

    /// <summary>Writes inputs and outcome of a draw as members of a record.</summary>
    internal static void Write(CanonicalMembers record, DrawInputs inputs, Drawn drawn)
    {
        record.Of("schema").Number(Schema);
        record.Of("id").String(inputs.DecisionId);
        record.Of("arm").String(inputs.Arm);
        record.Of("uniform").Truth(inputs.Uniform);
        RecordText.Sampling(record.Of("sampling"), inputs.Sampling, inputs.MatchWidth);
        RecordText.Generator(record.Of("rng"), inputs.RngKey, inputs.Sampler);
        record.Of("eligible").Texts(inputs.Eligible.AsSpan());
        RecordText.Counts(record.Of("sends28d"), inputs.Sends28d);
        if (inputs.RulesMessage.Length > 0)
        {
            record.Of("rulesMessage").String(inputs.RulesMessage);
        }

        inputs.Joint?.WriteTo(record.Of("joint"));
        RecordText.Undrawn(record.Of("masked"), inputs.Sets.AsSpan()[drawn.Choices.Length..]);
        RecordText.Drawn(record.Of("sets"), drawn.Choices.AsSpan(), inputs.Sets.AsSpan());
        RecordText.Proto(record.Of("proto"), drawn.Choices);
        RecordText.Nearest(record.Of("match"), drawn.Nearest.AsSpan());
        record.Of("verdict").String(drawn.MessageId.Length > 0 ? "send" : "hold");
        record.Of("messageId").TextOrNull(drawn.MessageId);
        record.Of("propensity").Number(drawn.Propensity);
        record.Of("propensityMethod").String(drawn.Method == PropensityMethod.Exact ? "exact" : "montecarlo");
        record.Of("propensityStdError").Number(drawn.StandardError);
        record.Of("holdPropensity").Number(drawn.HoldPropensity);
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
            Sampler = SeededRandom.SamplerOf(record["rng"]!["algorithm"]!.GetValue<string>()),
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
