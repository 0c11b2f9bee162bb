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
public sealed record SiloPlan(string Name, string Program, string Webhook, string Secret, IReadOnlyList<string> Channels, DateTimeOffset Start, string Seed, string? Programs);
