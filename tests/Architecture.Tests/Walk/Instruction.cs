using System.Reflection.Emit;

namespace Aampe.Agents.Architecture.Tests.Walk;

/// <summary>One instruction of a method body. The operand is a resolved member or type, branch targets, or a plain number.</summary>
sealed record Instruction(int Offset, OpCode Code, object? Operand);
