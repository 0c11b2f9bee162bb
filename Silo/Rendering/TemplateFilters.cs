using System.Collections.Frozen;
using System.Globalization;
using Fluid;
using Fluid.Values;

namespace Aampe.Agents.Silo.Rendering;

/// <summary>The filters that copy may use. Each counts what it makes, so that no chain of them can grow without end.</summary>
static class TemplateFilters
{
    const string WorkKey = "filter-work", Number = "number";
    const int MostDecimals = 6;

    /// <summary>All allowed names; none reads files, runs patterns or switches escaping off.</summary>
    public static FrozenSet<string> Names { get; } = FrozenSet.ToFrozenSet(
        [
            "default", "upcase", "downcase", "capitalize", "strip", "lstrip", "rstrip", "strip_newlines", "truncate", "truncatewords",
            "append", "prepend", "replace", "replace_first", "remove", "remove_first", "slice", "split", "join", "first", "last", "size",
            Number, "plus", "minus", "times", "divided_by", "modulo", "round", "floor", "ceil", "abs", "at_least", "at_most", "date", "url_encode",
        ],
        StringComparer.Ordinal);

    /// <summary>Puts counting versions of the allowed filters in the place of all others.</summary>
    public static void Restrict(FilterCollection filters)
    {
        var kept = Names.Where(name => name != Number).ToDictionary(name => name, name => filters.TryGetValue(name, out var filter) ? filter : throw new InvalidOperationException($"The template engine has no filter '{name}'."), StringComparer.Ordinal);
        filters.Clear();
        foreach (var (name, filter) in kept)
        {
            filters.AddFilter(name, Counted(filter));
        }

        filters.AddFilter(Number, Counted(NumberAsync));
    }

    // {{ user.total | number: 2 }}: 1,234.50 in English, 1.234,50 in German. Without an argument as many decimals as there are, up to six.
    static ValueTask<FluidValue> NumberAsync(FluidValue input, FilterArguments arguments, TemplateContext context)
    {
        var digits = arguments.Count == 0 ? (int?)null : (int)Math.Clamp(arguments.At(0).ToNumberValue(), 0, MostDecimals);
        var value = input.ToNumberValue();
        return ValueTask.FromResult<FluidValue>(StringValue.Create(value.ToString(digits is { } many ? "N" + many.ToString(CultureInfo.InvariantCulture) : "#,0.######", context.CultureInfo)));
    }

    static FilterDelegate Counted(FilterDelegate filter) => async (input, arguments, context) =>
    {
        Refuse(context, Length(input) * (1 + Enumerable.Range(0, arguments.Count).Sum(i => Length(arguments.At(i)))), growth: true);
        var made = await filter(input, arguments, context);
        Refuse(context, Length(made), growth: false);
        return made;
    };

    // replace and join can make at most input × argument characters: refused before they are made, not after.
    static void Refuse(TemplateContext context, long characters, bool growth)
    {
        if (growth)
        {
            if (characters > 64L * TemplateLimits.FilterWork)
            {
                throw new RenderException("", "too_long", "a filter would make too long a text.");
            }

            return;
        }

        var sum = characters + (context.AmbientValues.TryGetValue(WorkKey, out var before) ? (long)before : 0);
        context.AmbientValues[WorkKey] = sum;
        if (characters > TemplateLimits.Output || sum > TemplateLimits.FilterWork)
        {
            throw new RenderException("", "too_long", $"filters make more than {(characters > TemplateLimits.Output ? TemplateLimits.Output : TemplateLimits.FilterWork)} characters.");
        }
    }

    static long Length(FluidValue value) => value switch
    {
        StringValue text => text.ToStringValue().Length,
        ArrayValue list => list.Values.Sum(item => item is StringValue text ? text.ToStringValue().Length + 1L : 24),
        _ => 24,
    };
}
