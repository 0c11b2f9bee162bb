using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Storage.Ledger;

/// <summary>Registers when agents' rows are written, over whatever store and log there are.</summary>
public static class LedgerStorage
{
    /// <summary>Key of the store of rows and of the log beneath.</summary>
    public const string Beneath = "beneath";

    /// <summary>Every step writes its agent's row.</summary>
    public static IServiceCollection AddRowCommits(this IServiceCollection services) => services
        .AddSingleton(all => all.GetRequiredKeyedService<IAgentStore>(Beneath))
        .AddSingleton(all => all.GetRequiredKeyedService<IEventLog>(Beneath));

    /// <summary>Steps go to the ledger, rows are checkpoints.</summary>
    public static IServiceCollection AddLedgerCommits(this IServiceCollection services, LedgerOptions? options = null) => services
        .AddSingleton(all => new AgentLedger(
            all.GetRequiredKeyedService<IAgentStore>(Beneath),
            all.GetRequiredService<IAgentLedger>(),
            all.GetRequiredKeyedService<IEventLog>(Beneath).Partitions,
            options ?? LedgerOptions.Usual,
            all.GetService<TimeProvider>() ?? TimeProvider.System))
        .AddSingleton<IAgentStore>(all => all.GetRequiredService<AgentLedger>())
        .AddSingleton<IEventLog>(all => new LedgerEventLog(all.GetRequiredKeyedService<IEventLog>(Beneath), all.GetRequiredService<AgentLedger>()));
}
