using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Every public property of a value, of those inside it and so on, as text: what a record must keep, whether or not its codec thought of it.</summary>
static class Spelling
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Spell(value, text);
        return text.ToString();
    }

    static void Spell(object? value, StringBuilder into)
    {
        switch (value)
        {
            case null:
                into.Append('-');
                break;
            case string text:
                into.Append('"').Append(text).Append('"');
                break;
            case double number:
                into.Append(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case Enum or bool or IFormattable or Time.Instant:
                into.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            case Core.Populations.EffectStatistic statistic:
                Spell(statistic.ToNumbers(), into);
                break;
            case IEnumerable items:
                into.Append('[');
                foreach (var item in items)
                {
                    Spell(item, into);
                    into.Append('\n');
                }

                into.Append(']');
                break;
            default:
                Members(value, into);
                break;
        }
    }

    static void Members(object value, StringBuilder into)
    {
        into.Append('{');
        var type = value.GetType();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(one => one.GetIndexParameters().Length == 0 && !one.PropertyType.IsByRefLike).OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            into.Append(property.Name).Append('=');
            Spell(property.GetValue(value), into);
            into.Append(';');
        }

        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Instance))
        {
            into.Append(field.Name).Append('=');
            Spell(field.GetValue(value), into);
            into.Append(';');
        }

        into.Append('}');
    }
}
