namespace Aampe.Agents.Architecture.Tests.Fixtures;

interface IUpper : Orleans.IGrainWithStringKey;

interface ILower : Orleans.IGrainWithStringKey;

sealed class CustodyGrain : Orleans.Grain, ILower
{
    double kept;

    internal bool Keeps(double value, int count)
    {
        kept = value > 0 ? value : kept;
        return kept < value && count + 1 > 2;
    }
}

sealed class ArithmeticGrain : Orleans.Grain, IUpper
{
    readonly double[] values = [1, 2];

    internal double Adds(bool first) => (first ? values[0] : 0.5) + 1;

    internal async Task<double> RoundsLater()
    {
        await Task.Yield();
        return Math.Round(values[1]);
    }

    internal IEnumerable<double> Negates() => values.Select(one => -one);

    internal ILower Calls() => GrainFactory.GetGrain<ILower>("a");
}

sealed class CallsUpGrain : Orleans.Grain, ILower
{
    internal IUpper Calls() => GrainFactory.GetGrain<IUpper>("a");
}
