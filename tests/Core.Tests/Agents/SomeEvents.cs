using System.Text;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Events as ingest hands them on.</summary>
static class SomeEvents
{
    public static IncomingEvent Track(
        string name, Instant at, string? messageId = null, string source = "app", long offset = 0, string properties = "{}", string context = "{}", Instant? received = null, bool trusted = false) =>
        new(offset, IncomingKind.Track, name, source, trusted, messageId, at, received ?? at, Json($$"""{"properties":{{properties}},"context":{{context}}}"""));

    public static IncomingEvent Identify(Instant at, string traits = "{}", string? anonymousId = null, long offset = 0, string source = "app", bool trusted = false) =>
        new(offset, IncomingKind.Identify, "", source, trusted, null, at, at, Json($$"""{"anonymousId":{{(anonymousId is null ? "null" : $"\"{anonymousId}\"")}},"traits":{{traits}}}"""));

    public static IncomingEvent About(string name, string decisionId, Instant at, bool trusted = false) => Track(name, at, properties: $$"""{"decisionId":"{{decisionId}}"}""", trusted: trusted);

    static ReadOnlyMemory<byte> Json(string text) => Encoding.UTF8.GetBytes(text);
}
