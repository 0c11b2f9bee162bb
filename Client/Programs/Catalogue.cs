using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>What to list of a catalogue.</summary>
/// <param name="Q">Part of id, name or copy.</param>
/// <param name="Label"><c>set:action</c>.</param>
/// <param name="Change">same, new, changed or removed.</param>
public sealed record CatalogueFilter(string? Q = null, string? Channel = null, string? Locale = null, string? Label = null, string? Change = null);

/// <summary>A message as lists show it.</summary>
public sealed record CatalogueItem(string Id, string Name, string Channel, string Locale, IReadOnlyDictionary<string, string> Labels, string Category, string Change, string Text, bool Withdrawn);

/// <summary>A message's document, with the version of the program it was read from.</summary>
public sealed record CatalogueMessage(string Program, long Version, string Change, JsonElement Document);

/// <summary>What a preview is made of: a message of the program by id, or a whole document of one.</summary>
public sealed record PreviewRequest(string? MessageId = null, JsonElement? Message = null, string? UserId = null, JsonElement? Attributes = null, string? Locale = null);

/// <summary>Copy as somebody would see it.</summary>
public sealed record CopyPreview(string Served, string Channel, string Locale, JsonElement Content, IReadOnlyList<string> Defaulted, IReadOnlyList<CopyLint> Lints)
{
    /// <summary>ltr or rtl: which way its language is written.</summary>
    public string Dir { get; init; } = "ltr";
}

/// <summary>Something worth a second look.</summary>
public sealed record CopyLint(string Field, string Code, string Detail);

/// <summary>What an import came to.</summary>
public sealed record CatalogueImport(bool Applied, long Version, int Rows, IReadOnlyList<ImportedRow> Changes, IReadOnlyList<ImportError> Errors);

/// <summary>What a row does: new, changed or same.</summary>
public sealed record ImportedRow(int Line, string Id, string Change);

/// <summary>What is wrong with a row; line 0 is the whole file.</summary>
public sealed record ImportError(int Line, string? Id, string Field, string Code, string Detail);
