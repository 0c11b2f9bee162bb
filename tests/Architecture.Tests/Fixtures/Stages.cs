#pragma warning disable IDE0130 // The folders of these fixtures are namespaces only.
namespace Aampe.Agents.Architecture.Tests.Fixtures.Core.Decisions
{
    static class Later
    {
        internal static int Do() => 1;
    }
}

namespace Aampe.Agents.Architecture.Tests.Fixtures.Core.Effects
{
    interface IEarlier;

    static class LooksAhead
    {
        internal static int Body() => Decisions.Later.Do();
    }

    static class LooksAsideInALambda
    {
        internal static IEnumerable<object> Body(IEnumerable<int> some) => some.Select(_ => new Experiments.Aside());
    }
}

namespace Aampe.Agents.Architecture.Tests.Fixtures.Core.Experiments
{
    sealed class Aside : Effects.IEarlier;
}

namespace Aampe.Agents.Architecture.Tests.Fixtures.Core.Programs
{
    sealed class MayLookBack
    {
        internal Effects.IEarlier? Field { get; set; } = new Experiments.Aside();
    }
}

namespace Aampe.Agents.Architecture.Tests.Fixtures.Core.Nowhere
{
    static class Unplaced;
}
