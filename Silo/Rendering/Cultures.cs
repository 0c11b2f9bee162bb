using System.Collections.Concurrent;
using System.Globalization;

namespace Aampe.Agents.Silo.Rendering;

/// <summary>How numbers and dates of a language are written.</summary>
static class Cultures
{
    static readonly ConcurrentDictionary<string, CultureInfo> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The culture of a BCP 47 tag, always with the Gregorian calendar; the invariant one for a tag that this machine does not know.</summary>
    public static CultureInfo Of(string locale) => known.TryGetValue(locale, out var found) ? found
        // Tags come from documents: a bound keeps a mistake from filling memory.
        : known.Count > 1_000 ? Make(locale) : known.GetOrAdd(locale, Make);

    static CultureInfo Make(string locale)
    {
        CultureInfo culture;
        try
        {
            culture = CultureInfo.GetCultureInfo(locale, predefinedOnly: true);
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.InvariantCulture;
        }

        if (culture.DateTimeFormat.Calendar is GregorianCalendar || culture.OptionalCalendars.OfType<GregorianCalendar>().FirstOrDefault() is not { } gregorian)
        {
            return culture;
        }

        // Templates name days of the Gregorian year: month names of another calendar beside them would be wrong.
        var adapted = (CultureInfo)culture.Clone();
        adapted.DateTimeFormat.Calendar = gregorian;
        return CultureInfo.ReadOnly(adapted);
    }
}
