using Aampe.Agents.Storage.Delivery;

namespace Aampe.Agents.Storage.Tests.Contracts;

/// <summary>What every store of contact points must do.</summary>
public abstract class ContactPointsContract : IAsyncLifetime
{
    static readonly byte[] one = [1, 2, 0, 3], other = [1, 2, 0, 4];

    protected abstract IContactPoints Points { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    [Fact]
    public async Task An_address_names_everybody_who_was_written_to_there_once()
    {
        await Points.KnowAsync("default/u:ada", "sms", one, default);
        await Points.KnowAsync("default/u:ada", "sms", one, default);
        await Points.KnowAsync("default/u:bob", "sms", one, default);
        await Points.KnowAsync("default/u:cleo", "sms", other, default);
        await Points.KnowAsync("default/u:dora", "whatsapp", one, default);
        await Points.KnowAsync("elsewhere/u:ada", "sms", one, default);
        Assert.Equal(["default/u:ada", "default/u:bob"], await Points.AgentsAsync("default", "sms", one, default));
        Assert.Equal(["default/u:dora"], await Points.AgentsAsync("default", "whatsapp", one, default));
    }

    [Fact]
    public async Task Who_is_forgotten_is_found_by_no_address()
    {
        await Points.KnowAsync("default/u:ada", "sms", one, default);
        await Points.KnowAsync("default/u:ada", "whatsapp", other, default);
        await Points.KnowAsync("default/u:bob", "sms", one, default);
        Assert.Equal(2, await Points.ForgetAsync("default/u:ada", default));
        Assert.Equal(["default/u:bob"], await Points.AgentsAsync("default", "sms", one, default));
        Assert.Empty(await Points.AgentsAsync("default", "whatsapp", other, default));
    }
}
