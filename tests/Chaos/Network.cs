using System.Globalization;
using Aampe.Agents.Postgres.Fixture;

namespace Aampe.Agents.Chaos;

/// <summary>
/// A network of its own for each silo, beside one that the database, the receiver and the driver share: namespaces of Linux behind a bridge, which only
/// root can make. What one of them sends to another can be lost, in one direction or both.
/// </summary>
public sealed class Network : IAsyncDisposable
{
    // Nobody has it: the bridge finds no port for it and whoever sends to it gets no error.
    const string Nobody = "02:00:00:00:00:ee";

    readonly string name, subnet;
    readonly int silos;

    Network(string name, string subnet, int silos) => (this.name, this.subnet, this.silos) = (name, subnet, silos);

    /// <summary>Where the driver and the receiver are.</summary>
    public string Host => subnet + ".1";

    /// <summary>Where the database is.</summary>
    public string Database => subnet + ".2";

    /// <summary>Where a silo is.</summary>
    public string Silo(int number) => string.Create(CultureInfo.InvariantCulture, $"{subnet}.{10 + number}");

    /// <summary>What a silo's command line begins with.</summary>
    public IReadOnlyList<string> Enter(int number) => ["ip", "netns", "exec", Space(number)];

    /// <summary>Makes the networks.</summary>
    /// <exception cref="InvalidOperationException">This machine does not allow it; the message says why.</exception>
    public static async Task<Network> StartAsync(int silos)
    {
        // Other runs on this machine have other numbers.
        var run = Environment.ProcessId % 65_536;
        var network = new Network(string.Create(CultureInfo.InvariantCulture, $"cz{run}"), string.Create(CultureInfo.InvariantCulture, $"10.{128 + run / 256 % 64}.{run % 256}"), silos);
        try
        {
            await network.MakeAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on what a silo sends to an address is lost.</summary>
    public Task CutAsync(int silo, string to) => IpAsync("-n", Space(silo), "neigh", "replace", to, "lladdr", Nobody, "dev", "eth0", "nud", "permanent");

    /// <summary>What a silo sends to an address arrives again.</summary>
    public Task HealAsync(int silo, string to) => IpAsync("-n", Space(silo), "neigh", "del", to, "dev", "eth0");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        for (var silo = 0; silo < silos; silo++)
        {
            // Its end of the pair goes with it.
            await Command.RunAsync("ip", "netns", "del", Space(silo));
        }

        await Command.RunAsync("ip", "link", "del", name);
    }

    async Task MakeAsync()
    {
        await IpAsync("link", "add", name, "type", "bridge");
        await IpAsync("addr", "add", Host + "/24", "dev", name);
        await IpAsync("addr", "add", Database + "/24", "dev", name);
        await IpAsync("link", "set", name, "up");
        for (var silo = 0; silo < silos; silo++)
        {
            var (space, end) = (Space(silo), string.Create(CultureInfo.InvariantCulture, $"{name}v{silo}"));
            await IpAsync("netns", "add", space);
            await IpAsync("link", "add", end, "type", "veth", "peer", "name", "eth0", "netns", space);
            await IpAsync("link", "set", end, "master", name);
            await IpAsync("link", "set", end, "up");
            await IpAsync("-n", space, "addr", "add", Silo(silo) + "/24", "dev", "eth0");
            await IpAsync("-n", space, "link", "set", "eth0", "up");
            await IpAsync("-n", space, "link", "set", "lo", "up");
        }
    }

    string Space(int silo) => string.Create(CultureInfo.InvariantCulture, $"{name}s{silo}");

    static async Task IpAsync(params string[] arguments)
    {
        var (code, faults) = await Command.RunAsync("ip", arguments);
        if (code != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {faults} Networks of their own need root and the program ip.");
        }
    }
}
