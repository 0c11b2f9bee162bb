namespace Aampe.Agents.Architecture.Tests;

public sealed class ExceptionTests
{
    [Fact]
    public void Every_exception_names_a_decision_that_is_written_down() =>
        Assert.All(Exceptions.All, one => Assert.True(
            Directory.EnumerateFiles(Repository.Path("docs", "adr"), one.Adr + "-*.md").Any(), $"No docs/adr/{one.Adr}-*.md for the exception of {one.Subject} from \"{one.Rule}\"."));

    [Fact]
    public void A_violation_that_no_decision_excepts_fails() =>
        Assert.ThrowsAny<Exception>(() => Exceptions.AssertNone("dependency", ["Core → Npgsql"]));
}
