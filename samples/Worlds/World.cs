using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Aampe.Agents.Worlds;

/// <summary>A simulated population as a file: who its users are, how they behave, and what messages do to them.</summary>
public sealed record World
{
    /// <summary>Name in tables.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>Users; 100 to 2,000,000.</summary>
    public required int Users { get; init; }

    /// <summary>Days with messages; 21 to 120.</summary>
    public int HorizonDays { get; init; } = 21;

    /// <summary>Days before, without messages; 7 to 90.</summary>
    public int HistoryDays { get; init; } = 28;

    /// <summary>Share of users who never get a message; 0.02 to 0.5.</summary>
    public double ControlShare { get; init; } = 0.1;

    /// <summary>What a message is made of; 1 to 8 sets.</summary>
    public required ImmutableArray<WorldSet> Sets { get; init; }

    /// <summary>Hidden types; may be empty when <see cref="Generate"/> makes some.</summary>
    public ImmutableArray<WorldType> Types { get; init; } = [];

    /// <summary>Types drawn from a seed; null = none.</summary>
    public GeneratedTypes? Generate { get; init; }

    /// <summary>Tastes without types: effects and behaviour that vary together; null = none.</summary>
    public Continuum? Continuum { get; init; }

    /// <summary>How users differ beyond type and continuum.</summary>
    public Spread Spread { get; init; } = new();

    /// <summary>What a message acts on, and for how long.</summary>
    public MessageEffect Effect { get; init; } = new();

    /// <summary>What hides effects.</summary>
    public WorldNoise Noise { get; init; } = new();

    /// <summary>How tastes move; null = they stay.</summary>
    public Drift? Drift { get; init; }
}

/// <summary>An action set.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Actions">2 to 12 actions.</param>
public sealed record WorldSet(string Id, ImmutableArray<string> Actions);

/// <summary>One kind of user.</summary>
public sealed record WorldType
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Weight among the types, &gt; 0; scaled to sum to 1.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Mean visits a day; 0.01 to 20.</summary>
    public double VisitsPerDay { get; init; } = 0.6;

    /// <summary>Shape of the Gamma law of users' rates; 0.2 to 100.</summary>
    public double VisitsShape { get; init; } = 2;

    /// <summary>Hour around which visits gather; 0 to 24.</summary>
    public double PeakHour { get; init; } = 19;

    /// <summary>Standard deviation of visits around it, hours; 1 to 12.</summary>
    public double HourSpread { get; init; } = 4;

    /// <summary>Visits on a weekend day over those on a weekday; 0.1 to 10.</summary>
    public double Weekend { get; init; } = 1;

    /// <summary>P(a product is viewed | visit); 0.01 to 0.99.</summary>
    public double View { get; init; } = 0.6;

    /// <summary>P(cart | view); 0.01 to 0.99.</summary>
    public double Cart { get; init; } = 0.3;

    /// <summary>P(goal | cart); 0.01 to 0.99.</summary>
    public double Goal { get; init; } = 0.4;

    /// <summary>Extra visits (or goals) that any message brings, over all its decay; −5 to 5.</summary>
    public double Message { get; init; }

    /// <summary>What each action adds, as "set/action"; those not named add 0; −5 to 5.</summary>
    public ImmutableDictionary<string, double> Actions { get; init; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>What one recent message takes from the next; 0 to 2.</summary>
    public double Fatigue { get; init; }
}

/// <summary>Types drawn from a seed: behaviour in the ranges given, effects normal.</summary>
public sealed record GeneratedTypes
{
    /// <summary>How many; 1 to 64.</summary>
    public required int Count { get; init; }

    /// <summary>Seed of the draw.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Least and most visits a day.</summary>
    public Range VisitsPerDay { get; init; } = new(0.3, 1);

    /// <summary>Shape of the Gamma law of users' rates.</summary>
    public double VisitsShape { get; init; } = 3;

