using Aampe.Agents.Core.Randomness;
using MathNet.Numerics;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>Belief about the value of one action, whichever its family. Values of one set are compared within one family only.</summary>
public abstract record ArmPosterior
{
    ArmPosterior()
    {
    }

    /// <summary>Mean of the value: a probability for <see cref="Beta"/>, nats for the others.</summary>
    public abstract double Mean { get; }

    /// <summary>Variance of the value; infinite where the family has none.</summary>
    public abstract double Variance { get; }

    /// <summary>One draw of the value.</summary>
    public double Sample(Random random) => ValueOf(SampleKey(random));

    /// <summary>Probability that the value is ≤ <paramref name="x"/>.</summary>
    public abstract double Cdf(double x);

    /// <summary>The value below which a share <paramref name="probability"/> in (0, 1) lies.</summary>
    public abstract double Quantile(double probability);

    /// <summary>ln of the density at <paramref name="x"/>.</summary>
    public abstract double LogDensity(double x);

    /// <summary>A draw on a scale with the same order that never rounds to a tie (the logit for probabilities).</summary>
    internal abstract double SampleKey(Random random);

    /// <summary>The value of a <see cref="SampleKey"/>.</summary>
    internal virtual double ValueOf(double key) => key;

    /// <summary>A belief about a probability.</summary>
    public static ArmPosterior Of(BetaPosterior posterior) => new Beta(posterior);

    /// <summary>A belief about a mean effect.</summary>
    public static ArmPosterior Of(GaussianPosterior posterior) => new Gaussian(posterior);

    /// <summary>Probability of success.</summary>
    /// <param name="Posterior">Its Beta belief.</param>
    public sealed record Beta(BetaPosterior Posterior) : ArmPosterior
    {
        /// <inheritdoc/>
        public override double Mean => Posterior.Mean;

        /// <inheritdoc/>
        public override double Variance => Posterior.Variance;

        /// <inheritdoc/>
        public override double Cdf(double x) => Posterior.Cdf(x);

        /// <inheritdoc/>
        public override double Quantile(double probability) => Posterior.Quantile(probability);

        /// <inheritdoc/>
        public override double LogDensity(double x) => Posterior.LogDensity(x);

        internal override double SampleKey(Random random) => Draw.LogitBeta(random, Posterior.Alpha, Posterior.Beta);

        internal override double ValueOf(double key) => Draw.Logistic(key);
    }

    /// <summary>Mean effect with unknown noise.</summary>
    /// <param name="Posterior">Its normal–inverse-gamma belief.</param>
    public sealed record Gaussian(GaussianPosterior Posterior) : ArmPosterior
    {
        /// <inheritdoc/>
        public override double Mean => Posterior.Mean;

        /// <inheritdoc/>
        public override double Variance => Posterior.Variance;

        /// <inheritdoc/>
        public override double Cdf(double x) => Posterior.Cdf(x);

        /// <inheritdoc/>
        public override double Quantile(double probability) => Posterior.Quantile(probability);

        /// <inheritdoc/>
        public override double LogDensity(double x) => Posterior.LogDensity(x);

        internal override double SampleKey(Random random) => Posterior.Sample(random);
    }

    /// <summary>Mean effect with known noise.</summary>
    /// <param name="Center">Mean, nats.</param>
    /// <param name="Spread">Standard deviation, nats, &gt; 0.</param>
    public sealed record Normal(double Center, double Spread) : ArmPosterior
    {
        /// <summary>Standard deviation, nats.</summary>
        public double Spread { get; } = Require.Positive(Spread);

        /// <summary>Mean, nats.</summary>
        public double Center { get; } = Require.Finite(Center);

        /// <inheritdoc/>
        public override double Mean => Center;

        /// <inheritdoc/>
        public override double Variance => Spread * Spread;

        /// <inheritdoc/>
        public override double Cdf(double x) => StandardCdf((x - Center) / Spread);

        /// <inheritdoc/>
        public override double Quantile(double probability) =>
            Center - Spread * Math.Sqrt(2) * SpecialFunctions.ErfcInv(2 * Require.Between(probability, double.Epsilon, 1 - 1e-16));

        /// <inheritdoc/>
        public override double LogDensity(double x)
        {
            var t = (x - Center) / Spread;
            return -0.5 * t * t - Math.Log(Spread * Math.Sqrt(2 * Math.PI));
        }

        internal override double SampleKey(Random random) => Center + Spread * Draw.Normal(random);

        internal static double StandardCdf(double t) => 0.5 * SpecialFunctions.Erfc(-t / Math.Sqrt(2));
    }
}
