using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Options;

/// <summary>Options that are checked at start: a wrong value names its key, the value and the allowed range.</summary>
public static class CheckedOptions
{
    /// <summary>Binds a section and checks it when the process starts.</summary>
    public static IServiceCollection AddChecked<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(new ByAttributes<T>(section));
        return services;
    }

    /// <summary>A section as it stands while the process is composed, before options can be asked for; the defaults where nobody set anything.</summary>
    public static T Settings<T>(this IConfiguration configuration, string section)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.GetSection(section).Get<T>() ?? new T();
    }

    sealed class ByAttributes<T>(string section) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var faults = new List<string>();
            foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                var value = property.GetValue(options);
                foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
                {
                    if (!rule.IsValid(value))
                    {
                        faults.Add(Say($"{section}:{property.Name}", value, rule));
                    }
                }
            }

            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }

    /// <summary>What is wrong with a value, naming its key and what is allowed.</summary>
    internal static string Say(string key, object? value, ValidationAttribute rule) => rule switch
    {
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"{key} must be {range.Minimum} to {range.Maximum}; was {value}."),
        StringLengthAttribute length => $"{key} must be at most {length.MaximumLength} characters; was {value?.ToString()?.Length}.",
        { ErrorMessage: { } message } => string.Format(CultureInfo.InvariantCulture, message, value),
        _ => $"{key} is not valid; was '{value}'.",
    };
}
