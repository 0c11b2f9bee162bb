using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Grains;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Cards;
using Aampe.Agents.Silo.Clock;
using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Ingest;
using Aampe.Agents.Silo.Pump;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Startup;

namespace Aampe.Agents.Silo.Options;

/// <summary>One setting.</summary>
/// <param name="Key"><c>Section:Name</c>.</param>
/// <param name="Type">Type of its value.</param>
/// <param name="Default">Value when nobody sets it.</param>
/// <param name="Rule">What is allowed; null = every value of the type.</param>
public sealed record Setting(string Key, Type Type, object? Default, ValidationAttribute? Rule)
{
    /// <summary>What is allowed, in words.</summary>
    public string Allowed => Rule switch
    {
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}"),
        RegularExpressionAttribute choice => string.Join(" or ", choice.Pattern.Trim('^', '$', '(', ')').Split('|').Select(word => $"'{word}'")),
        StringLengthAttribute length => $"at most {length.MaximumLength} characters",
        _ when Type == typeof(bool) => "'true' or 'false'",
        _ when Type == typeof(string) => "text",
        _ => "a whole number",
    };

    /// <summary>What is wrong with a value; null = nothing.</summary>
    public string? Fault(string value)
    {
        object converted;
        try
        {
            converted = Type == typeof(string) ? value : System.ComponentModel.TypeDescriptor.GetConverter(Type).ConvertFromInvariantString(value)!;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or NotSupportedException or OverflowException)
        {
            return $"{Key} must be {Allowed}; was '{value}'.";
        }

        return Rule is null || (Rule is RangeAttribute range ? Within(range, converted) : Rule.IsValid(converted)) ? null : CheckedOptions.Say(Key, converted, Rule);
    }

    static bool Within(RangeAttribute range, object value)
    {
        var number = Convert.ToDecimal(value, CultureInfo.InvariantCulture);
        return number >= Convert.ToDecimal(range.Minimum, CultureInfo.InvariantCulture) && number <= Convert.ToDecimal(range.Maximum, CultureInfo.InvariantCulture);
    }
}

/// <summary>All settings of the silo: what <c>--help</c> lists, and what tells a typing error from a setting.</summary>
public static class KnownSettings
{
    // Settings of the host itself: .NET documents them.
    static readonly string[] framework = ["Logging", "Kestrel", "AllowedHosts", "environment", "contentRoot", "applicationName", "urls", "DOTNET_", "ASPNETCORE_", "OTEL_"];

    static readonly string[] ofChannel = [.. typeof(ChannelOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)];

    static readonly (string Section, Type Type)[] sections =
    [
        ("Http", typeof(HttpOptions)), ("Data", typeof(DataOptions)), ("Programs", typeof(ProgramFilesOptions)), ("Bootstrap", typeof(BootstrapOptions)),
        ("Delivery", typeof(DeliveryOptions)), ("Clock", typeof(ClockOptions)), ("Agents", typeof(GrainsOptions)), ("Ingest", typeof(IngestOptions)),
        ("Api", typeof(ApiOptions)), ("Cards", typeof(CardOptions)), ("Log", typeof(LogOptions)), ("Log:Kafka", typeof(KafkaLogOptions)), ("Pump", typeof(PumpOptions)), ("Cluster", typeof(ClusterOptions)),
    ];

    /// <summary>Every setting with one value, section by section.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. sections.SelectMany(one => Of(one.Section, one.Type))];

    /// <summary>The settings of a channel.</summary>
    public static IReadOnlyList<string> OfChannels { get; } = [.. ofChannel.Select(name => $"Delivery:Channels:<{string.Join('|', ProgramJson.Channels)}>:{name}")];

    /// <summary>Whether the first part of a key is a section of the silo.</summary>
    public static bool IsSection(string key) => sections.Any(one => Same(First(one.Section), First(key)));

    /// <summary>The setting of a key, or null.</summary>
    public static Setting? Find(string key) => All.FirstOrDefault(one => Same(one.Key, key));

    /// <summary>Whether a key is one that somebody reads.</summary>
    public static bool Knows(string key)
    {
        var parts = key.Split(':');
        return Find(key) is not null
            || framework.Any(one => Same(one, parts[0]) || (one[^1] == '_' && key.StartsWith(one, StringComparison.OrdinalIgnoreCase)))
            || (parts.Length == 4 && Same(parts[0], "Delivery") && Same(parts[1], "Channels") && ofChannel.Any(name => Same(name, parts[3])));
    }

    /// <summary>The key that was probably meant; null when none is near.</summary>
    public static string? Nearest(string key)
    {
        var wanted = key.Replace("__", ":", StringComparison.Ordinal).ToUpperInvariant();
        var (distance, nearest) = All.Select(one => (Distance: Distance(wanted, one.Key.ToUpperInvariant()), one.Key)).Min();
        return distance <= Math.Max(2, key.Length / 4) ? nearest : null;
    }

    static IEnumerable<Setting> Of(string section, Type type)
    {
        var defaults = Activator.CreateInstance(type);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.CanWrite)
            {
                yield return new Setting($"{section}:{property.Name}", property.PropertyType, property.GetValue(defaults), property.GetCustomAttributes<ValidationAttribute>().FirstOrDefault());
            }
        }
    }

    static string First(string key) => key.Split(':')[0];

    static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    // Levenshtein (1966): insertions, deletions and replacements.
    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1));
                corner = above;
            }
        }

        return row[^1];
    }
}
