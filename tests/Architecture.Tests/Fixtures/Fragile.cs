namespace Aampe.Agents.Architecture.Tests.Fixtures;

public readonly struct Fragile(string name, double alpha, double beta)
{
    public double Mean => alpha / (alpha + beta);

    public int Text => name.Length;
}
