using System.Collections.Immutable;
using Aampe.Agents.Core.Populations;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>The packed form of what the joint model keeps: an agent's effects in single precision, a population's prior in double.</summary>
internal static class JointCodec
{
    /// <summary>Packs an agent's effects.</summary>
    public static void Pack(PackedWriter w, ImmutableSortedDictionary<string, AgentEffects> effects)
    {
        w.Count(effects.Count);
        foreach (var (program, own) in effects)
        {
            w.Text(program);
            w.Fixed(own.Sets);
            w.Fixed(own.Outcome);
            w.Signed(own.Through);
            w.Number(own.Exposure);
            w.Number(own.Total);
            w.Number(own.Rate);
            w.Number(own.RateVariance);
            w.Count(own.Skipped);
            w.Count(own.Counts.Length);
            foreach (var count in own.Counts)
            {
                w.Count(count);
            }

            var numbers = own.Statistic.ToNumbers();
            w.Count(numbers.Length);
            foreach (var number in numbers)
            {
                w.Single(number);
            }
        }
    }

    /// <summary>Unpacks an agent's effects.</summary>
    public static ImmutableSortedDictionary<string, AgentEffects> UnpackEffects(ref PackedReader r)
    {
        var effects = ImmutableSortedDictionary.CreateBuilder<string, AgentEffects>(StringComparer.Ordinal);
        for (var i = r.Count(); i > 0; i--)
        {
            var (program, sets, outcome, through) = (r.Text(), r.Fixed(), r.Fixed(), (int)r.Signed());
            var (exposure, total, rate, variance, skipped) = (r.Number(), r.Number(), r.Number(), r.Number(), r.Count());
            var counts = new int[r.Count()];
            for (var c = 0; c < counts.Length; c++)
            {
                counts[c] = r.Count();
            }

            var numbers = new float[r.Count()];
            for (var n = 0; n < numbers.Length; n++)
            {
                numbers[n] = r.Single();
            }

            effects.Add(program, new AgentEffects
            {
                Sets = sets,
                Outcome = outcome,
                Through = through,
                Exposure = exposure,
                Total = total,
                Counts = [.. counts],
                Rate = rate,
                RateVariance = variance,
                Statistic = EffectStatistic.Of(numbers),
                Skipped = skipped,
            });
        }

        return effects.ToImmutable();
    }

    /// <summary>Packs a population.</summary>
    public static void Pack(PackedWriter w, PopulationSnapshot population)
    {
        w.Fixed(population.Sets);
        w.Count(population.Outcome.Values.Count);
        foreach (var (type, value) in population.Outcome.Values)
        {
            w.Text(type);
            w.Number(value);
        }

        w.Flag(population.Cells.Funnel);
        w.Count(population.Cells.Types.Length);
        foreach (var type in population.Cells.Types)
        {
            w.Text(type);
        }

        w.Signed(population.FirstDay);
        Numbers(w, population.Factors.AsSpan());
        w.Number(population.WeekendShare);
        w.Signed(population.TypesDay);
        w.Count(population.Agents);
        w.Count(population.Users);
        w.Number(population.LogEvidence);
        Pack(w, population.Prior);
        w.Flag(population.OtherHalf is not null);
        if (population.OtherHalf is { } other)
        {
            Pack(w, other);
        }
    }

    /// <summary>Unpacks a population.</summary>
    public static PopulationSnapshot UnpackPopulation(ref PackedReader r)
    {
        var sets = r.Fixed();
        var values = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        for (var i = r.Count(); i > 0; i--)
        {
            values.Add(r.Text(), r.Number());
        }

        var funnel = r.Flag();
        var types = new string[r.Count()];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = r.Text();
        }

        var cells = new BehaviourCells(funnel, [.. types]);
        return new PopulationSnapshot
        {
            Sets = sets,
            Outcome = new DailyOutcome(values.ToImmutable()),
            Cells = cells,
            FirstDay = (int)r.Signed(),
            Factors = [.. Numbers(ref r)],
            WeekendShare = r.Number(),
            TypesDay = (int)r.Signed(),
            Agents = r.Count(),
            Users = r.Count(),
            LogEvidence = r.Number(),
            Prior = UnpackPrior(ref r, cells.Shape),
            OtherHalf = r.Flag() ? UnpackPrior(ref r, cells.Shape) : null,
        };
    }

    static void Pack(PackedWriter w, PopulationPrior prior)
    {
        w.Count(prior.Types.Length);
        for (var k = 0; k < prior.Types.Length; k++)
        {
            w.Number(prior.Types[k].RateMean);
            w.Number(prior.Types[k].RateShape);
            Numbers(w, prior.Types[k].Concentrations);
            w.Number(prior.Shares[k]);
            Numbers(w, prior.Means[k]);
        }

        w.Count(prior.Slopes.Length);
        foreach (var slope in prior.Slopes)
        {
            Numbers(w, slope);
        }

        Numbers(w, prior.Centres.AsSpan());
        Numbers(w, prior.Scales.AsSpan());
        Numbers(w, prior.Covariance.AsSpan());
        w.Number(prior.Noise);
        w.Number(prior.MeanError);
    }

    static PopulationPrior UnpackPrior(ref PackedReader r, BehaviourShape shape)
    {
        var count = r.Count();
        var (types, shares, means) = (ImmutableArray.CreateBuilder<TypeLaw>(count), new double[count], ImmutableArray.CreateBuilder<double[]>(count));
        for (var k = 0; k < count; k++)
        {
            types.Add(new TypeLaw(shape, r.Number(), r.Number(), Numbers(ref r)));
            shares[k] = r.Number();
            means.Add(Numbers(ref r));
        }

        var slopes = ImmutableArray.CreateBuilder<double[]>(r.Count());
        for (var f = slopes.Capacity; f > 0; f--)
        {
            slopes.Add(Numbers(ref r));
        }

        return new PopulationPrior(types.MoveToImmutable(), shares, means.MoveToImmutable(), slopes.MoveToImmutable(), Numbers(ref r), Numbers(ref r), Numbers(ref r), r.Number())
        {
            MeanError = r.Number(),
        };
    }

    static void Numbers(PackedWriter w, ReadOnlySpan<double> numbers)
    {
        w.Count(numbers.Length);
        foreach (var number in numbers)
        {
            w.Number(number);
        }
    }

    static double[] Numbers(ref PackedReader r)
    {
        var numbers = new double[r.Count()];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = r.Number();
        }

        return numbers;
    }
}
