using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Tests.Programs;

public sealed class WritingDirectionTests
{
    [Theory]
    [InlineData("en", "ltr")]
    [InlineData("de-DE", "ltr")]
    [InlineData("ar", "rtl")]
    [InlineData("AR-eg", "rtl")]
    [InlineData("he_IL", "rtl")]
    [InlineData("fa-AF", "rtl")]
    [InlineData("ur-Latn-PK", "ltr")]
    [InlineData("ku-Arab", "rtl")]
    [InlineData("az-Cyrl", "ltr")]
    [InlineData("arn", "ltr")]
    [InlineData("", "ltr")]
    public void A_script_says_more_than_the_language(string locale, string direction) => Assert.Equal(direction, WritingDirection.Of(locale));
}
