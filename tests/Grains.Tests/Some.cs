using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Grains.Tests;

/// <summary>Values for tests.</summary>
public static class Some
{
    /// <summary>Two tones over push and in-app, every combination, all users agentic, no guardrails of its own.</summary>
    public static string Program(int agentic = 100, int holdout = 0) => $$"""
        {
          "id": "basket", "name": "Basket",
          "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
          "actionSets": [
            { "id": "frequency", "name": "Frequency", "dimension": "frequency", "actions": [{ "id": "hold", "label": "Hold" }, { "id": "send", "label": "Send" }] },
            { "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm", "label": "Warm" }, { "id": "plain", "label": "Plain" }] },
            { "id": "channel", "name": "Channel", "dimension": "channel", "actions": [{ "id": "push", "label": "Push" }, { "id": "in_app", "label": "In-app" }] }
          ],
          "messages": [
            { "id": "m1", "name": "Warm push", "channel": "push", "labels": { "tone": "warm" }, "content": { "title": "Hi", "body": "Come back" } },
            { "id": "m2", "name": "Plain push", "channel": "push", "labels": { "tone": "plain" }, "content": { "title": "Basket", "body": "Come back" } },
            { "id": "m3", "name": "Warm card", "channel": "in_app", "labels": { "tone": "warm" }, "content": { "title": "Hi", "body": "Come back" } },
            { "id": "m4", "name": "Plain card", "channel": "in_app", "labels": { "tone": "plain" }, "content": { "title": "Basket", "body": "Come back" } }
          ],
          "experiment": { "salt": "s1", "agentic": {{agentic}}, "random": 0, "rules": 0, "holdout": {{holdout}} }
        }
        """;

    public static EventSlice Slice(Instant now, params (long Offset, string Name, string MessageId)[] events) => new(
        1,
        0,
        [.. events.Select(e => new SlicedEvent(e.Offset, 1, e.Name, "app", true, e.MessageId, now, now, Encoding.UTF8.GetBytes("""{"type":"track","context":{"timezone":"Europe/Paris","device":{"token":"t"}}}""")))]);
}
