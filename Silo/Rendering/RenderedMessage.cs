using System.Text.Json.Nodes;

namespace Aampe.Agents.Silo.Rendering;

/// <summary>A message with its copy: fields as templates made them; dotted names became nested objects.</summary>
/// <param name="Content">title, body, button {text, url}, …</param>
/// <param name="Defaulted">Variables that took their default.</param>
public sealed record RenderedMessage(JsonObject Content, IReadOnlyList<string> Defaulted);

/// <summary>Something of a message cannot be rendered.</summary>
/// <param name="field">Field of the content.</param>
/// <param name="code">template_syntax, undeclared_variable, too_many_steps, too_long, unsafe_url, missing_default, no_public_address.</param>
/// <param name="detail">What is wrong, for people.</param>
public sealed class RenderException(string field, string code, string detail, Exception? cause = null)
    : Exception($"Content '{field}': {detail}", cause)
{
    public string Field { get; } = field;

    public string Code { get; } = code;

    public string Detail { get; } = detail;
}

/// <summary>What a message is rendered for.</summary>
/// <param name="Attributes">The user's attributes, UTF-8 JSON object; empty = none.</param>
/// <param name="DecisionId">Goes into links; empty = links stay as they are.</param>
/// <param name="Program">Id of the program.</param>
/// <param name="Now">Moment, on the user's wall clock.</param>
public sealed record RenderInputs(ReadOnlyMemory<byte> Attributes, string DecisionId, string Program, DateTimeOffset Now)
{
    /// <summary>Where one click unsubscribes; null = the silo does not know where the world reaches it, and copy that names it has no rendering.</summary>
    public string? UnsubscribeUrl { get; init; }
}
