using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Programs;

/// <summary>
/// Reads the fields of one JSON object and writes down everything that is wrong with them. A field that is wrong yields a stand-in, so that one
/// pass finds all errors; whoever reads looks at the list of errors before using a value.
/// </summary>
sealed class Fields
{
    readonly Dictionary<string, JsonElement> rest = new(StringComparer.Ordinal);
    readonly List<ProgramError> errors;
    readonly List<string> known = [];

    public Fields(JsonElement element, string pointer, List<ProgramError> errors)
    {
        Pointer = pointer;
        this.errors = errors;
        if (element.ValueKind != JsonValueKind.Object)
        {
            Refuse(pointer, ProgramErrorCode.WrongType, $"must be an object; was {Show(element)}");
            Broken = true;
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            rest[member.Name] = member.Value;
        }
    }

    public string Pointer { get; }

    /// <summary>The list that all parts of one document share.</summary>
    public List<ProgramError> Errors => errors;

    /// <summary>Not an object at all: said once, so missing fields are not said again.</summary>
    bool Broken { get; }

    /// <summary>Whether it is no object, which has been said already.</summary>
    public bool IsBroken => Broken;

    public static string Show(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ when element.GetRawText() is { Length: > 60 } text => text[..57] + "...",
        _ => element.GetRawText(),
    };

    public void Refuse(string pointer, string code, string detail) => errors.Add(new ProgramError(pointer, code, detail));

    /// <summary>Says that a field of this object is wrong.</summary>
    public void RefuseField(string name, string code, string detail) => Refuse(JsonPointer.Under(Pointer, name), code, detail);

    /// <summary>Whether a field is stated and not read yet.</summary>
    public bool Has(string name) => rest.ContainsKey(name);

    public string Text(string name, int longest) => Text(name, longest, null);

    public string Text(string name, int longest, string? standard)
    {
        if (!Take(name, standard is null, out var value))
        {
            return standard ?? "";
        }

        return TextOf(value, JsonPointer.Under(Pointer, name), longest);
    }

    /// <summary>Text that may be absent or null, both meaning the same.</summary>
    public string? OptionalText(string name, int longest) =>
        !Take(name, false, out var value) || value.ValueKind == JsonValueKind.Null ? null : TextOf(value, JsonPointer.Under(Pointer, name), longest);

    /// <summary>A text, a number or a truth value, as text.</summary>
    public string Scalar(string name, int longest)
    {
        if (!Take(name, true, out var value))
        {
            return "";
        }

        return value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? value.GetRawText() : TextOf(value, JsonPointer.Under(Pointer, name), longest);
    }

    /// <summary>Letters, digits, <c>_</c> and <c>-</c>; 1 to 64.</summary>
    public string Id(string name, string? standard = null)
    {
        if (!Take(name, standard is null, out var value))
        {
            return standard ?? "";
        }

        var text = TextOf(value, JsonPointer.Under(Pointer, name), 64);
        if (text.Length > 0 && !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            RefuseField(name, ProgramErrorCode.NotAllowed, $"must be letters, digits, _ and -, 1 to 64 of them; was \"{text}\"");
        }

        return text;
    }

    public int Integer(string name, int standard, int low, int high) => OptionalInteger(name, low, high) ?? standard;

    public int RequiredInteger(string name, int low, int high)
    {
        if (!rest.ContainsKey(name))
        {
            _ = Take(name, true, out _);
            return low;
        }

        return OptionalInteger(name, low, high) ?? low;
    }

    public int? OptionalInteger(string name, int low, int high)
    {
        if (!Take(name, false, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) || number != Math.Floor(number))
        {
            RefuseField(name, ProgramErrorCode.WrongType, $"must be a whole number from {low} to {high}; was {Show(value)}");
            return null;
        }

        if (number < low || number > high)
        {
            RefuseField(name, ProgramErrorCode.OutOfRange, $"must be {low} to {high}; was {Show(value)}");
            return null;
        }

        return (int)number;
    }

    public double Number(string name, double standard, double low, double high)
    {
        if (!Take(name, false, out var value))
        {
            return standard;
        }

        return NumberOf(name, value, low, high) ?? standard;
    }

    public TimeSpan Hours(string name, TimeSpan standard, double low, double high) =>
        Exact(Number(name, standard.TotalHours, low, high), 3_600_000);

    /// <summary>A span of time that may be given as null, which means something of its own.</summary>
    public TimeSpan? Span(string name, TimeSpan? standard, TimeSpan unit, double low, double high)
    {
        if (!Take(name, false, out var value))
        {
            return standard;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return NumberOf(name, value, low, high) is { } number ? Exact(number, unit.TotalMilliseconds) : standard;
    }

    public bool Flag(string name, bool standard)
    {
        if (!Take(name, false, out var value))
        {
            return standard;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            RefuseField(name, ProgramErrorCode.WrongType, $"must be true or false; was {Show(value)}");
            return standard;
        }

        return value.GetBoolean();
    }

    public T OneOf<T>(string name, ImmutableArray<(string Name, T Value)> choices, T? standard)
        where T : struct
    {
        if (!Take(name, standard is null, out var value))
        {
            return standard ?? choices[0].Value;
        }

        var text = TextOf(value, JsonPointer.Under(Pointer, name), 64);
        foreach (var choice in choices)
        {
            if (choice.Name == text)
            {
                return choice.Value;
            }
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            RefuseField(name, ProgramErrorCode.NotAllowed, $"must be one of {string.Join(", ", choices.Select(choice => choice.Name))}; was \"{text}\"");
        }

        return standard ?? choices[0].Value;
    }

    /// <summary>RFC 3339 with its offset, or null.</summary>
    public Instant? Moment(string name)
    {
        if (OptionalText(name, 40) is not { Length: > 0 } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            return Instant.From(moment);
        }

        RefuseField(name, ProgramErrorCode.NotAllowed, $"must be a moment such as 2026-03-02T00:00:00Z; was \"{text}\"");
        return null;
    }

    public TimeOnly Time(string name)
    {
        if (!Take(name, true, out var value))
        {
            return default;
        }

        var text = TextOf(value, JsonPointer.Under(Pointer, name), 5);
        if (!TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) && text.Length > 0)
        {
            RefuseField(name, ProgramErrorCode.NotAllowed, $"must be a local time HH:mm, 00:00 to 23:59; was \"{text}\"");
        }

        return time;
    }

