namespace Aampe.Agents.Storage.Tests.Contracts;

/// <summary>Texts that stores have been seen to spoil.</summary>
public static class OddTexts
{
    public static TheoryData<string> All => new()
    {
        "plain",
        "with\0nul",
        "😀 emoji 👩‍👩‍👧",
        "a/b%2Fc%25",
        "quote ' and \" and ; drop table agents",
        " leading and trailing ",
        "é as e\u0301",
        "\uFFFD\uFEFF",
        new string('x', 5_000),
    };
}
