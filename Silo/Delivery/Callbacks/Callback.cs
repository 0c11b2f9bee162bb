using Aampe.Agents.Silo.Api;

namespace Aampe.Agents.Silo.Delivery.Callbacks;

/// <summary>What became of one message, as a provider tells it.</summary>
/// <param name="DecisionId">The decision that spoke; empty when the provider did not send it back.</param>
/// <param name="Report">What became of it.</param>
sealed record CallbackReport(string DecisionId, DeliveryReport Report);

/// <summary>What a provider tells in one call.</summary>
/// <param name="Reports">What became of messages.</param>
/// <param name="Stops">Numbers that answered that they want no more.</param>
sealed record Callback(IReadOnlyList<CallbackReport> Reports, IReadOnlyList<string> Stops)
{
    /// <summary>Tells nothing that matters here.</summary>
    public static Callback Nothing { get; } = new([], []);
}

/// <summary>Reads the calls of one kind of provider.</summary>
interface ICallbackReader
{
    /// <summary>Body of an answer that the provider understands.</summary>
    (string ContentType, string Body) Reply => ("application/json", "{}");

    /// <summary>Whether the call comes from whom it says: its signature is right.</summary>
    bool IsGenuine(CallbackRequest request);

    /// <summary>What it tells.</summary>
    /// <exception cref="FormatException">It is not of the provider's shape.</exception>
    Callback Read(CallbackRequest request);

    /// <summary>What to answer when the provider makes sure of the address; null = it is not the provider.</summary>
    string? Challenge(IQueryCollection query) => null;
}
