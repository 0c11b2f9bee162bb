using System.Reflection;
using Aampe.Agents.Architecture.Tests.Walk;

namespace Aampe.Agents.Architecture.Tests;

/// <summary>Grains are custody: they load, call Core and save, and they call downwards only.</summary>
public sealed class GrainTests
{
    static IEnumerable<Type> Grains => Repository.TypesOf("Grains").Where(IsGrain);

    [Fact]
    public void No_grain_does_arithmetic_with_fractions() =>
        Exceptions.AssertNone("arithmetic in a grain", Grains.SelectMany(FloatingArithmetic.In));

    [Fact]
    public void Arithmetic_in_a_grain_is_found_in_bodies_lambdas_and_state_machines()
    {
        var found = FloatingArithmetic.In(typeof(Fixtures.ArithmeticGrain)).ToArray();
        Assert.Equal(3, found.Length);
        Assert.Contains(found, one => one.EndsWith("Adds: add", StringComparison.Ordinal));
        Assert.Contains(found, one => one.EndsWith("Math.Round", StringComparison.Ordinal));
        Assert.Contains(found, one => one.EndsWith("neg", StringComparison.Ordinal));
    }

    [Fact]
    public void Keeping_and_comparing_fractions_and_counting_are_no_arithmetic() =>
        Assert.Empty(FloatingArithmetic.In(typeof(Fixtures.CustodyGrain)));

    [Fact]
    public void Calls_between_grains_have_no_cycle() => Exceptions.AssertNone("grain cycle", Cycles(Grains));

    [Fact]
    public void A_cycle_of_calls_is_found() =>
        Assert.Equal(["ILower → IUpper → ILower", "IUpper → ILower → IUpper"], Cycles([typeof(Fixtures.ArithmeticGrain), typeof(Fixtures.CallsUpGrain)]).Order(StringComparer.Ordinal));

    static bool IsGrain(Type type) => type is { IsClass: true, IsAbstract: false } && typeof(Orleans.IGrain).IsAssignableFrom(type);

    static IEnumerable<string> Cycles(IEnumerable<Type> grains)
    {
        var calls = grains.SelectMany(grain => grain.GetInterfaces().Where(IsOwnContract).SelectMany(from => Called(grain).Select(to => (from, to)))).ToLookup(call => call.from, call => call.to);
        return calls.SelectMany(call => Paths(calls, [call.Key])).Select(path => string.Join(" → ", path.Select(type => type.Name)));
    }

    static IEnumerable<Type[]> Paths(ILookup<Type, Type> calls, Type[] path) => calls[path[^1]].Distinct().SelectMany(next =>
        next == path[0] ? [[.. path, next]] : path.Contains(next) ? [] : Paths(calls, [.. path, next]));

    static IEnumerable<Type> Called(Type grain) => TypeUses.Calls(grain).Select(call => call.To).OfType<MethodInfo>()
        .Where(method => method is { Name: "GetGrain", IsGenericMethod: true }).Select(method => method.GetGenericArguments()[0]);

    static bool IsOwnContract(Type type) => typeof(Orleans.IGrain).IsAssignableFrom(type) && type.Namespace?.StartsWith(Repository.Prefix, StringComparison.Ordinal) == true;
}
