using System.Text.Json;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Workflow;
using Aampe.Agents.Grains.Interfaces.Programs;

namespace Aampe.Agents.Grains.Programs;

/// <summary>What the catalogue says of programs and of changes that are not allowed.</summary>
static class Details
{
    /// <summary>Whoever runs the silo and wrote its configuration.</summary>
    public static WorkflowActor Configuration { get; } = new("configuration", "configuration", Rights.Edit | Rights.Approve | Rights.Pause | Rights.Resume | Rights.Override, false);

    public static WorkflowActor Actor(ActorCard card) => new(card.Id, card.Identity, (Rights)card.Rights, card.FourEyes);

    public static ProgramDetail Of(string id, long version, StoredProgram program)
    {
        var published = program.Published != ProgramState.Draft;
        return new ProgramDetail(
            id, version, Workflows.Name(program.Lifecycle), published ? program.LiveVersion == 0 ? version : program.LiveVersion : 0,
            published ? JsonSerializer.SerializeToUtf8Bytes(program.Document) : [],
            program.Change is { } change ? JsonSerializer.SerializeToUtf8Bytes(change) : [],
            program.Lifecycle.Proposal is { } proposal ? JsonSerializer.SerializeToUtf8Bytes(proposal) : [],
            program.Owner);
    }

    public static ProgramHead Head(string id, long version, StoredProgram program)
    {
        var published = program.Published != ProgramState.Draft;
        var newest = program.Change ?? program.Document;
        return new ProgramHead(
            id, version, Workflows.Name(program.Lifecycle), published ? program.LiveVersion == 0 ? version : program.LiveVersion : 0,
            newest.TryGetProperty("name", out var name) ? name.GetString() : null,
            newest.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array ? messages.GetArrayLength() : 0,
            program.Lifecycle.Proposal is { } proposal ? JsonSerializer.SerializeToUtf8Bytes(proposal) : [], program.Owner, published);
    }

    public static ChangeResult Forbidden(long version, Rights needed) => new(ChangeStatus.Forbidden, version, "", needed.ToString());

    public static string Nowhere(Lifecycle now, string to, IReadOnlyList<string> reachable)
    {
        var change = now.Proposal is { } proposal && now.Published != ProgramState.Draft ? $" (its change is {Workflows.Name(proposal.State)})" : "";
        return $"{Workflows.Name(now)}{change} cannot go {to}; allowed: {(reachable.Count == 0 ? "nothing" : string.Join(", ", reachable))}.";
    }

    /// <summary>What changed, in a few words for the audit trail.</summary>
    public static string? Summary(JsonElement? before, byte[] after) => Summary(before, JsonElement.Parse(after));

    /// <inheritdoc cref="Summary(JsonElement?, byte[])"/>
    public static string? Summary(JsonElement? before, JsonElement after) => before is { ValueKind: JsonValueKind.Object } old ? ProgramChanges.InWords(old, after) : null;
}
