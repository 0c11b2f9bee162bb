using System.Text;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Sim.Shells;

/// <summary>Events as clients write them.</summary>
internal static class Payloads
{
    public static IncomingEvent Of(ClientEvent one, long offset, long received, string zone)
    {
        var hello = one.Name.Length == 0;
        var json = one.Poisoned ? "{"
            : hello ? $$$"""{"traits":{"phone":"+{{{one.User}}}","timezone":"{{{zone}}}"},"context":{"timezone":"{{{zone}}}","device":{"token":"tok"}},"properties":{"value":{{{one.Serial}}}}}"""
            : $$$"""{"context":{"timezone":"{{{zone}}}"},"properties":{"value":{{{one.Serial}}}}}""";
        return new IncomingEvent(
            offset,
            hello ? IncomingKind.Identify : IncomingKind.Track,
            one.Name,
            one.Source,
            true,
            one.MessageId,
            new Instant(Math.Min(one.At, received)),
            new Instant(received),
            Encoding.UTF8.GetBytes(json));
    }
}
