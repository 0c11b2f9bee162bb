#pragma warning disable ORLEANS0004, ORLEANS0010, ORLEANS0012 // What the rule forbids, for the test that it is found.
namespace Aampe.Agents.Architecture.Tests.Fixtures;

[Orleans.GenerateSerializer]
public sealed class Careless
{
    public int Forgotten { get; set; }

    [Orleans.Id(1)]
    public int First { get; set; }

    [Orleans.Id(1)]
    public int Second { get; set; }
}

[Orleans.GenerateSerializer, Orleans.Alias("architecture-tests.careful")]
public sealed record Careful([property: Orleans.Id(0)] int First)
{
    [Orleans.Id(1)]
    public int Second { get; init; }

    public int Sum => First + Second;
}
