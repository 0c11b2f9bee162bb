using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Simulation;

/// <summary>What a simulation came to.</summary>
public sealed record SimulationResult
{
    /// <summary>Program id.</summary>
    public required string ProgramId { get; init; }

    /// <summary>Version of the program.</summary>
    public required long ProgramVersion { get; init; }

    /// <summary><see cref="FingerprintOf"/> of the program that was simulated.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Users.</summary>
    public required int Users { get; init; }

    /// <summary>Days lived.</summary>
    public required int Days { get; init; }

    /// <summary>Seed.</summary>
    public required long Seed { get; init; }

    /// <summary>usual, pessimistic or null.</summary>
    public required string World { get; init; }

    /// <summary>Whether it was cut short.</summary>
    public bool Partial { get; init; }

    /// <summary>When it ran; not part of <see cref="Hash"/>.</summary>
    public DateTimeOffset RanAt { get; init; }

    /// <summary>Decisions made.</summary>
    public long Decisions { get; init; }

    /// <summary>Messages that went out.</summary>
    public long Sends { get; init; }

    /// <summary>Decisions that did not speak, or were held when they were to.</summary>
    public long Holds { get; init; }

    /// <summary>Holds by caps or the least gap, over decisions of users who may be written to.</summary>
    public double StoppedByCaps { get; init; }

    /// <summary>Sends by day and channel.</summary>
    public ImmutableArray<SimulatedDay> SendsByDay { get; init; } = [];

    /// <summary>Holds by reason, most first.</summary>
    public ImmutableArray<NamedCount> HoldsByReason { get; init; } = [];

    /// <summary>Users × weeks by messages.</summary>
    public ImmutableArray<WeekLoad> SendsPerUserWeek { get; init; } = [];

    /// <summary>Caps of workspace and program.</summary>
    public ImmutableArray<CapLoad> Caps { get; init; } = [];

    /// <summary>Labels.</summary>
    public ImmutableArray<ActionCoverage> Coverage { get; init; } = [];

    /// <summary>Share of users whom no message suited at some decision.</summary>
    public double WithoutMessage { get; init; }

    /// <summary>What a drawn decision gave up to learn, in the unit of beliefs.</summary>
    public Moments ExplorationCost { get; init; }

    /// <summary>Users of the panel whose traits every message was rendered with; 0 = none was tried.</summary>
    public int RenderedUsers { get; init; }

    /// <summary>What went wrong when rendering, a line a fault; the first few.</summary>
    public ImmutableArray<string> RenderFaults { get; init; } = [];

    /// <summary>Goal events of all users in the 28 days before the run, as the panel stands for them; null = not counted.</summary>
    public long? GoalsSeen { get; init; }

    /// <summary>Equal for equal numbers: hash of everything but time, rendering and what was counted of real users.</summary>
    [JsonIgnore]
    public string Hash => RecordHash.Of((this with { RanAt = default, RenderedUsers = 0, RenderFaults = [], GoalsSeen = null }).Pack())[7..23];

    /// <summary>Fingerprint of what a program says: another after any change but of its state.</summary>
    public static string FingerprintOf(ProgramDefinition program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return RecordHash.Of(ProgramJson.Write(program with { Version = 1, State = ProgramState.Draft }));
    }

    /// <summary>As stored: UTF-8 JSON.</summary>
    public byte[] Pack() => JsonSerializer.SerializeToUtf8Bytes(this, MomentsJson.Options);

    /// <summary>Reads what <see cref="Pack"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such document.</exception>
    public static SimulationResult Unpack(ReadOnlySpan<byte> stored)
    {
        try
        {
            return JsonSerializer.Deserialize<SimulationResult>(stored, MomentsJson.Options) ?? throw new InvalidDataException("A simulation's result is null.");
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"A simulation's result cannot be read: {broken.Message}", broken);
        }
    }
}
