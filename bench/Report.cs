using System.Globalization;
using System.Text.Json;

namespace Aampe.Agents.Bench;

/// <summary>Prints figures, each beside the floor that was measured in the same run.</summary>
sealed class Report(bool json)
{
    /// <summary>One figure: the median of its repeats.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="repeats">Figures of all repeats.</param>
    /// <param name="unit">Their unit.</param>
    /// <param name="floor">What the machine gives without us, in the same unit; null where there is none.</param>
    public double Add(string name, double[] repeats, string unit, double? floor)
    {
        var value = repeats.Order().ElementAt(repeats.Length / 2);
        double? ratio = floor is { } known ? value / known : null;
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new { name, value = Math.Round(value, 3), unit, floor = Round(floor), ratio = Round(ratio), low = Math.Round(repeats.Min(), 3), high = Math.Round(repeats.Max(), 3) })
            : string.Create(CultureInfo.InvariantCulture, $"{name,-44} {value,14:#,0.##} {unit,-14} floor {floor,12:#,0.##}  ratio {ratio,8:0.###}  ({repeats.Min():#,0.##} to {repeats.Max():#,0.##})"));
        return value;
    }

    static double? Round(double? value) => value is { } known ? Math.Round(known, 3) : null;
}
