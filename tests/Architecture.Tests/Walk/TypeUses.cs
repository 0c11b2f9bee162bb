using System.Reflection;

namespace Aampe.Agents.Architecture.Tests.Walk;

/// <summary>All types that a type names: ancestors, attributes, fields, signatures, locals and method bodies.</summary>
static class TypeUses
{
    const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The type in whose file a nested or compiler-made type stands.</summary>
    internal static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    internal static IEnumerable<Type> Of(Type type)
    {
        var named = new List<Type?> { type.BaseType };
        named.AddRange(type.GetInterfaces());
        named.AddRange(type.GetCustomAttributesData().Select(attribute => attribute.AttributeType));
        named.AddRange(type.GetFields(Own).Select(field => field.FieldType));
        foreach (var method in Instructions.MethodsOf(type))
        {
            named.AddRange(method.GetParameters().Select(parameter => parameter.ParameterType));
            named.Add((method as MethodInfo)?.ReturnType);
            named.AddRange(method.IsGenericMethodDefinition ? method.GetGenericArguments().SelectMany(argument => argument.GetGenericParameterConstraints()) : []);
            named.AddRange(method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? []);
            named.AddRange(Instructions.Of(method).SelectMany(instruction => InOperand(instruction.Operand)));
        }

        return named.OfType<Type>().SelectMany(Parts).Select(Outermost).Distinct();
    }

    /// <summary>Calls of a type's own bodies, those of its lambdas and state machines included.</summary>
    internal static IEnumerable<(MethodBase From, MethodBase To)> Calls(Type type) =>
        WithNested(type).SelectMany(Instructions.MethodsOf)
            .SelectMany(from => Instructions.Of(from).Select(instruction => instruction.Operand).OfType<MethodBase>().Select(to => (from, to)));

    internal static IEnumerable<Type> WithNested(Type type) =>
        type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).SelectMany(WithNested).Prepend(type);

    static IEnumerable<Type?> InOperand(object? operand) => operand switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType, field.FieldType],
        MethodInfo { IsGenericMethod: true } method => [method.DeclaringType, method.ReturnType, .. method.GetGenericArguments()],
        MethodInfo method => [method.DeclaringType, method.ReturnType],
        MemberInfo member => [member.DeclaringType],
        _ => [],
    };

    /// <summary>List of T[] → List, T.</summary>
    static IEnumerable<Type> Parts(Type type) => type switch
    {
        { HasElementType: true } => Parts(type.GetElementType()!),
        { IsGenericParameter: true } => [],
        { IsGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Prepend(type.GetGenericTypeDefinition()),
        _ => [type],
    };
}
