using System.Collections.Concurrent;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Privacy;

namespace Aampe.Agents.Silo.Api;

/// <summary>
/// The last answers under an idempotency key, so that a repeat gets the same bytes. The decision itself is remembered by its agent for 24 h;
/// what this forgets is made anew from it.
/// </summary>
sealed class RepeatedReplies(IClock clock) : IForgetful
{
    const int Most = 10_000;

    readonly ConcurrentDictionary<(AgentKey Agent, string Key, string Body), (byte[] Reply, Instant At)> replies = new();
    readonly ConcurrentQueue<(AgentKey Agent, string Key, string Body)> order = new();

    public void Forget(IReadOnlySet<AgentKey> people)
    {
        foreach (var name in replies.Keys.Where(name => people.Contains(name.Agent)))
        {
            replies.TryRemove(name, out _);
        }
    }

    public byte[] Keep(AgentKey agent, string key, string body, byte[] reply)
    {
        var name = (agent, key, body);
        if (Find(agent, key, body) is { } before)
        {
            return before;
        }

        replies[name] = (reply, clock.Now);
        order.Enqueue(name);
        while (order.Count > Most && order.TryDequeue(out var oldest))
        {
            replies.TryRemove(oldest, out _);
        }

        return reply;
    }

    /// <summary>The answer of the last 24 h; null = none, or it was made longer ago.</summary>
    public byte[]? Find(AgentKey agent, string key, string body) =>
        replies.TryGetValue((agent, key, body), out var known) && known.At > clock.Now - Living.KeysKept ? known.Reply : null;
}
