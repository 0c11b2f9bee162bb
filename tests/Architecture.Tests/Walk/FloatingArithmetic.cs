using System.Reflection;
using System.Reflection.Emit;

namespace Aampe.Agents.Architecture.Tests.Walk;

/// <summary>
/// Finds +, −, ·, ÷, % and negation on float or double, and calls of Math with such numbers, by following through each body which
/// places of the evaluation stack are floating. Passing a double on, storing and comparing it are not arithmetic.
/// </summary>
sealed class FloatingArithmetic
{
    readonly MethodBase method;
    readonly Dictionary<int, bool[]> stackAt = [];
    readonly List<string> found = [];
    List<bool> stack = [];

    FloatingArithmetic(MethodBase method) => this.method = method;

    internal static IEnumerable<string> In(Type type) => TypeUses.WithNested(type).SelectMany(Instructions.MethodsOf).SelectMany(method =>
    {
        var walk = new FloatingArithmetic(method);
        walk.Follow();
        return walk.found;
    });

    void Follow()
    {
        var reached = true;
        foreach (var instruction in Instructions.Of(method))
        {
            // The compiler branches forward only while values are on the stack, so a target's stack is known when it is reached.
            if (!reached)
            {
                stack = [.. stackAt.GetValueOrDefault(instruction.Offset, [])];
            }

            Step(instruction);
            foreach (var target in instruction.Operand as int[] ?? [])
            {
                stackAt[target] = [.. stack];
            }

            reached = instruction.Code.FlowControl is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw);
        }
    }

    void Step(Instruction instruction)
    {
        var name = instruction.Code.Name!;
        switch (name.Split('.')[0])
        {
            case "add" or "sub" or "mul" or "div" or "rem":
                var (right, left) = (Pop(), Pop());
                Note(left || right, name);
                stack.Add(left || right);
                break;
            case "neg":
                Note(stack is [.., true], name);
                break;
            case "dup":
                stack.Add(stack is [.., true]);
                break;
            case "call" or "callvirt" or "newobj" when instruction.Operand is MethodBase callee:
                Call(callee, isNew: name == "newobj");
                break;
            default:
                Popped(instruction.Code.StackBehaviourPop);
                Pushed(instruction);
                break;
        }
    }

    void Call(MethodBase callee, bool isNew)
    {
        var parameters = callee.GetParameters();
        for (var i = 0; i < parameters.Length + (callee.IsStatic || isNew ? 0 : 1); i++)
        {
            Pop();
        }

        var result = (callee as MethodInfo)?.ReturnType;
        if (isNew || (result is not null && result != typeof(void)))
        {
            stack.Add(IsFloating(result));
        }

        var ofMath = callee.DeclaringType == typeof(Math) || callee.DeclaringType == typeof(MathF) || callee.DeclaringType?.Assembly.GetName().Name == "MathNet.Numerics";
        var ofNumber = IsFloating(callee.DeclaringType) && IsFloating(result);
        Note((ofMath && (IsFloating(result) || parameters.Any(parameter => IsFloating(parameter.ParameterType)))) || ofNumber, $"{callee.DeclaringType?.Name}.{callee.Name}");
    }

    void Popped(StackBehaviour behaviour)
    {
        var count = behaviour switch
        {
            StackBehaviour.Pop0 or StackBehaviour.Varpop => 0,
            _ => behaviour.ToString().Split('_').Length,
        };
        for (var i = 0; i < count; i++)
        {
            Pop();
        }
    }

    void Pushed(Instruction instruction)
    {
        switch (instruction.Code.StackBehaviourPush)
        {
            case StackBehaviour.Push0 or StackBehaviour.Varpush:
                break;
            case StackBehaviour.Pushr4 or StackBehaviour.Pushr8:
                stack.Add(true);
                break;
            default:
                stack.Add(IsFloating(TypeOf(instruction)));
                break;
        }
    }

    Type? TypeOf(Instruction instruction)
    {
        var parts = instruction.Code.Name!.Split('.');
        return (parts[0], instruction.Operand) switch
        {
            ("ldfld" or "ldsfld", FieldInfo field) => field.FieldType,
            ("ldobj" or "ldelem", Type type) => type,
            ("unbox", Type type) when parts.Length == 2 => type,
            ("ldloc", _) => method.GetMethodBody()!.LocalVariables[Index(parts, instruction.Operand)].LocalType,
            ("ldarg", _) => Argument(Index(parts, instruction.Operand)),
            _ => null,
        };
    }

    Type? Argument(int index) => (method.IsStatic, index) switch
    {
        (false, 0) => method.DeclaringType,
        (false, _) => method.GetParameters()[index - 1].ParameterType,
        _ => method.GetParameters()[index].ParameterType,
    };

    static int Index(string[] parts, object? operand) => operand as int? ?? int.Parse(parts[^1], System.Globalization.CultureInfo.InvariantCulture);

    static bool IsFloating(Type? type) => type == typeof(double) || type == typeof(float) || type == typeof(Half);

    bool Pop()
    {
        if (stack.Count == 0)
        {
            return false;
        }

        var top = stack[^1];
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    void Note(bool isFloating, string what)
    {
        if (isFloating)
        {
            found.Add($"{method.DeclaringType}.{method.Name}: {what}");
        }
    }
}
