using Aampe.Agents.Grains.Cohorts;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Silo.Ingest;

namespace Aampe.Agents.Silo.Privacy;

/// <summary>Composition of erasure, suppression and access.</summary>
public static class PrivacySetup
{
    /// <summary>Adds what erasures go through. A part that keeps something of people in a place of its own adds an <see cref="IPersonalStore"/>.</summary>
    public static IServiceCollection AddPrivacy(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<PersonMarks>().AddSingleton<PanelStates>().AddSingleton<Regulations>().AddSingleton<RegulationDriver>();
        services.AddSingleton<IEverywhere>(all => all.GetRequiredService<RulesEverywhere>());
        services.AddSingleton<IForgetful>(all => all.GetRequiredService<EventTail>()).AddSingleton<IForgetful>(all => all.GetRequiredService<RepeatedReplies>());
        services.AddSingleton<IPersonalStore, LogOfPeople>().AddSingleton<IPersonalStore, LettersOfPeople>().AddSingleton<IPersonalStore, SandboxOfPeople>().AddSingleton<IPersonalStore, ContactsOfPeople>().AddSingleton<IPersonalStore, MemoryOfPeople>();
        return services;
    }

    /// <summary>Maps the routes.</summary>
    public static WebApplication MapPrivacy(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        RegulationEndpoints.Map(app);
        AccessEndpoint.Map(app);
        ObjectEndpoint.Map(app);
        RetentionEndpoint.Map(app);
        return app;
    }
}
