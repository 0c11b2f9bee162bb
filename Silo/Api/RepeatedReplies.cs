using System.Collections.Concurrent;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Silo.Api;

/// <summary>
/// The last answers under an idempotency key, so that a repeat gets the same bytes. The decision itself is remembered by its agent for 24 h;
/// what this forgets is made anew from it.
/// </summary>
sealed class RepeatedReplies
{
    const int Most = 10_000;

    readonly ConcurrentDictionary<(AgentKey Agent, string Key, string Body), byte[]> replies = new();
    readonly ConcurrentQueue<(AgentKey Agent, string Key, string Body)> order = new();

    public byte[] Keep(AgentKey agent, string key, string body, byte[] reply)
    {
        var name = (agent, key, body);
        if (!replies.TryAdd(name, reply))
        {
            return replies.GetValueOrDefault(name, reply);
        }

        order.Enqueue(name);
        while (order.Count > Most && order.TryDequeue(out var oldest))
        {
            replies.TryRemove(oldest, out _);
        }

        return reply;
    }

    public byte[]? Find(AgentKey agent, string key, string body) => replies.GetValueOrDefault((agent, key, body));
}
