using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>A named audience.</summary>
/// <param name="Rule">As JSON.</param>
/// <param name="Text">The rule in words.</param>
/// <param name="UsedBy">What names it.</param>
public sealed record Audience(string Id, string Name, JsonElement Rule, string Text, IReadOnlyList<string> UsedBy);

/// <summary>How many users a rule holds for.</summary>
public sealed record AudienceSize
{
    /// <summary>The rule in words.</summary>
    public required string Text { get; init; }

    /// <summary>The rule as JSON.</summary>
    public JsonElement Rule { get; init; }

    /// <summary>Best guess.</summary>
    public long Count { get; init; }

    /// <summary>Lower end of the 95 % interval.</summary>
    public long Low { get; init; }

    /// <summary>Upper end.</summary>
    public long High { get; init; }

    /// <summary>Users of the sample for whom it holds.</summary>
    public long Matching { get; init; }

    /// <summary>Users that were looked at.</summary>
    public long Sample { get; init; }

    /// <summary>All users.</summary>
    public long Users { get; init; }

    /// <summary>Whether everybody was looked at.</summary>
    public bool Exact { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Up to five of them, their ids masked.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];
}

/// <summary>Consent over a sample.</summary>
/// <param name="Denials">New denials a UTC day of the last four weeks, in the sample.</param>
/// <param name="Sample">Users that were looked at.</param>
/// <param name="Users">All users.</param>
public sealed record ConsentOverview(IReadOnlyList<ConsentShares> Items, IReadOnlyList<DenialsOfDay> Denials, long Sample, long Users, DateTimeOffset At);

/// <summary>What users last said about one channel and purpose.</summary>
/// <param name="Allowed">Whether a user who said nothing may be contacted.</param>
public sealed record ConsentShares(string Channel, string Purpose, SampleShare Granted, SampleShare Denied, SampleShare Unknown, SampleShare Reachable, bool Allowed);

/// <summary>A share with its 95 % interval; null without users.</summary>
public sealed record SampleShare(long Count, double? Share, double? Low, double? High);

/// <summary>New denials of a day.</summary>
/// <param name="Day">yyyy-MM-dd, UTC.</param>
public sealed record DenialsOfDay(string Day, long Count);

/// <summary>What an import came to.</summary>
/// <param name="Rows">Sound rows.</param>
public sealed record ConsentImport(int Rows, int Granted, int Denied, bool Applied, IReadOnlyList<ConsentImportFault> Errors);

/// <summary>What is wrong with a row; the heading is row 1.</summary>
public sealed record ConsentImportFault(int Row, string Column, string Code, string Detail);
