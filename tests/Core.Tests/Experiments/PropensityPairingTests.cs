using Aampe.Agents.Core.Experiments;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Experiments;

public sealed class PropensityPairingTests
{
    [Fact]
    public void Covariates_that_tell_the_arms_apart_leave_no_propensity() =>
        Assert.Equal(new PropensityPairing.NotKnown(WhyNotKnown.Separated), Compare([.. Units(20, i => i >= 10, i => [i])]));

    [Fact]
    public void A_covariate_that_repeats_another_leaves_no_propensity() =>
        Assert.Equal(new PropensityPairing.NotKnown(WhyNotKnown.Collinear), Compare([.. Units(20, i => i % 2 == 0, i => [i, 3 * i + 1])]));

    [Fact]
    public void A_constant_covariate_leaves_no_propensity() =>
        Assert.Equal(new PropensityPairing.NotKnown(WhyNotKnown.Collinear), Compare([.. Units(20, i => i % 2 == 0, _ => [4])]));

    [Fact]
    public void Users_of_one_arm_have_nobody_to_be_compared_with() =>
        Assert.Equal(new PropensityPairing.NotKnown(WhyNotKnown.EmptyArm), Compare([.. Units(20, _ => true, i => [i])]));

    [Fact]
    public void A_value_that_is_not_finite_is_refused() =>
        Assert.Throws<ArgumentException>(() => Compare([.. Units(20, i => i % 2 == 0, i => [i == 7 ? double.NaN : i])]));

    /// <summary>The linked search against the sentence of the method read literally, on few distinct values so that ties abound, with a wide caliper so that unequal users pair too.</summary>
    [Fact]
    public void Fast_pairs_are_those_of_a_plain_search() =>
        Gen.Select(Gen.Int[0, 6], Gen.Bool).Array[8, 60].Where(rows => rows.Count(row => row.Item2) is var treated && treated >= 2 && rows.Length - treated >= 2).Sample(rows =>
        {
            var units = rows.Select((row, i) => new PairingUnit($"u{i * 7919 % 61:00}", row.Item2, [row.Item1], i)).ToArray();
            return PropensityPairing.Compare(units, 1.1, default) is not PropensityPairing.Paired paired
                || Math.Abs(paired.Coefficients[0]) < 1e-6 // equal arm means: all users are alike, and whole numbers would still tell them apart
                || paired.Pairs.SequenceEqual(Plain(units, paired));
        }, iter: 500);

    static IEnumerable<UserPair> Plain(PairingUnit[] units, PropensityPairing.Paired fit)
    {
        // One covariate: log-odds are its multiple, so distances are compared on whole numbers and ties are exact.
        var slope = Math.Abs(fit.Coefficients[0]);
        var sign = Math.Sign(fit.Coefficients[0]);
        var free = units.Where(unit => !unit.Treated).ToList();
        foreach (var treated in units.Where(unit => unit.Treated).OrderByDescending(unit => sign * unit.Covariates[0]).ThenBy(unit => unit.Id, StringComparer.Ordinal))
        {
            var nearest = free.OrderBy(unit => Math.Abs(unit.Covariates[0] - treated.Covariates[0])).ThenBy(unit => unit.Id, StringComparer.Ordinal).FirstOrDefault();
            if (nearest is not null && slope * Math.Abs(nearest.Covariates[0] - treated.Covariates[0]) <= fit.Caliper)
            {
                free.Remove(nearest);
                yield return new(treated.Id, nearest.Id);
            }
        }
    }

    static PropensityPairing Compare(PairingUnit[] units) => PropensityPairing.Compare(units, PropensityPairing.UsualCaliper, default);

    static IEnumerable<PairingUnit> Units(int count, Func<int, bool> treated, Func<int, double[]> covariates) =>
        Enumerable.Range(0, count).Select(i => new PairingUnit($"u{i:00}", treated(i), [.. covariates(i)], i % 3));
}
