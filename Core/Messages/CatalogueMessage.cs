namespace Aampe.Agents.Core.Messages;

/// <summary>A message as the match sees it: exactly one action in every content set ("none" is an action).</summary>
/// <param name="Id">Identity of the message.</param>
/// <param name="Actions">Action by set.</param>
public sealed record CatalogueMessage(string Id, IReadOnlyDictionary<string, string> Actions);