    /// <summary>A list of different texts; absent = empty unless <paramref name="fewest"/> says that it must be there.</summary>
    public ImmutableArray<string> Texts(string name, int fewest, int most, int longest)
    {
        var list = ImmutableArray.CreateBuilder<string>();
        Each(name, fewest, most, (element, pointer) =>
        {
            var text = TextOf(element, pointer, longest);
            if (text.Length > 0 && list.Contains(text, StringComparer.Ordinal))
            {
                Refuse(pointer, ProgramErrorCode.Duplicate, $"\"{text}\" is in the list already; name it once");
            }

            list.Add(text);
        });
        return list.ToImmutable();
    }

    /// <summary>A list of texts in which one may come again.</summary>
    public ImmutableArray<string> Sequence(string name, int fewest, int most, int longest)
    {
        var list = ImmutableArray.CreateBuilder<string>();
        Each(name, fewest, most, (element, pointer) => list.Add(TextOf(element, pointer, longest)));
        return list.ToImmutable();
    }

    public void Each(string name, int fewest, int most, Action<JsonElement, string> read)
    {
        if (!Take(name, fewest > 0, out var value))
        {
            return;
        }

        var pointer = JsonPointer.Under(Pointer, name);
        if (value.ValueKind != JsonValueKind.Array)
        {
            Refuse(pointer, ProgramErrorCode.WrongType, $"must be an array; was {Show(value)}");
            return;
        }

        var count = value.GetArrayLength();
        if (count < fewest || count > most)
        {
            Refuse(pointer, ProgramErrorCode.OutOfRange, $"must hold {fewest} to {most} items; holds {count}");
        }

        var index = 0;
        foreach (var element in value.EnumerateArray())
        {
            read(element, $"{pointer}/{index++}");
        }
    }

    /// <summary>An object from names to texts.</summary>
    public ImmutableSortedDictionary<string, string> Map(string name, bool required, int longest)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (Take(name, required, out var value))
        {
            var members = new Fields(value, JsonPointer.Under(Pointer, name), errors);
            foreach (var (key, element) in members.rest)
            {
                map[key] = TextOf(element, JsonPointer.Under(members.Pointer, key), longest);
            }
        }

        return map.ToImmutable();
    }

    /// <summary>The object under a name, or null when it is absent or null.</summary>
    public Fields? Object(string name, bool required) =>
        Take(name, required, out var value) && (required || value.ValueKind != JsonValueKind.Null) ? new Fields(value, JsonPointer.Under(Pointer, name), errors) : null;

    /// <summary>Called when every field was asked for: what is left over is unknown.</summary>
    public void Close()
    {
        foreach (var name in rest.Keys)
        {
            RefuseField(name, ProgramErrorCode.UnknownField, $"no such field; known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}. Remove it or correct its spelling");
        }
    }

    /// <summary>To the millisecond, so that a span that was written reads back as itself.</summary>
    static TimeSpan Exact(double count, double unitMilliseconds) => new((long)Math.Round(count * unitMilliseconds) * TimeSpan.TicksPerMillisecond);

    bool Take(string name, bool required, out JsonElement value)
    {
        known.Add(name);
        if (rest.Remove(name, out value))
        {
            return true;
        }

        if (required && !Broken)
        {
            RefuseField(name, ProgramErrorCode.Missing, "must be given");
        }

        return false;
    }

    double? NumberOf(string name, JsonElement value, double low, double high)
    {
        var range = string.Create(CultureInfo.InvariantCulture, $"{low} to {high}");
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number))
        {
            RefuseField(name, ProgramErrorCode.WrongType, $"must be a number from {range}; was {Show(value)}");
            return null;
        }

        if (!(number >= low && number <= high))
        {
            RefuseField(name, ProgramErrorCode.OutOfRange, $"must be {range}; was {Show(value)}");
            return null;
        }

        return number;
    }

    string TextOf(JsonElement value, string pointer, int longest)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Refuse(pointer, ProgramErrorCode.WrongType, $"must be text; was {Show(value)}");
            return "";
        }

        var text = value.GetString()!;
        if (string.IsNullOrWhiteSpace(text) || text.Length > longest)
        {
            Refuse(pointer, ProgramErrorCode.OutOfRange, $"must have 1 to {longest} characters, not all blank; has {text.Length}");
            return "";
        }

        return text;
    }
}
