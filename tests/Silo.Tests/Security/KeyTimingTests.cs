using System.Diagnostics;
using System.IO.Hashing;
using System.Text;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Tests.Security;

/// <summary>
/// Whether the time that a key takes tells how much of it is right. Samples of all prefix lengths are taken in turn, so that whatever else the machine does
/// meets all of them alike; each block of samples gives the slope of its medians over the prefix length, and t is that of the slopes of all blocks.
/// </summary>
public sealed class KeyTimingTests
{
    const int Blocks = 200, PerBlock = 500, Tries = 3;

    /// <summary>Beyond this there is a trend.</summary>
    const double Trend = 3;

    // Characters of the secret part that are right: 52 in all.
    static readonly int[] prefixes = [0, 13, 26, 39, 51];

    [Fact]
    [Trait("layer", "long")]
    [Trait("proves", "A44")]
    public async Task The_time_of_a_wrong_key_tells_nothing_of_how_much_of_it_is_right()
    {
        await using var host = await SecureHost.StartAsync();
        var (_, right) = await host.Keys.CreateKeyAsync(KeyKind.Server, "timing", EventSource.Server, [Scopes.NextMessage], null, CancellationToken.None);
        var wrong = prefixes.Select(prefix => Wrong(right, prefix)).ToArray();
        Assert.NotNull(await host.Keys.FindAsync(right, CancellationToken.None));
        foreach (var key in wrong)
        {
            Assert.Null(await host.Keys.FindAsync(key, CancellationToken.None));
        }

        // A real trend shows each time; chance gives three of these once in fifty million.
        var seen = new List<double>();
        while (seen.Count < Tries && (seen.Count == 0 || Math.Abs(seen[^1]) >= Trend))
        {
            seen.Add(T(i => Find(host.Keys, wrong[i])));
        }

        Assert.True(Math.Abs(seen[^1]) < Trend, $"t = {string.Join(", ", seen.Select(t => t.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)))} over {Blocks * PerBlock} samples a prefix length.");

        // The same measurement finds a comparison that stops at the first difference.
        var hasty = T(i => Find(host.Keys, wrong[i]) | Hasty(right, wrong[i]));
        Assert.True(hasty >= Trend, $"A comparison that stops early was not noticed: t = {hasty:0.0}.");
    }

    static bool Find(KeyRing keys, string key)
    {
        var found = keys.FindAsync(key, CancellationToken.None);
        return found.IsCompletedSuccessfully ? found.Result is not null : throw new InvalidOperationException("The keys are not in memory.");
    }

    static bool Hasty(string right, string presented)
    {
        for (var i = 0; i < right.Length; i++)
        {
            if (right[i] != presented[i])
            {
                return false;
            }
        }

        return true;
    }

    // The id is right, so many characters of the secret are, and the checksum is: it is compared with the kept hash.
    static string Wrong(string right, int prefix)
    {
        const int secretAt = 14, checkLength = 7;
        var body = right[..^checkLength].ToCharArray();
        for (var i = secretAt + prefix; i < body.Length; i++)
        {
            body[i] = body[i] == '0' ? '1' : '0';
        }

        var text = new string(body);
        return text + KeyText.Encode(Crc32.Hash(Encoding.UTF8.GetBytes(text)));
    }

    static double T(Func<int, bool> ask)
    {
        var times = prefixes.Select(_ => new long[PerBlock]).ToArray();
        var slopes = new List<double>();
        // The first block warms up and does not count.
        for (var block = 0; block <= Blocks; block++)
        {
            for (var sample = 0; sample < PerBlock; sample++)
            {
                for (var i = 0; i < prefixes.Length; i++)
                {
                    // Another one begins each round: whoever follows whom must not matter.
                    var which = (i + sample) % prefixes.Length;
                    var begun = Stopwatch.GetTimestamp();
                    ask(which);
                    times[which][sample] = Stopwatch.GetTimestamp() - begun;
                }
            }

            if (block > 0)
            {
                slopes.Add(Slope([.. times.Select(Median)]));
            }
        }

        var mean = slopes.Average();
        var variance = slopes.Sum(slope => (slope - mean) * (slope - mean)) / (slopes.Count - 1);
        return mean / Math.Sqrt(variance / slopes.Count);
    }

    // Ticks a character, by least squares.
    static double Slope(double[] medians)
    {
        var (x, y) = (prefixes.Average(), medians.Average());
        return prefixes.Zip(medians, (prefix, median) => (prefix - x) * (median - y)).Sum() / prefixes.Sum(prefix => (prefix - x) * (prefix - x));
    }

    static double Median(long[] times)
    {
        var sorted = times.Order().ToArray();
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2.0;
    }
}
