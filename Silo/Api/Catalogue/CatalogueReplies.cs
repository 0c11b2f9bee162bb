using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Silo.Api.Catalogue;

/// <summary>A message as lists show it.</summary>
/// <param name="Change">Against what is live: same, new, changed or removed.</param>
/// <param name="Text">First words of its copy, as they are written.</param>
public sealed record MessageItem(string Id, string Name, string Channel, string Locale, IReadOnlyDictionary<string, string> Labels, string Category, string Change, string Text, bool Withdrawn);

/// <summary>A page of messages, by id.</summary>
/// <param name="Next">Pass it as <c>after</c>; null at the end.</param>
/// <param name="Matching">Messages that fit, on all pages.</param>
/// <param name="From">Place of the first item among them, from 1; 0 on an empty page.</param>
/// <param name="Previous"><c>after</c> of the page before; null on the first.</param>
/// <param name="Last"><c>after</c> of the last page; null on it.</param>
public sealed record MessagesReply(IReadOnlyList<MessageItem> Items, string? Next, int Matching, int From, string? Previous, string? Last);

/// <summary>A message's document, with the version of the program that it was read from.</summary>
public sealed record MessageReply(string Program, long Version, string Change, JsonElement Document);

/// <summary>What a preview is made of.</summary>
/// <param name="MessageId">A message of the program; or <paramref name="Message"/>, a whole document of one.</param>
/// <param name="UserId">Whose attributes fill it; null = those of <paramref name="Attributes"/>, or none.</param>
/// <param name="Locale">BCP 47 tag; when the message has another, its namesake with the same labels in that locale, or language, serves.</param>
public sealed record PreviewBody(string? MessageId = null, JsonElement? Message = null, string? UserId = null, JsonElement? Attributes = null, string? Locale = null);

/// <summary>Copy for one user.</summary>
/// <param name="Defaulted">Variables that took their default.</param>
/// <param name="Lints">What is worth a second look.</param>
/// <param name="Served">Message that serves the locale asked for.</param>
/// <param name="Dir">ltr or rtl: which way its language is written.</param>
public sealed record PreviewReply(string Served, string Channel, string Locale, string Dir, JsonObject Content, IReadOnlyList<string> Defaulted, IReadOnlyList<LintReply> Lints);

/// <summary>Something worth a second look.</summary>
public sealed record LintReply(string Field, string Code, string Detail);

/// <summary>What an import came to.</summary>
/// <param name="Applied">Whether it was written; false for a dry run, and when a row is wrong.</param>
/// <param name="Version">Version of the program afterwards.</param>
public sealed record ImportReply(bool Applied, long Version, int Rows, IReadOnlyList<ImportChange> Changes, IReadOnlyList<ImportFault> Errors);

/// <summary>What a row does.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Change">new, changed or same.</param>
public sealed record ImportChange(int Line, string Id, string Change);

/// <summary>What is wrong with a row.</summary>
public sealed record ImportFault(int Line, string? Id, string Field, string Code, string Detail);
