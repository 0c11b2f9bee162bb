using Aampe.Agents.Silo.Evidence;

namespace Aampe.Agents.Silo.Tests.Evidence;

public sealed class CsvTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@cmd", "'@cmd")]
    [InlineData("+cmd|'/C calc'!A0", "'+cmd|'/C calc'!A0")]
    [InlineData("-2.5", "-2.5")]
    [InlineData("-x", "'-x")]
    [InlineData("\tx", "'\tx")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData(null, "")]
    public void No_cell_is_a_formula_and_every_cell_reads_back(string? text, string cell) => Assert.Equal(cell, Csv.Cell(text));
}
