namespace Aampe.Agents.Core.Workflow;

/// <summary>One field that differs between two documents.</summary>
/// <param name="Path">JSON pointer in which an item of a list stands by its id: <c>/messages/warm_push/content/title</c>.</param>
/// <param name="Before">Text of the value before (strings bare, the rest as JSON); null when it was not there.</param>
/// <param name="After">Text of the value after; null when it is gone.</param>
public sealed record FieldChange(string Path, string? Before, string? After);
