namespace Aampe.Agents.SuperApp.World;

/// <summary>A simulated user. Everything here is hidden from the product; what it learns, it learns from events.</summary>
public sealed record Person
{
    public required int Index { get; init; }

    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Visits a day without any message.</summary>
    public required double VisitsADay { get; init; }

    /// <summary>Share of each feature among own visits.</summary>
    public required double[] Features { get; init; }

    /// <summary>Weight of each local hour; mean 1.</summary>
    public required double[] Hours { get; init; }

    /// <summary>How much busier a weekend day is.</summary>
    public required double Weekend { get; init; }

    /// <summary>What a label adds to the pull of a message.</summary>
    public required double[] Tone { get; init; }

    public required double[] Offer { get; init; }

    public required double[] Channel { get; init; }

    public required double[] Part { get; init; }

    /// <summary>Extra visits that a message of pull 1 causes.</summary>
    public required double Strength { get; init; }

    /// <summary>How fast messages wear this person out.</summary>
    public required double Tiring { get; init; }

    /// <summary>Chance that a good card leads to a wallet account.</summary>
    public required double WalletInterest { get; init; }

    public required bool HasPush { get; init; }

    public required bool HasEmail { get; init; }

    public required bool HasPhone { get; init; }

    /// <summary>Whether this person agreed to marketing.</summary>
    public required bool Agrees { get; init; }

    /// <summary>How much a message appeals: about 0.3 on average, above 1 when everything fits, below 0 when it annoys.</summary>
    public double PullOf(in Contact contact) =>
        0.25 + Tone[contact.Tone] + Offer[contact.Offer] + Channel[contact.Channel] + Part[contact.Part] + (Features[contact.Feature] - (1.0 / 3));
}

/// <summary>A message that reached a person.</summary>
/// <param name="At">When.</param>
/// <param name="Feature">Index into <see cref="Labels.Features"/>.</param>
/// <param name="Tone">Index into <see cref="Labels.Tones"/>.</param>
/// <param name="Offer">Index into <see cref="Labels.Offers"/>.</param>
/// <param name="Channel">Index into <see cref="Labels.Channels"/>.</param>
/// <param name="Part">Local part of the day at which it came.</param>
public readonly record struct Contact(DateTimeOffset At, int Feature, int Tone, int Offer, int Channel, int Part);
