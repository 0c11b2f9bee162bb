using System.Globalization;

namespace Aampe.Agents.Chaos;

/// <summary>What is to be run.</summary>
/// <param name="Fault">Id of the fault, "F1".</param>
public sealed record ChaosOptions(string Fault)
{
    /// <summary>What the run says about the command line that it cannot read.</summary>
    public const string Usage = "chaos F1|F2|… [--seed 1] [--events 5000] [--kills 2] [--silos 2] [--users N] [--log postgres|kafka] [--commit Ledger|Row] [--senders 8] [--batch 0] [--minutes 10] [--json] [--keep]";

    /// <summary>Where every random moment follows from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Events that are sent.</summary>
    public int Events { get; init; } = 5_000;

    /// <summary>Times that the fault is made.</summary>
    public int Kills { get; init; } = 2;

    /// <summary>Silo processes.</summary>
    public int Silos { get; init; } = 2;

    /// <summary>Users; 0 = a hundredth of the events, 50 to 10,000.</summary>
    public int Users { get; init; }

    /// <summary>postgres or kafka.</summary>
    public string Log { get; init; } = "postgres";

    /// <summary>Setting Agents:Commit of the silos.</summary>
    public string Commit { get; init; } = "Ledger";

    /// <summary>Batches under way at the same time.</summary>
    public int Senders { get; init; } = 8;

    /// <summary>Events a batch; 0 = between 10 and 100, or 500 from 100,000 events on.</summary>
    public int Batch { get; init; }

    /// <summary>Longest that the run may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Keeps the logs of the silos although all went well.</summary>
    public bool Keep { get; init; }

    /// <summary>Users that take part.</summary>
    public int People => Users > 0 ? Users : Math.Clamp(Events / 100, 50, 10_000);

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ArgumentException">It cannot be read; the message says what.</exception>
    public static ChaosOptions Read(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var options = new ChaosOptions(arguments.Count > 0 && !arguments[0].StartsWith('-') ? arguments[0].ToUpperInvariant() : throw new ArgumentException("Name the fault first."));
        for (var i = 1; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                // The report is JSON whether it is asked for or not.
                "--json" => options,
                "--keep" => options with { Keep = true },
                var name when i + 1 < arguments.Count => options.With(name, arguments[++i]),
                var name => throw new ArgumentException($"'{name}' wants a value, or is not known."),
            };
        }

        return options;
    }

    ChaosOptions With(string name, string value) => name switch
    {
        "--seed" => this with { Seed = Number(name, value) },
        "--events" => this with { Events = Number(name, value) },
        "--kills" => this with { Kills = Number(name, value) },
        "--silos" => this with { Silos = Number(name, value) },
        "--users" => this with { Users = Number(name, value) },
        "--senders" => this with { Senders = Number(name, value) },
        "--batch" => this with { Batch = Number(name, value) },
        "--minutes" => this with { Patience = TimeSpan.FromMinutes(Number(name, value)) },
        "--commit" when value is "Ledger" or "Row" => this with { Commit = value },
        "--log" when value is "postgres" or "kafka" => this with { Log = value },
        _ => throw new ArgumentException($"'{name} {value}' is not known."),
    };

    static int Number(string name, string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        ? number
        : throw new ArgumentException($"{name} must be a whole number above 0; was '{value}'.");
}
