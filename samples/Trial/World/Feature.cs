namespace Aampe.Agents.Trial.World;

/// <summary>One product feature of the app.</summary>
/// <param name="Id">Letters only; begins the ids of its messages.</param>
/// <param name="Name">What people read.</param>
/// <param name="Viewed">Event of interest, the paper's Intent.</param>
/// <param name="Done">Event at the end of the funnel, the paper's Conversion.</param>
/// <param name="Account">Whether it can be done once in a life, and has no amount.</param>
/// <param name="View">Chance that a visit of an average user looks at it.</param>
/// <param name="Do">Chance that a look ends in <paramref name="Done"/>.</param>
/// <param name="MedianValue">Median amount; 0 for an account.</param>
/// <param name="ValueSpread">Standard deviation of ln amount.</param>
/// <param name="Pull">Chance that an average message of the agents brings a look that would not have been.</param>
/// <param name="PulledDo">Chance that such a look ends in <paramref name="Done"/>.</param>
/// <param name="PulledValue">Factor on the amount of such an end.</param>
public sealed record Feature(
    string Id, string Name, string Viewed, string Done, bool Account, double View, double Do, double MedianValue, double ValueSpread, double Pull, double PulledDo, double PulledValue);
