using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Findings;

/// <summary>What the users of a sample last said about one channel and purpose.</summary>
/// <param name="Channel">push, email, sms, whatsapp or in_app.</param>
/// <param name="Purpose">marketing or service.</param>
/// <param name="Granted">Users who granted it.</param>
/// <param name="Denied">Users who denied it.</param>
/// <param name="Unknown">Users who said nothing, or took back what they said.</param>
/// <param name="Reachable">Users with an address or token.</param>
public sealed record ConsentCount(string Channel, string Purpose, long Granted, long Denied, long Unknown, long Reachable);

/// <summary>Adds up consent over a sample of users.</summary>
/// <param name="now">Moment of the question; denials of the last <see cref="Days"/> days are counted by UTC day.</param>
public sealed class ConsentTally(Instant now)
{
    /// <summary>Days over which new denials are counted.</summary>
    public const int Days = 28;

    readonly long[,,] said = new long[5, 2, 3];
    readonly long[] reachable = new long[5];
    readonly long[] denials = new long[Days];

    /// <summary>Users so far.</summary>
    public long Users { get; private set; }

    /// <summary>Adds a user.</summary>
    public void Add(AgentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Users++;
        var statements = state.Consents.Select(entry => new ConsentStatement(entry.Channel, entry.Purpose, entry.Status, entry.At)).ToArray();
        for (var c = 0; c < 5; c++)
        {
            var channel = ProgramJson.Channels[c];
            reachable[c] += ContactTraits.CanReach(state, channel) ? 1 : 0;
            for (var p = 0; p < 2; p++)
            {
                said[c, p, AudienceRuleJson.Statuses.IndexOf(Consent.StatusOf(channel, AudienceRuleJson.Purposes[p], statements))]++;
            }
        }

        foreach (var statement in statements)
        {
            var age = now.UtcDay - statement.At.UtcDay;
            if (statement.Status == "denied" && age is >= 0 and < Days)
            {
                denials[age]++;
            }
        }
    }

    /// <summary>One row a channel and purpose.</summary>
    public ImmutableArray<ConsentCount> Rows() =>
    [
        .. from c in Enumerable.Range(0, 5)
           from p in Enumerable.Range(0, 2)
           select new ConsentCount(ProgramJson.Channels[c], AudienceRuleJson.Purposes[p], said[c, p, 0], said[c, p, 1], said[c, p, 2], reachable[c]),
    ];

    /// <summary>Denials a UTC day of the last four weeks, oldest first.</summary>
    public ImmutableArray<(DateOnly Day, long Count)> Denials() =>
        [.. Enumerable.Range(0, Days).Select(i => (DateOnly.FromDateTime(now.ToDateTimeOffset().UtcDateTime).AddDays(i - Days + 1), denials[Days - 1 - i]))];
}
