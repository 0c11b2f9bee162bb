using System.Globalization;

namespace Aampe.Agents.Sim.Engine;

/// <summary>What happened, as a hash and, when asked for, as lines.</summary>
internal sealed class Tracing(Clockwork clock, TextWriter? lines)
{
    ulong hash = 14695981039346656037;

    /// <summary>Whether somebody reads the lines; they must not change the hash.</summary>
    public bool IsTold => lines is not null;

    /// <summary>Hash of all so far: equal for equal histories.</summary>
    public ulong Hash => hash;

    /// <summary>Notes something.</summary>
    public void Note(string kind, string who, long number = 0, string detail = "")
    {
        Mix((ulong)clock.Now);
        Mix(kind);
        Mix(who);
        Mix((ulong)number);
        lines?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.FromUnixTimeMilliseconds(clock.Now):yyyy-MM-dd HH:mm:ss.fff} {kind,-14} {who} {number} {detail}"));
    }

    void Mix(string text)
    {
        foreach (var letter in text)
        {
            Mix(letter);
        }
    }

    void Mix(ulong value) => hash = (hash ^ value) * 1099511628211;
}
