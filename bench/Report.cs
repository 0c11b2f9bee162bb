using System.Globalization;
using System.Text.Json;

namespace Aampe.Agents.Bench;

/// <summary>What a figure should be.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="AtMost">Whether the figure must stay at or below the limit, or at or above it.</param>
/// <param name="OfRatio">Whether it is about the ratio to the floor, or about the figure itself.</param>
readonly record struct Target(double Limit, bool AtMost, bool OfRatio)
{
    public bool IsMet(double value, double? ratio) => (OfRatio ? ratio : value) is { } figure && (AtMost ? figure <= Limit : figure >= Limit);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(AtMost ? "≤" : "≥")} {Limit}{(OfRatio ? " of the floor" : "")}");
}

/// <summary>Prints figures, each beside the floor that was measured in the same run.</summary>
sealed class Report(bool json)
{
    /// <summary>One figure: the median of its repeats.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="repeats">Figures of all repeats.</param>
    /// <param name="unit">Their unit.</param>
    /// <param name="floor">What the machine, or a peer, gives without us, in the same unit; null where there is none.</param>
    public double Add(string name, double[] repeats, string unit, double? floor) => Add(name, repeats, unit, floor, null);

    /// <summary>One figure with what it should be.</summary>
    public double Add(string name, double[] repeats, string unit, double? floor, Target? target)
    {
        var value = repeats.Order().ElementAt(repeats.Length / 2);
        double? ratio = floor is { } known ? value / known : null;
        var met = target?.IsMet(value, ratio);
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new
            {
                name,
                value = Math.Round(value, 3),
                unit,
                floor = Round(floor),
                ratio = Round(ratio),
                target = target?.ToString(),
                met,
                median = Math.Round(value, 3),
                min = Math.Round(repeats.Min(), 3),
                max = Math.Round(repeats.Max(), 3),
                repeats = repeats.Length,
            })
            : string.Create(CultureInfo.InvariantCulture, $"{name,-44} {value,14:#,0.##} {unit,-14} floor {floor,12:#,0.##}  ratio {ratio,8:0.###}  ({repeats.Min():#,0.##} to {repeats.Max():#,0.##}){Told(target, met)}"));
        return value;
    }

    static string Told(Target? target, bool? met) => target is null ? "" : $"  target {target}: {(met == true ? "met" : "missed")}";

    static double? Round(double? value) => value is { } known ? Math.Round(known, 3) : null;
}
