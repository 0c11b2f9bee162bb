using System.Text.Json;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Silo.Delivery.Providers;

/// <summary>How far a call to a provider came.</summary>
enum Reach
{
    /// <summary>No connection came about: nothing was sent.</summary>
    Nowhere,

    /// <summary>It was sent, and no answer came.</summary>
    Lost,

    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>The address leads where calls may not go.</summary>
    Forbidden,
}

/// <summary>What became of a call to a provider.</summary>
/// <param name="Reach">How far it came.</param>
/// <param name="Status">HTTP status; 0 without an answer.</param>
/// <param name="Body">JSON of the answer; undefined when it is none.</param>
/// <param name="Wait">What the provider asks to wait.</param>
/// <param name="Code">For people.</param>
sealed record ProviderAnswer(Reach Reach, int Status, JsonElement Body, TimeSpan Wait, string Code)
{
    /// <summary>Whether the provider has taken the message.</summary>
    public bool IsTaken => Status is >= 200 and < 300;

    /// <summary>
    /// The outcome of a call that was not taken, at a provider that knows no decision ids. 429 and 503 say that nothing was done, other 5xx only where
    /// the provider asks for another try; what is not answered nobody knows.
    /// </summary>
    public HandoverOutcome Outcome(ChannelMessage message, string? code = null) => (Reach, Status) switch
    {
        (Reach.Nowhere, _) or (Reach.Answered, 429 or 503) => Outcomes.Again(message, code ?? Code, Wait),
        (Reach.Answered, >= 500) when Wait > TimeSpan.Zero => Outcomes.Again(message, code ?? Code, Wait),
        (Reach.Lost, _) or (Reach.Answered, >= 500) => Outcomes.Unknown(message, code ?? Code),
        _ => Outcomes.Refused(message, code ?? Code),
    };

    /// <summary>The member of the answer at a path of names; undefined when there is none.</summary>
    public JsonElement At(params ReadOnlySpan<string> path)
    {
        var at = Body;
        foreach (var name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return default;
            }
        }

        return at;
    }
}
