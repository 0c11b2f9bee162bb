using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Tests.Agents;

namespace Aampe.Agents.Core.Tests.Audiences;

public class ConsentCsvTests
{
    static (IReadOnlyList<ConsentRow> Rows, IReadOnlyList<ConsentRowError> Errors) Read(string text) => ConsentCsv.Read(text, SomeLife.Monday);

    [Fact]
    public void Rows_are_read_with_their_defaults()
    {
        var (rows, errors) = Read("\uFEFFstatus,userId,channel,proof,at\r\ngranted,ada,email,\"form 3, \"\"new\"\"\",2026-02-01T10:00:00+01:00\r\n\r\ndenied,\"grace\nhopper\",*,,\n".Replace("\"grace\nhopper\"", "grace", StringComparison.Ordinal));
        Assert.Empty(errors);
        Assert.Equal(
            [new ConsentRow(2, "ada", new ConsentEntry("email", "marketing", "granted", Core.Time.Instant.From(new DateTimeOffset(2026, 2, 1, 9, 0, 0, TimeSpan.Zero)), "import", "form 3, \"new\"")), new ConsentRow(4, "grace", new ConsentEntry("*", "marketing", "denied", SomeLife.Monday, "import", ""))],
            rows);
    }

    [Theory]
    [InlineData("", 1, "", "missing")]
    [InlineData("userId,channel\nada,email", 1, "status", "missing")]
    [InlineData("userId,channel,status,colour\n", 1, "colour", "unknown_field")]
    [InlineData("userId,channel,status,status\n", 1, "status", "duplicate")]
    [InlineData("userId,channel,status\nada,email", 2, "", "out_of_range")]
    [InlineData("userId,channel,status\n,email,denied", 2, "userId", "out_of_range")]
    [InlineData("userId,channel,status\nada,pigeon,denied", 2, "channel", "not_allowed")]
    [InlineData("userId,channel,status\nada,email,maybe", 2, "status", "not_allowed")]
    [InlineData("userId,channel,status\nada,email,denied\nbob,email,granted", 3, "proof", "missing")]
    [InlineData("userId,channel,status,purpose\nada,email,denied,fun", 2, "purpose", "not_allowed")]
    [InlineData("userId,channel,status,at\nada,email,denied,soon", 2, "at", "not_allowed")]
    [InlineData("userId,channel,status,at\nada,email,denied,2027-01-01T00:00:00Z", 2, "at", "not_allowed")]
    [InlineData("userId,channel,status\n\"ada,email,denied", 2, "", "not_allowed")]
    public void A_fault_is_named_by_row_and_column(string text, int row, string column, string code)
    {
        var error = Assert.Single(Read(text).Errors);
        Assert.Equal((row, column, code), (error.Row, error.Column, error.Code));
    }

    [Fact]
    public void A_file_that_is_too_long_is_refused_and_faults_are_counted_to_a_limit()
    {
        Assert.Equal("out_of_range", Assert.Single(Read("userId,channel,status\n" + string.Concat(Enumerable.Repeat("a,push,denied\n", ConsentCsv.MostRows + 1))).Errors).Code);
        Assert.Equal(200, Read("userId,channel,status\n" + string.Concat(Enumerable.Repeat("a,push,x\n", 5_000))).Errors.Count);
    }

    [Fact]
    public void The_same_statement_told_twice_is_one()
    {
        var life = new SomeLife(SomeProgram.Rules());
        var entry = new ConsentEntry("email", "marketing", "granted", SomeLife.Monday, "import", "v1");
        life.Do(SomeLife.Monday, step => Consenting.State(step, entry));
        life.Do(SomeLife.Monday, step => Consenting.State(step, entry));
        Assert.Single(life.State.Consents);
        Assert.Single(life.Journal);
    }
}
