#pragma warning disable RS0030 // What the rule forbids, for the test that it is found.
namespace Aampe.Agents.Architecture.Tests.Fixtures;

static class Impure
{
    internal static DateTimeOffset Clock() => DateTimeOffset.UtcNow;

    internal static IEnumerable<int> Dice(IEnumerable<int> some) => some.Select(_ => new Random().Next());

    internal static Guid Id() => Guid.NewGuid();
}
