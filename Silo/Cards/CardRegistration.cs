using Aampe.Agents.Grains.Cards;
using Aampe.Agents.Silo.Options;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Cards;

/// <summary>Composition of cards.</summary>
static class CardRegistration
{
    /// <summary>Adds streams, their notices, and section <c>Cards</c>.</summary>
    public static IServiceCollection AddCards(this IServiceCollection services)
    {
        services.AddChecked<CardOptions>("Cards").AddSingleton<CardStreams>().AddSingleton<CardReading>().AddSingleton<CardBoard>();
        services.AddSingleton<ICardNotices>(all => all.GetRequiredService<CardBoard>()).AddSingleton<IAgentCommitObserver>(all => all.GetRequiredService<CardBoard>());
        return services.AddHostedService(all => all.GetRequiredService<CardBoard>());
    }

    /// <summary>Maps the routes.</summary>
    public static WebApplication MapCards(this WebApplication app)
    {
        UserTokenEndpoint.Map(app);
        CardsEndpoint.Map(app);
        return app;
    }
}
