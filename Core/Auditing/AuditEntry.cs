namespace Aampe.Agents.Core.Auditing;

/// <summary>A note with its place in the chain.</summary>
/// <param name="Number">1, 2, 3, … without gaps.</param>
/// <param name="Note">UTF-8 canonical JSON of the <see cref="AuditNote"/>.</param>
/// <param name="Previous">Hash of the entry before; 32 zeros for the first.</param>
/// <param name="Hash">SHA-256 of number, previous hash and note.</param>
public sealed record AuditEntry(long Number, ReadOnlyMemory<byte> Note, ReadOnlyMemory<byte> Previous, ReadOnlyMemory<byte> Hash);
