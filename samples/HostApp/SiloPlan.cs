namespace Aampe.Agents.HostApp;

/// <summary>How a silo of a simulated host app is started.</summary>
/// <param name="Name">Name of the app: of its folder and its keys.</param>
/// <param name="Program">Path of Aampe.Agents.Silo.dll.</param>
/// <param name="Webhook">Where messages are handed over.</param>
/// <param name="Secret">Secret that hand-overs are signed with.</param>
/// <param name="Channels">Channels that are handed over there.</param>
/// <param name="Start">Where the simulated clock begins.</param>
/// <param name="Seed">Seed of agent identities.</param>
/// <param name="Programs">Folder of program files; null = programs come over HTTP.</param>
public sealed record SiloPlan(string Name, string Program, string Webhook, string Secret, IReadOnlyList<string> Channels, DateTimeOffset Start, string Seed, string? Programs)
{
    /// <summary>Folder of the silo's data, which stays when the silo ends; null = one of its own, gone with it.</summary>
    public string? Folder { get; init; }

    /// <summary>Keys that the silo begins with: write key, server key, the administrator's password; null = new ones.</summary>
    public (string Write, string Server, string Password)? Keys { get; init; }

    /// <summary>Further settings, <c>Section:Name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
