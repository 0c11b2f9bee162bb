using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Populations;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>A set of the joint model, as a draw needs it.</summary>
/// <param name="Id">Action set id.</param>
/// <param name="Actions">All its actions in the order of the coefficients, retired ones too.</param>
public sealed record JointSetOrder(string Id, ImmutableArray<string> Actions);

/// <summary>What a draw from the joint model follows from, beside what every draw does.</summary>
public sealed record JointInputs
{
    /// <summary>The sets in the order of the coefficients.</summary>
    public required ImmutableArray<JointSetOrder> Sets { get; init; }

    /// <summary>The belief (<see cref="EffectBelief.ToNumbers"/>).</summary>
    public required ImmutableArray<float> Belief { get; init; }

    /// <summary>Decayed messages before the decision, ≥ 0.</summary>
    public required double Load { get; init; }

    /// <summary>What a message has to bring beside what it takes from the next one, in outcomes; ≥ 0.</summary>
    public double Price { get; init; }

    /// <summary>How it explores.</summary>
    public required ExplorationPlan Plan { get; init; }

    /// <summary>Daypart of the decision, where it is an action of a set; empty = none.</summary>
    public string Slot { get; init; } = "";

    /// <summary>The inputs as canonical JSON: numbers as base64 of little-endian single precision.</summary>
    internal void WriteTo(CanonicalText text)
    {
        text.Raw("{\"belief\":"u8);
        text.Base64(MemoryMarshal.AsBytes(Belief.AsSpan()));
        text.Raw(",\"load\":"u8);
        text.Number(Load);
        text.Raw(",\"plan\":{\"sampled\":"u8);
        text.Number(Plan.Sampled);
        text.Raw(",\"uniform\":"u8);
        text.Number(Plan.Uniform);
        text.Raw(",\"uniformSends\":"u8);
        text.Number(Plan.UniformSends);
        text.Raw(",\"width\":"u8);
        text.Number(Plan.Width);
        text.Raw("},\"price\":"u8);
        text.Number(Price);
        text.Raw(",\"sets\":["u8);
        for (var s = 0; s < Sets.Length; s++)
        {
            text.Separate(s);
            text.Raw("{\"actions\":"u8);
            text.Texts(Sets[s].Actions.AsSpan());
            text.Raw(",\"id\":"u8);
            text.String(Sets[s].Id);
            text.Raw("}"u8);
        }

        text.Raw("],\"slot\":"u8);
        text.TextOrNull(Slot);
        text.Raw("}"u8);
    }

    /// <summary>Reads inputs back.</summary>
    public static JointInputs Of(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        double Planned(string name) => json["plan"]![name]!.GetValue<double>();
        return new JointInputs
        {
            Sets = [.. json["sets"]!.AsArray().Select(set => new JointSetOrder(set!["id"]!.GetValue<string>(), [.. set["actions"]!.AsArray().Select(action => action!.GetValue<string>())]))],
            Belief = [.. MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(json["belief"]!.GetValue<string>()))],
            Load = json["load"]!.GetValue<double>(),
            Price = json["price"]!.GetValue<double>(),
            Plan = new ExplorationPlan(Planned("uniform"), Planned("sampled"), Planned("width"), Planned("uniformSends")),
            Slot = json["slot"]?.GetValue<string>() ?? "",
        };
    }
}
