using System.Reflection;
using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Cohorts;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Grains.Rules;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Aampe.Agents.Grains.Tests;

/// <summary>How long a silo acts by its rules.</summary>
public sealed class RulesLeaseTests
{
    [Fact]
    [Trait("proves", "R9")]
    public async Task The_lease_runs_out_after_five_seconds_and_a_cohort_that_does_not_answer_does_not_hold_its_renewal_up()
    {
        var time = new FakeTimeProvider();
        using var rules = new RulesCache(DispatchProxy.Create<IGrainFactory, Factory>(), Options.Create(new GrainsOptions()), new IncarnationSecret("test"), new RealClock(), time);
        await rules.RefreshCatalogueAsync(default);
        Assert.Equal(7, rules.Revision);
        var cohorts = rules.RefreshCohortsAsync(default);

        time.Advance(RulesCache.Lease);
        Assert.False(rules.IsActing);
        Assert.Throws<RulesLeaseException>(() => rules.Acting);

        await rules.RefreshCatalogueAsync(default);
        Assert.False(cohorts.IsCompleted);
        Assert.True(rules.IsActing);
        Assert.Single(rules.Acting.Programs);
    }

    sealed class RealClock : IClock
    {
        public Instant Now => new(1_767_225_600_000);

        public bool Simulated => false;
    }

    public class Factory : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.ReturnType == typeof(IProgramCatalogue) ? Create<IProgramCatalogue, Catalogue>() : Create<ICohort, Silent>();
    }

    public class Catalogue : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            new ValueTask<CatalogueRevision>(new CatalogueRevision(7, [], [new ProgramDocument("daily", 1, "live", Encoding.UTF8.GetBytes(Some.Program()))]));
    }

    public class Silent : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => new ValueTask<CohortFold>(new TaskCompletionSource<CohortFold>().Task);
    }
}
