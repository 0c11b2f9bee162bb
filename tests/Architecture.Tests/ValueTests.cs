using System.Reflection;

namespace Aampe.Agents.Architecture.Tests;

/// <summary>A constructor cannot forbid default(T), so the default of every public struct of Core is a valid value.</summary>
public sealed class ValueTests
{
    [Fact]
    public void The_default_of_every_public_struct_can_be_read() =>
        Exceptions.AssertNone("default value", Repository.TypesOf("Core").Where(type => type is { IsVisible: true, IsValueType: true, IsEnum: false, IsGenericTypeDefinition: false, IsByRefLike: false }).SelectMany(Unreadable));

    [Fact]
    public void A_default_that_is_not_a_number_or_throws_is_found() =>
        Assert.Equal(["Fragile.Mean is NaN", "Fragile.Text throws NullReferenceException"], Unreadable(typeof(Fixtures.Fragile)).Order(StringComparer.Ordinal));

    static IEnumerable<string> Unreadable(Type type)
    {
        var value = Activator.CreateInstance(type);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0 && !property.PropertyType.IsByRefLike))
        {
            object? read = null;
            var error = "";
            try
            {
                read = property.GetValue(value);
            }
            catch (TargetInvocationException thrown)
            {
                error = $" throws {thrown.InnerException!.GetType().Name}";
            }

            if (error.Length > 0 || read is double.NaN)
            {
                yield return $"{type.Name}.{property.Name}" + (error.Length > 0 ? error : " is NaN");
            }
        }
    }
}
