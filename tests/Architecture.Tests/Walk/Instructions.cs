using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace Aampe.Agents.Architecture.Tests.Walk;

/// <summary>Reads the instructions of a method (ECMA-335, partition III).</summary>
static class Instructions
{
    const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>Methods and constructors that the type itself declares.</summary>
    internal static IEnumerable<MethodBase> MethodsOf(Type type) => type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own));

    internal static IEnumerable<Instruction> Of(MethodBase method)
    {
        var il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < il.Length;)
        {
            var start = at;
            short value = il[at++];
            if (value == 0xFE)
            {
                value = unchecked((short)(0xFE00 | il[at++]));
            }

            var code = Codes[value];
            var operand = Operand(method, code, il, ref at);
            yield return new(start, code, operand);
        }
    }

    static object? Operand(MethodBase method, OpCode code, byte[] il, ref int at)
    {
        switch (code.OperandType)
        {
            case OperandType.InlineNone:
                return null;
            case OperandType.ShortInlineBrTarget:
                var near = (sbyte)il[at++];
                return new[] { at + near };
            case OperandType.InlineBrTarget:
                var far = Int32(il, ref at);
                return new[] { at + far };
            case OperandType.InlineSwitch:
                var targets = new int[Int32(il, ref at)];
                var end = at + 4 * targets.Length;
                for (var i = 0; i < targets.Length; i++)
                {
                    targets[i] = end + Int32(il, ref at);
                }

                return targets;
            case OperandType.ShortInlineI or OperandType.ShortInlineVar:
                return (int)il[at++];
            case OperandType.InlineVar:
                at += 2;
                return (int)BinaryPrimitives.ReadUInt16LittleEndian(il.AsSpan(at - 2));
            case OperandType.InlineI8 or OperandType.InlineR:
                at += 8;
                return null;
            case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                return Member(method, Int32(il, ref at));
            default: // InlineI, ShortInlineR, InlineString, InlineSig: four bytes that name no type
                at += 4;
                return null;
        }
    }

    static MemberInfo? Member(MethodBase method, int token) => method.Module.ResolveMember(
        token,
        method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
        method.IsGenericMethod ? method.GetGenericArguments() : null);

    static int Int32(byte[] il, ref int at)
    {
        at += 4;
        return BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at - 4));
    }
}
