using Aampe.Agents.Storage;
using Aampe.Agents.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Startup;

/// <summary>Why the silo cannot start, told to whoever started it: one line a fault, no stack.</summary>
public static class StartFaults
{
    /// <summary>Writes faults to the error stream.</summary>
    public static void Tell(IEnumerable<string> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        foreach (var fault in faults)
        {
            Console.Error.WriteLine($"The silo cannot start: {fault}");
        }
    }

    /// <summary>What to tell of an exception; empty for one that nobody foresaw, whose stack is then worth more than a sentence.</summary>
    public static IReadOnlyList<string> Of(Exception error) => error switch
    {
        AggregateException { InnerExceptions: [var one] } => Of(one),
        OptionsValidationException options => [.. options.Failures],
        DirectoryInUseException used => [used.Message + " (Data:Directory, or --data)"],
        StoreMismatchException or StoreBrokenException or StoreSettingException or StoreUnavailableException => [error.Message],
        SqliteFailureException => [error.Message + " Look at the files in Data:Directory, or name another directory: --data <directory>."],
        InvalidDataException or StartGivenUpException => [error.Message],
        IOException or UnauthorizedAccessException => [error.Message],
        _ => error.InnerException is { } inner ? Of(inner) : [],
    };
}
