using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Grains.Privacy;

/// <summary>
/// A request about people on its way, as it is stored. Ids are in it only until it is done: then keyed hashes are all that is left of anybody.
/// </summary>
public sealed class RegulationState
{
    /// <summary>Kind of its documents.</summary>
    public const string Documents = "regulation";

    /// <summary>Nothing was done yet.</summary>
    public const string Accepted = "accepted";

    /// <summary>People are marked; agents are erased, silenced or released, one after the other.</summary>
    public const string Agents = "agents";

    /// <summary>Other stores are gone through.</summary>
    public const string StoreByStore = "stores";

    /// <summary>Cohorts are folded without them.</summary>
    public const string CohortByCohort = "cohorts";

    /// <summary>Over; the receipt does not change any more.</summary>
    public const string Done = "done";

    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web);

    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string Reason { get; init; }

    public required string By { get; init; }

    /// <summary>When it was asked for, milliseconds since 1970.</summary>
    public required long At { get; init; }

    /// <summary>What the next lives are made of; thrown away at the end.</summary>
    public string Salt { get; set; } = "";

    public string Stage { get; set; } = Accepted;

    public long? FinishedAt { get; set; }

    /// <summary>Steps that failed since the last one that did not.</summary>
    public int Failures { get; set; }

    /// <summary>Why the last step failed; null = it did not.</summary>
    public string? Fault { get; set; }

    public List<RegulatedPerson> People { get; init; } = [];

    public List<StoreReceipt> Stores { get; init; } = [];

    public List<CohortReceipt> Cohorts { get; init; } = [];

    /// <summary>Whether it erases.</summary>
    public bool Erases => Kind is "delete" or "suppress_and_delete";

    /// <summary>Whether it ends in suppression.</summary>
    public bool Suppresses => Kind is "suppress" or "suppress_and_delete";

    /// <summary>Reads a stored one.</summary>
    public static RegulationState Read(ReadOnlySpan<byte> content) => JsonSerializer.Deserialize<RegulationState>(content, json)!;

    /// <summary>The bytes to store.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, json);
}

/// <summary>One person of a request.</summary>
public sealed class RegulatedPerson
{
    /// <summary>Place in the request, from 0: whoever asked can tell by it who it was.</summary>
    public required int Index { get; init; }

    /// <summary>Agent without tenant; empty once the request is done.</summary>
    public required string Agent { get; set; }

    /// <summary>Keyed hash of the agent.</summary>
    public required string Hash { get; init; }

    public bool Done { get; set; }

    /// <summary>Whether there was an agent.</summary>
    public bool Known { get; set; }

    /// <summary>The agent and the anonymous ones that joined it; empty once the request is done.</summary>
    public List<RegulatedLife> Lives { get; init; } = [];

    /// <summary>Whether rows were removed by a step that a crash cut before it was recorded: they are not in the counts.</summary>
    public bool Interrupted { get; set; }

    /// <summary>How many those were.</summary>
    public int LifeCount { get; set; }

    /// <summary>Hand-overs whose channel was being called: they may have arrived.</summary>
    public int OnTheWire { get; set; }

    /// <summary>Hand-overs that waited and never go out.</summary>
    public int Cancelled { get; set; }

    /// <summary>What cohorts had of it: cells, effects, rows per program.</summary>
    public JsonArray Contributions { get; set; } = [];

    /// <summary>Rows taken away, by store.</summary>
    public SortedDictionary<string, long> Rows { get; init; } = new(StringComparer.Ordinal);
}

/// <summary>One agent of a person.</summary>
public sealed class RegulatedLife
{
    public required string Agent { get; init; }

    public required string Hash { get; init; }

    public long PanelRank { get; set; }

    /// <summary>Keyed message ids, until its mark has them.</summary>
    public ulong[] Seen { get; set; } = [];

    /// <summary>Whether the inventory was taken: what is gone cannot be counted any more.</summary>
    public bool Counted { get; set; }

    /// <summary>Milliseconds since 1970; 0 = not yet.</summary>
    public long ErasedAt { get; set; }

    public long LogEnd { get; set; }
}

/// <summary>What became of one store.</summary>
public sealed class StoreReceipt
{
    public required string Name { get; init; }

    public long RowsRemoved { get; set; }

    /// <summary>Where it goes on.</summary>
    public string? Position { get; set; }

    public long? FinishedAt { get; set; }

    /// <summary>What remains, and until when.</summary>
    public string? Remains { get; set; }
}

/// <summary>What became of one cohort.</summary>
public sealed record CohortReceipt(
    string ProgramId, bool Rebuilt, string AsOf, long VersionBefore, long VersionAfter, string HashBefore, string HashAfter, JsonNode? Before, JsonNode? After);
