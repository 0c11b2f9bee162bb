using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>
/// The one spelling of a time that nearly all events use, <c>2026-11-24T09:00:00.000Z</c>, with or without the milliseconds: read digit by digit, in a tenth
/// of what it takes to find out which of the many spellings a text has.
/// </summary>
internal static class UtcTime
{
    /// <summary>Reads a text of exactly that form, from 1970 on; says false for any other, which may still be a time.</summary>
    public static bool TryRead(string text, out Instant at)
    {
        at = default;
        if (text is not ([_, _, _, _, '-', _, _, '-', _, _, 'T', _, _, ':', _, _, ':', _, _, 'Z'] or [_, _, _, _, '-', _, _, '-', _, _, 'T', _, _, ':', _, _, ':', _, _, '.', _, _, _, 'Z']))
        {
            return false;
        }

        var (year, month, day) = (Number(text, 0, 4), Number(text, 5, 2), Number(text, 8, 2));
        var (hour, minute, second) = (Number(text, 11, 2), Number(text, 14, 2), Number(text, 17, 2));
        var millisecond = text.Length == 24 ? Number(text, 20, 3) : 0;
        if (year < 1970 || month is < 1 or > 12 || day < 1 || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59 || millisecond < 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        at = new Instant((new DateTime(year, month, day, hour, minute, second, millisecond, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond);
        return true;
    }

    // -1 when there is anything but digits.
    static int Number(string text, int from, int digits)
    {
        var number = 0;
        foreach (var c in text.AsSpan(from, digits))
        {
            if (!char.IsAsciiDigit(c))
            {
                return -1;
            }

            number = 10 * number + (c - '0');
        }

        return number;
    }
}
