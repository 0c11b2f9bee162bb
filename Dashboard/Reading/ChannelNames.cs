using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>Channels as people read them.</summary>
public static class ChannelNames
{
    /// <summary>Their ids, in the order of documents.</summary>
    public static IReadOnlyList<string> All => ProgramJson.Channels;

    /// <summary>"e-mail", "in-app".</summary>
    public static string Name(string channel) => LimitWords.Channel(channel);
}
