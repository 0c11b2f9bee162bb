using System.Text.Json.Nodes;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Silo.Api;

namespace Aampe.Agents.Silo.Privacy;

/// <summary>A request about people in a list.</summary>
/// <param name="Id">"reg_…".</param>
/// <param name="Kind">delete, suppress, unsuppress or suppress_and_delete.</param>
/// <param name="Status">pending, running, done, or failing: its last step failed and is being repeated.</param>
/// <param name="Reason">Why, as given.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="FinishedAt">When it was over; null = it is not.</param>
/// <param name="AgeSeconds">From the request to its end, or to now.</param>
/// <param name="People">How many people it is about.</param>
/// <param name="PeopleDone">How many of their agents are done.</param>
/// <param name="RowsRemoved">Rows taken out of all stores.</param>
/// <param name="PosteriorContributionsSubtracted">Measured effects, and days of the joint model, that cohorts no longer have.</param>
/// <param name="Fault">What the last step failed with; null = it did not.</param>
public sealed record RegulationItem(
    string Id, string Kind, string Status, string Reason, string RequestedBy, string RequestedAt, string? FinishedAt, double AgeSeconds, int People, int PeopleDone, long RowsRemoved,
    double PosteriorContributionsSubtracted, string? Fault);

/// <summary>One store in a receipt.</summary>
public sealed record StoreItem(string Store, long RowsRemoved, bool Pending, string? FinishedAt, string? Remains);

/// <summary>One person in a receipt, known by its place in the request and a keyed hash alone.</summary>
public sealed record PersonItem(
    int Index, string Hash, bool Done, bool Known, int Lives, IReadOnlyDictionary<string, long> RowsRemoved, JsonArray Contributions, int CancelledDeliveries, int DeliveriesOnTheWire,
    bool Interrupted);

/// <summary>The receipt of a request.</summary>
/// <param name="Request">What was asked and how far it is.</param>
/// <param name="Stores">Store by store.</param>
/// <param name="Users">Person by person.</param>
/// <param name="Cohorts">Folds before and after, program by program.</param>
/// <param name="Hash">SHA-256 of the receipt's canonical JSON without this field; null until it is done.</param>
public sealed record RegulationReply(RegulationItem Request, IReadOnlyList<StoreItem> Stores, IReadOnlyList<PersonItem> Users, IReadOnlyList<CohortReceipt> Cohorts, string? Hash);

/// <summary>Builds replies out of what is stored.</summary>
static class RegulationReplies
{
    public static RegulationItem Item(RegulationState state, Instant now) => new(
        state.Id,
        state.Kind,
        state switch
        {
            { Stage: RegulationState.Done } => "done",
            { Fault: not null } => "failing",
            { Stage: RegulationState.Accepted } => "pending",
            _ => "running",
        },
        state.Reason,
        state.By,
        Text(state.At)!,
        Text(state.FinishedAt),
        ((state.FinishedAt ?? now.UnixMilliseconds) - state.At) / 1_000.0,
        state.People.Count,
        state.People.Count(person => person.Done),
        state.Stores.Sum(store => store.RowsRemoved),
        Math.Round(state.People.Sum(person => person.Contributions.Sum(Subtracted)), 1),
        state.Fault);

    public static RegulationReply Receipt(RegulationState state, Instant now)
    {
        var reply = new RegulationReply(
            // The age of one that is over does not change any more.
            Item(state, now),
            [.. state.Stores.Select(store => new StoreItem(store.Name, store.RowsRemoved, store.FinishedAt is null, Text(store.FinishedAt), store.Remains))],
            [.. state.People.Select(Person)],
            state.Cohorts,
            null);
        return state.Stage == RegulationState.Done ? reply with { Hash = RecordHash.Of(CanonicalJson.Serialize(System.Text.Json.JsonSerializer.SerializeToElement(reply, Wire.Options))) } : reply;
    }

    static PersonItem Person(RegulatedPerson person) => new(
        person.Index, person.Hash, person.Done, person.Known, person.LifeCount, person.Rows, person.Contributions, person.Cancelled, person.OnTheWire, person.Interrupted);

    static double Subtracted(JsonNode? entry) => (entry?["effects"]?.GetValue<double>() ?? 0) + (entry?["rows"]?.GetValue<double>() ?? 0);

    static string? Text(long? milliseconds) => milliseconds is { } at ? new Instant(at).ToString() : null;
}
