using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Aampe.Agents.Core.Programs;

/// <summary>One thing that is wrong in a document.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901) to the value; empty for the document itself.</param>
/// <param name="Code">Closed list: <see cref="ProgramErrorCode"/>.</param>
/// <param name="Detail">The value found, what is allowed and what to do.</param>
[SuppressMessage("Naming", "CA1720", Justification = "JSON pointer is the name of the thing, RFC 6901.")]
public sealed record ProgramError(string Pointer, string Code, string Detail);

/// <summary>Codes of <see cref="ProgramError"/>.</summary>
public static class ProgramErrorCode
{
    /// <summary>The bytes are no JSON; the detail names line and column.</summary>
    public const string InvalidJson = "invalid_json";

    /// <summary>The document knows no such field.</summary>
    public const string UnknownField = "unknown_field";

    /// <summary>A name occurs twice where it may occur once.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>A field that must be there is not.</summary>
    public const string Missing = "missing";

    /// <summary>Text where a number is due, and the like.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>A number, a length or a count outside its range.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>A text that is not one of the values allowed, or has not their shape.</summary>
    public const string NotAllowed = "not_allowed";

    /// <summary>A name that stands for something that is not in the document.</summary>
    public const string UnknownReference = "unknown_reference";

    /// <summary>A message without an action of a set that every message must carry.</summary>
    public const string Unlabelled = "unlabelled";

    /// <summary>An action that no message carries, so that it could never be sent.</summary>
    public const string NotCarried = "not_carried";

    /// <summary>An attribute that the workspace lists as sensitive.</summary>
    public const string Sensitive = "sensitive_attribute";

    /// <summary>A template variable without a declared default.</summary>
    public const string UndeclaredVariable = "undeclared_variable";
}

/// <summary>What became of a program document.</summary>
public abstract record ProgramParse
{
    ProgramParse()
    {
    }

    /// <summary>The document is complete and sound.</summary>
    /// <param name="Program">What it says.</param>
    public sealed record Ok(ProgramDefinition Program) : ProgramParse;

    /// <summary>The document cannot be used.</summary>
    /// <param name="Errors">What is wrong; at least one.</param>
    public sealed record Bad(ImmutableArray<ProgramError> Errors) : ProgramParse;
}

/// <summary>What became of a document of workspace settings.</summary>
public abstract record WorkspaceSettingsParse
{
    WorkspaceSettingsParse()
    {
    }

    /// <summary>The document is complete and sound.</summary>
    /// <param name="Settings">What it says.</param>
    public sealed record Ok(WorkspaceSettings Settings) : WorkspaceSettingsParse;

    /// <summary>The document cannot be used.</summary>
    /// <param name="Errors">What is wrong; at least one.</param>
    public sealed record Bad(ImmutableArray<ProgramError> Errors) : WorkspaceSettingsParse;
}
