using System.Globalization;
using System.Text;

namespace Aampe.Agents.Client.Http;

/// <summary>Query strings.</summary>
static class Query
{
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The given pairs, escaped; those without a value stay out.</summary>
    public static string Of(params ReadOnlySpan<(string Name, string? Value)> pairs)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in pairs)
        {
            if (value is not null)
            {
                text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return text.ToString();
    }
}
