using System.Net;
using System.Net.Sockets;
using Aampe.Agents.Silo.Clock;
using Aampe.Agents.Silo.Options;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Aampe.Agents.Silo.Startup;

/// <summary>
/// What can be seen to be wrong before anything is made: arguments, keys nobody reads, values, the port, the directory. A first start that
/// fails must not have used up its credentials, and a typing error must not be taken for the default.
/// </summary>
public static class Preflight
{
    /// <summary>Everything that is wrong, a sentence each that names the key, the value and what is allowed.</summary>
    /// <param name="arguments">The command line, short forms expanded.</param>
    /// <param name="configuration">All that was read.</param>
    public static IReadOnlyList<string> Faults(string[] arguments, IConfigurationRoot configuration)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(configuration);
        var faults = new List<string>();
        faults.AddRange(Arguments(arguments));
        faults.AddRange(configuration.Providers.SelectMany(Unknown).Distinct());
        faults.AddRange(KnownSettings.All.Select(setting => configuration[setting.Key] is { } value ? setting.Fault(value) : null).OfType<string>());
        faults.AddRange(configuration.GetSection("Logging:LogLevel").GetChildren()
            .Where(level => !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
            .Select(level => $"{level.Path} must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}; was '{level.Value}'."));
        if (faults.Count > 0)
        {
            return faults;
        }

        return [.. new[] { Clock(configuration), PodVariables.Fault(configuration.Settings<ClusterOptions>("Cluster"), Environment.GetEnvironmentVariable), Cluster(configuration), Port(configuration), Data(configuration), Programs(configuration) }.OfType<string>()];
    }

    static IEnumerable<string> Arguments(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                yield return $"'{argument}' is not a setting: write --Section:Key value. --help lists them.";
            }
            else if (!argument.Contains('=', StringComparison.Ordinal))
            {
                if (i + 1 == arguments.Length || arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
                {
                    yield return $"{argument} has no value.";
                }
                else
                {
                    i++;
                }
            }
        }
    }

    static IEnumerable<string> Unknown(IConfigurationProvider provider)
    {
        var place = provider switch
        {
            CommandLineConfigurationProvider => "the command line",
            EnvironmentVariablesConfigurationProvider => "the environment",
            JsonConfigurationProvider { Source.Path: Serving.OperatorFile } => Serving.OperatorFile,
            _ => null,
        };
        if (place is null)
        {
            yield break;
        }

        foreach (var key in Keys(provider, null))
        {
            // An environment is full of things that are not for this process.
            if (!KnownSettings.Knows(key) && (provider is not EnvironmentVariablesConfigurationProvider || KnownSettings.IsSection(key)))
            {
                yield return $"There is no setting '{key}' (from {place}){(KnownSettings.Nearest(key) is { } meant ? $"; did you mean {meant}?" : ".")} --help lists them.";
            }
        }
    }

    static IEnumerable<string> Keys(IConfigurationProvider provider, string? parent)
    {
        foreach (var child in provider.GetChildKeys([], parent).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var key = parent is null ? child : $"{parent}:{child}";
            var below = Keys(provider, key).ToList();
            if (below.Count == 0)
            {
                yield return key;
            }

            foreach (var one in below)
            {
                yield return one;
            }
        }
    }

    static string? Clock(IConfigurationRoot configuration) =>
        configuration["Clock:Start"] is { Length: > 0 } start && !DateTimeOffset.TryParse(start, System.Globalization.CultureInfo.InvariantCulture, out _)
            ? $"Clock:Start must be a moment such as 2026-03-02T00:00:00Z; was '{start}'."
            : null;

    static string? Cluster(IConfigurationRoot configuration)
    {
        var cluster = configuration.Settings<ClusterOptions>("Cluster");
        if (configuration.Settings<LogOptions>("Log").Kind == "Kafka" && configuration.Settings<DataOptions>("Data").Servers.Length == 0)
        {
            return "Log:Kind is 'Kafka', but Data:Postgres is empty: agents and cursors live in PostgreSQL then, so name it, such as --Data:Postgres \"Host=db;Username=agents;Password=…;Database=agents\".";
        }

        if (cluster.Kind == "Single")
        {
            return null;
        }

        if (configuration.Settings<DataOptions>("Data").Servers.Length == 0)
        {
            return "Cluster:Kind is 'Postgres', but Data:Postgres is empty: silos meet in the database, so name it, such as --Data:Postgres \"Host=db;Username=agents;Password=…;Database=agents\".";
        }

        if (configuration.Settings<ClockOptions>("Clock").Simulated)
        {
            return "Clock:Kind is 'simulated', which one silo alone can move: leave Cluster:Kind at 'Single'.";
        }

        return IPAddress.TryParse(cluster.Address, out _) ? null : $"Cluster:Address must be an IP address of this machine that the other silos reach, such as 10.0.0.4; was '{cluster.Address}'.";
    }

    static string? Port(IConfigurationRoot configuration)
    {
        var http = configuration.Settings<HttpOptions>("Http");
        if (!IPAddress.TryParse(http.Address, out var address))
        {
            return $"Http:Address must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0; was '{http.Address}'.";
        }

        var cluster = configuration.Settings<ClusterOptions>("Cluster");
        var silo = cluster.Kind == "Single" ? IPAddress.Loopback : IPAddress.Parse(cluster.Address);
        return Taken("Http:Port", address, http.Port) ?? Taken("Http:MetricsPort", IPAddress.Loopback, http.MetricsPort)
            ?? Taken("Cluster:SiloPort", silo, cluster.SiloPort) ?? Taken("Cluster:GatewayPort", silo, cluster.GatewayPort);
    }

    static string? Taken(string key, IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            return null;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"{key} {port} on {address} is in use by another process: stop that one, or choose another, such as --{key} {port + 1}.",
                SocketError.AddressNotAvailable => $"Http:Address {address} is not an address of this machine; 127.0.0.1 serves this machine only, 0.0.0.0 every network.",
                SocketError.AccessDenied => $"{key} {port} needs more rights than this process has: choose one above 1023.",
                _ => $"{key} {port} on {address} cannot be used: {error.Message}.",
            };
        }
    }

    static string? Data(IConfigurationRoot configuration)
    {
        var data = configuration.Settings<DataOptions>("Data");
        if (data.Servers.Length > 0)
        {
            return null;
        }

        var directory = data.Directory;
        try
        {
            Directory.CreateDirectory(directory);
            var probe = Path.Combine(directory, $".probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"Data:Directory '{Path.GetFullPath(directory)}' cannot be written: {error.Message} Give this user the right to write there, or name another directory: --data <directory>.";
        }
    }

    static string? Programs(IConfigurationRoot configuration) =>
        configuration["Programs:Path"] is { Length: > 0 } path && !Path.Exists(path)
            ? $"Programs:Path must name a program file or a folder of them; '{Path.GetFullPath(path)}' does not exist."
            : null;
}
