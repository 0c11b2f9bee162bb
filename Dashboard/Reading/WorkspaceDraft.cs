using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Client;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Workflow;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>The workspace's settings while somebody changes them: what was read, what is written, what it would come to. The one way in which pages store them.</summary>
public sealed class WorkspaceDraft
{
    static readonly string[] lists = ["caps", "quietHours", "blackouts", "budgets"];

    JsonElement before;

    /// <summary>What is written so far; null before it was read.</summary>
    public JsonObject? Document { get; private set; }

    /// <summary>Version that was read.</summary>
    public long Version { get; private set; }

    /// <summary>The change that waits for somebody else; null when none does.</summary>
    public WorkspaceProposal? Waiting { get; private set; }

    /// <summary>Whether a change that loosens a limit waits for somebody else.</summary>
    public bool FourEyes { get; private set; }

    /// <summary>Why reading or storing failed last.</summary>
    public AgentProblem? Problem { get; private set; }

    /// <summary>Somebody else changed the settings since they were read.</summary>
    public bool IsStale => Problem is { Status: 412 };

    /// <summary>What differs, in a few words; null when nothing does.</summary>
    public string? Difference => Document is null ? null : ProgramChanges.InWords(before, JsonElement.Parse(Document.ToJsonString()));

    /// <summary>What is wrong with what is written; empty = it can be stored.</summary>
    public IReadOnlyList<ProgramError> Faults => Parsed() is WorkspaceSettingsParse.Bad bad ? bad.Errors : [];

    /// <summary>What the limits would come to; null while they are faulty.</summary>
    public EffectiveLimits? Effective => Parsed() is WorkspaceSettingsParse.Ok ok ? EffectiveLimits.Of(ok.Settings, null, null) : null;

    /// <summary>Limits, made where the document has none.</summary>
    public JsonObject Guardrails => Part("guardrails", () => new JsonObject()).AsObject();

    /// <summary>Ids that name a limit already.</summary>
    public IReadOnlySet<string> LimitIds => lists
        .SelectMany(list => Guardrails[list] as JsonArray ?? []).Select(one => one?["id"]?.ToString() ?? "").ToHashSet(StringComparer.Ordinal);

    /// <summary>Named audiences, made where the document has none.</summary>
    public JsonArray Audiences => Part("audiences", () => new JsonArray()).AsArray();

    /// <summary>Names of attributes that rules may read; empty where the workspace lists none.</summary>
    public IReadOnlyList<string> Attributes => Parsed() is WorkspaceSettingsParse.Ok ok ? [.. ok.Settings.UsableAttributes] : [];

    /// <summary>Reads the newest settings; what was written is gone.</summary>
    public async Task<bool> ReadAsync(IAgentClient agents, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(agents);
        try
        {
            Take(await agents.Admin.WorkspaceAsync(stop));
            return true;
        }
        catch (AgentClientException failure)
        {
            Problem = failure.Problem;
            return false;
        }
    }

    /// <summary>Stores what is written, if nobody else has changed the settings since.</summary>
    public async Task<bool> StoreAsync(IAgentClient agents, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(agents);
        try
        {
            Take(await agents.Admin.PutWorkspaceAsync(JsonElement.Parse(Document!.ToJsonString()), Version, stop));
            return true;
        }
        catch (AgentClientException failure)
        {
            Problem = failure.Problem;
            return false;
        }
    }

    /// <summary>What of the change loosens a limit, each as a sentence; empty = it only narrows, or it is faulty.</summary>
    /// <param name="now">Blackouts that are over by then protect nobody.</param>
    public IReadOnlyList<string> Loosened(DateTimeOffset now) =>
        Parsed() is WorkspaceSettingsParse.Ok after && WorkspaceSettingsJson.Parse(Encoding.UTF8.GetBytes(before.GetRawText())) is WorkspaceSettingsParse.Ok was
            ? SettingsChanges.Loosened(was.Settings, after.Settings, Core.Time.Instant.From(now)) : [];

    /// <summary>Approves what waits (live), or sends or takes it back (draft).</summary>
    public async Task<bool> MoveAsync(IAgentClient agents, string to, string reason, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(agents);
        try
        {
            Take(await agents.Guardrails.MoveSettingsAsync(to, reason, Version, stop));
            return true;
        }
        catch (AgentClientException failure)
        {
            Problem = failure.Problem;
            return false;
        }
    }

    /// <summary>Back to what was read.</summary>
    public void Undo() => (Document, Problem) = (JsonNode.Parse(before.GetRawText())!.AsObject(), null);

    void Take(WorkspaceVersion read)
    {
        (before, Document, Version, Problem) = (read.Document, JsonNode.Parse(read.Document.GetRawText())!.AsObject(), read.Version, null);
        (Waiting, FourEyes) = (read.Proposal, read.FourEyes);
    }

    JsonNode Part(string name, Func<JsonNode> make)
    {
        if (Document![name] is not { } part)
        {
            Document[name] = part = make();
        }

        return part;
    }

    WorkspaceSettingsParse? Parsed()
    {
        if (Document is null)
        {
            return null;
        }

        // An empty list says the same as none.
        var written = Document.DeepClone().AsObject();
        return WorkspaceSettingsJson.Parse(Encoding.UTF8.GetBytes(written.ToJsonString()));
    }
}
