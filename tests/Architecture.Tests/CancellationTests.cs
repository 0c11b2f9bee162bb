namespace Aampe.Agents.Architecture.Tests;

/// <summary>
/// A cancellation is one's own only when one's own token says so: calls of grains are cancelled by the runtime too, and a loop that takes that for its
/// own stop ends, and its silo with it.
/// </summary>
public sealed class CancellationTests
{
    const string Trap = "is not OperationCanceledException)";

    [Fact]
    public void No_loop_takes_the_cancellation_of_a_call_for_its_own()
    {
        var sources = new[] { "Silo", "Grains", "Streams" }.SelectMany(project => Directory.EnumerateFiles(Repository.Path(project), "*.cs", SearchOption.AllDirectories)).ToList();
        Assert.NotEmpty(sources);
        Assert.DoesNotContain(sources, source => File.ReadAllText(source).Contains(Trap, StringComparison.Ordinal));
    }
}
