using Aampe.Agents.Core.Experiments;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Experiments;

public sealed class PairingWithReplacementTests
{
    /// <summary>
    /// By hand: treated at 1, 2, 8 and controls at 1.2, 5, 9 pair as 8–9, 2–1.2, 1–1.2, whichever way the log-odds run. Differences 3, 3, 1 have Σ(d − 7/3)² = 8/3;
    /// the control used twice adds 2·1·(2 − 6)²/2 = 16, its nearest control being the one at 5. Standard error √(8/3 + 16)/3.
    /// </summary>
    [Fact]
    public void A_control_used_twice_brings_its_own_noise_twice()
    {
        PairingUnit[] units = [Unit("t1", true, 1, 3), Unit("t2", true, 2, 5), Unit("t3", true, 8, 4), Unit("c1", false, 1.2, 2), Unit("c2", false, 5, 6), Unit("c3", false, 9, 1)];
        var paired = Paired(units, Replacement.With);
        Assert.Equal([new("t1", "c1"), new("t2", "c1"), new("t3", "c3")], paired.Pairs.OrderBy(pair => pair.Treated, StringComparer.Ordinal));
        var effect = Assert.IsType<Estimate.Known>(paired.Effect);
        Assert.Equal(7 / 3.0, effect.Value, 1e-12);
        Assert.Equal(Math.Sqrt(8 / 3.0 + 16) / 3, effect.StandardError, 1e-12);
    }

    /// <summary>Balance after pairing counts a control as often as it stands in a pair: means 11/3 and (1.2 + 1.2 + 9)/3.</summary>
    [Fact]
    public void Balance_counts_a_control_as_often_as_it_is_used()
    {
        PairingUnit[] units = [Unit("t1", true, 1, 3), Unit("t2", true, 2, 5), Unit("t3", true, 8, 4), Unit("c1", false, 1.2, 2), Unit("c2", false, 5, 6), Unit("c3", false, 9, 1)];
        var expected = (Balance.Known)Balance.OfMeans(Moments.Of([1, 2, 8]), Moments.Of([1.2, 1.2, 9]));
        Assert.Equal(expected.Value, Assert.IsType<Balance.Known>(Paired(units, Replacement.With).BalanceAfter[0]).Value, 1e-12);
    }

    [Fact]
    public void Every_treated_user_gets_a_control_and_never_a_further_one_than_without_replacement() =>
        Gen.Select(Gen.Double[-3, 3], Gen.Bool, Gen.Double[-1, 1]).Array[8, 60].Where(rows => rows.Count(row => row.Item2) is var treated && treated >= 2 && rows.Length - treated >= 2).Sample(rows =>
        {
            PairingUnit[] units = [.. rows.Select((row, i) => Unit($"u{i:00}", row.Item2, row.Item1, row.Item3))];
            if (PropensityPairing.Compare(units, 1e6, Replacement.With, default) is not PropensityPairing.Paired with)
            {
                return true;
            }

            var at = units.ToDictionary(unit => unit.Id, unit => unit.Covariates[0]);
            var without = Paired(units, Replacement.Without).Pairs.ToDictionary(pair => pair.Treated, pair => Math.Abs(at[pair.Treated] - at[pair.Control]));
            return with.Pairs.Length == units.Count(unit => unit.Treated)
                && (Math.Abs(with.Coefficients[0]) < 1e-6 || with.Pairs.All(pair => Math.Abs(at[pair.Treated] - at[pair.Control]) <= without.GetValueOrDefault(pair.Treated, double.MaxValue) + 1e-7));
        }, iter: 300);

    /// <summary>Abadie and Imbens divide by the number of pairs, the standard error of independent pairs by one less.</summary>
    [Fact]
    public void Where_no_control_is_used_twice_both_rules_agree()
    {
        PairingUnit[] units = [Unit("t1", true, 1, 3), Unit("t2", true, 4, 5), Unit("t3", true, 8, 4), Unit("c1", false, 1.2, 2), Unit("c2", false, 4.5, 6), Unit("c3", false, 8.1, 1)];
        var (without, with) = ((Estimate.Known)Paired(units, Replacement.Without).Effect, (Estimate.Known)Paired(units, Replacement.With).Effect);
        Assert.Equal(without.Value, with.Value, 1e-12);
        Assert.Equal(without.StandardError, with.StandardError * Math.Sqrt(3 / 2.0), 1e-12);
    }

    static PropensityPairing.Paired Paired(PairingUnit[] units, Replacement replacement) =>
        Assert.IsType<PropensityPairing.Paired>(PropensityPairing.Compare(units, 1e6, replacement, default));

    static PairingUnit Unit(string id, bool treated, double covariate, double outcome) => new(id, treated, [covariate], outcome);
}
