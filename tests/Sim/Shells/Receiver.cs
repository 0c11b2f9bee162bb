using Aampe.Agents.Core.Agents;
using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>One thing that a person saw.</summary>
internal sealed record Effect(long At, string DecisionId, string Key, string Channel);

/// <summary>The other end of the channels. Push knows the key of a call and shows a message once; sms shows one for every call.</summary>
internal sealed class Receiver(World world)
{
    readonly HashSet<string> known = new(StringComparer.Ordinal);

    /// <summary>All that people saw, in order.</summary>
    public List<Effect> Effects { get; } = [];

    /// <summary>Whether a channel tells a repeat by its key.</summary>
    public static bool KnowsKeys(string channel) => channel == "push";

    /// <summary>One call.</summary>
    public async Task<ChannelAnswer> CallAsync(Life caller, Ticket ticket)
    {
        await world.Clock.Wait(caller, world.Dice.Between(5, 900));
        world.Books.Called(ticket);
        var (mute, busy, refuses) = world.Calm ? (0, 0, 0) : (world.Options.ReceiverMute, world.Options.ReceiverBusy, world.Options.ReceiverRefuses);
        if (world.Dice.Chance(busy))
        {
            await world.Clock.Wait(caller, 200);
            return ChannelAnswer.Retry;
        }

        if (world.Dice.Chance(refuses))
        {
            await world.Clock.Wait(caller, 200);
            return ChannelAnswer.Refused;
        }

        if (mute > 0 && world.Dice.Chance(mute / 3))
        {
            world.Seen("receiver died before it took the call");
            await world.Clock.Wait(caller, 10_000);
            return ChannelAnswer.Unknown;
        }

        if (!KnowsKeys(ticket.Channel) || known.Add(ticket.DecisionId))
        {
            Effects.Add(new Effect(world.Clock.Now, ticket.DecisionId, ticket.Key, ticket.Channel));
            world.Trace.Note("seen", ticket.Key, ticket.Attempt, ticket.DecisionId);
            world.Books.Shown(ticket);
        }
        else
        {
            world.Seen("receiver dropped a repeat by its key");
        }

        if (world.Dice.Chance(mute))
        {
            world.Seen("receiver took the call and did not answer");
            await world.Clock.Wait(caller, 10_000);
            return ChannelAnswer.Unknown;
        }

        await world.Clock.Wait(caller, world.Dice.Between(5, 2_000));
        return ChannelAnswer.Sent;
    }
}
