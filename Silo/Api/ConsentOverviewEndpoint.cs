using System.Globalization;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>A share of the sample with its 95 % interval (Wilson); null without users.</summary>
public sealed record ShareReply(long Count, double? Share, double? Low, double? High);

/// <summary>What users last said about one channel and purpose.</summary>
/// <param name="Allowed">Whether a user who said nothing may be contacted.</param>
public sealed record ConsentShareItem(string Channel, string Purpose, ShareReply Granted, ShareReply Denied, ShareReply Unknown, ShareReply Reachable, bool Allowed);

/// <summary>New denials of a UTC day, in the sample.</summary>
public sealed record DenialsOfDay(string Day, long Count);

/// <summary>Consent over a sample.</summary>
/// <param name="Sample">Users that were looked at.</param>
/// <param name="Users">All users.</param>
public sealed record ConsentOverviewReply(IReadOnlyList<ConsentShareItem> Items, IReadOnlyList<DenialsOfDay> Denials, long Sample, long Users, string At);

/// <summary><c>GET /v1/consent/summary</c>.</summary>
static class ConsentOverviewEndpoint
{
    static readonly ConfidenceLevel Level = new(0.95);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/consent/summary", HandleAsync).RequireScope(Scopes.Console)
        .WithTags("Audiences").WithName("ConsentSummary").WithSummary("Consent by channel and purpose: shares of granted, denied and unknown with intervals, and new denials a day, from a sample")
        .Produces<ConsentOverviewReply>().Refuses(401, 403);

    static async Task<IResult> HandleAsync(AudiencePanel panel, IClock clock, CancellationToken stop)
    {
        var now = clock.Now;
        var tally = new ConsentTally(now);
        var (sampled, users) = await panel.LookAsync(tally.Add, stop);
        var items = tally.Rows().Select(row => new ConsentShareItem(
            row.Channel, row.Purpose, Share(row.Granted, tally.Users), Share(row.Denied, tally.Users), Share(row.Unknown, tally.Users), Share(row.Reachable, tally.Users),
            Core.Guarding.Consent.Allows(row.Channel, row.Purpose == "marketing" ? "marketing" : "service", [])));
        return Wire.Json(new ConsentOverviewReply(
            [.. items], [.. tally.Denials().Select(day => new DenialsOfDay(day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day.Count))], sampled, users, now.ToString()));
    }

    static ShareReply Share(long count, long users) => new Proportion(count, users).Wilson(Level) is Estimate.Known known
        ? new ShareReply(count, known.Value, known.Low, known.High)
        : new ShareReply(count, null, null, null);
}
