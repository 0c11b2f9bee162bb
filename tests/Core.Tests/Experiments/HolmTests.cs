using Aampe.Agents.Core.Experiments;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Experiments;

public sealed class HolmTests
{
    /// <summary>By hand: 0.01·4, max(0.02·3, 0.04), max(0.03·2, 0.06), max(0.04·1, 0.06).</summary>
    [Fact]
    public void Small_p_values_are_multiplied_by_what_is_left()
    {
        double[] expected = [0.06, 0.04, 0.06, 0.06];
        Assert.All(Holm.Adjust(0.04, 0.01, 0.03, 0.02).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    [Fact]
    public void Adjusting_never_lowers_and_keeps_the_order() =>
        Gen.Double[0, 1].Array[1, 10].Sample(p =>
        {
            var adjusted = Holm.Adjust(p);
            return p.Zip(adjusted).All(pair => pair.Second >= pair.First && pair.Second <= 1)
                && p.Select((a, i) => p.Select((b, j) => a > b || adjusted[i] <= adjusted[j]).All(holds => holds)).All(holds => holds);
        });
}