    /// <summary>Mean and deviation over types of what any message brings.</summary>
    public Normal Message { get; init; } = new(0.1, 0.1);

    /// <summary>Deviation over types of what an action adds; 0 to 2.</summary>
    public double Action { get; init; } = 0.1;

    /// <summary>Mean and deviation over types of fatigue; below 0 counts as 0.</summary>
    public Normal Fatigue { get; init; } = new(0.02, 0.01);
}

/// <summary>A range.</summary>
/// <param name="From">Least.</param>
/// <param name="To">Most.</param>
public sealed record Range(double From, double To);

/// <summary>A normal law.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Deviation">Standard deviation.</param>
public sealed record Normal(double Mean, double Deviation);

/// <summary>Hidden factors f ~ N(0, I) that move behaviour and effects together.</summary>
public sealed record Continuum
{
    /// <summary>Number of factors; 1 or 2.</summary>
    public int Dimensions { get; init; } = 1;

    /// <summary>Seed of the loadings.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Deviation of ln rate that factors bring; 0 to 2.</summary>
    public double LogRate { get; init; } = 0.5;

    /// <summary>Deviation of the peak hour, hours; 0 to 6.</summary>
    public double PeakHours { get; init; } = 2;

    /// <summary>Deviation of the funnel's logits; 0 to 2.</summary>
    public double Funnel { get; init; } = 0.7;

    /// <summary>Deviation of what any message brings; 0 to 2.</summary>
    public double Message { get; init; } = 0.1;

    /// <summary>Deviation of what an action adds; 0 to 2.</summary>
    public double Action { get; init; } = 0.1;
}

/// <summary>Standard deviations of users around their type.</summary>
public sealed record Spread
{
    /// <summary>Of what any message brings; 0.001 to 2.</summary>
    public double Message { get; init; } = 0.1;

    /// <summary>Of what an action adds; 0.001 to 2.</summary>
    public double Action { get; init; } = 0.05;

    /// <summary>Of fatigue; 0 to 1.</summary>
    public double Fatigue { get; init; } = 0.01;

    /// <summary>Certainty of a user's hours, as counts; 1 to 1,000.</summary>
    public double Hours { get; init; } = 30;

    /// <summary>Certainty of a user's weekend share and funnel, as counts; 1 to 1,000.</summary>
    public double Funnel { get; init; } = 30;
}

/// <summary>What a message acts on.</summary>
public enum EffectOn
{
    /// <summary>It brings visits, with the user's own funnel behind them.</summary>
    [JsonStringEnumMemberName("visits")]
    Visits,

    /// <summary>It brings goals, without visits.</summary>
    [JsonStringEnumMemberName("goals")]
    Goals,
}

/// <summary>What a message acts on, and for how long.</summary>
public sealed record MessageEffect
{
    /// <summary>visits or goals.</summary>
    public EffectOn On { get; init; } = EffectOn.Visits;

    /// <summary>Half-life of the effect, hours; 1 to 48. Messages go out at 9:00.</summary>
    public double HalfLifeHours { get; init; } = 10;

    /// <summary>Half-life of the load that makes messages tire, days; 0.5 to 14.</summary>
    public double LoadHalfLifeDays { get; init; } = 2;
}

/// <summary>What hides effects.</summary>
public sealed record WorldNoise
{
    /// <summary>Deviation of ln of the daily shock that all users share; 0 to 1.</summary>
    public double Shock { get; init; } = 0.1;

    /// <summary>Variance of a day's visits over their mean; 1 = Poisson, to 5.</summary>
    public double Dispersion { get; init; } = 1;
}

/// <summary>How tastes move.</summary>
public sealed record Drift
{
    /// <summary>Half-life of what is a user's own, days (an Ornstein–Uhlenbeck process around the type); 1 to 1,000.</summary>
    public double HalfLifeDays { get; init; } = 20;

    /// <summary>Daily step of what an action brings to everybody; 0 to 0.5.</summary>
    public double CommonStep { get; init; }
}
