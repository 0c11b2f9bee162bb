using System.Collections.Immutable;
using System.Text;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Silo.Delivery.Mail;
using Aampe.Agents.Silo.Rendering;

namespace Aampe.Agents.Silo.Tests.Rendering;

/// <summary>Copy speaks the language of its message: numbers, dates, and which way it is written.</summary>
public sealed class LanguageTests
{
    readonly MessageRenderer renderer = new();

    string Text(string locale, string field, string template) => renderer.Render(
        new Message
        {
            Id = "m", Name = "m", Channel = "push", Locale = locale, Labels = ImmutableSortedDictionary<string, string>.Empty,
            Content = ImmutableSortedDictionary<string, string>.Empty.Add(field, template), Variables = [new("user.total", "0", 100)],
        },
        new RenderInputs(Encoding.UTF8.GetBytes("""{"total":1234.5}"""), "dec_1", "prg", new DateTimeOffset(2026, 11, 24, 10, 5, 0, TimeSpan.FromHours(1)))).Content.First().Value!.GetValue<string>();

    [Theory]
    [InlineData("en", "{{ user.total | number: 2 }}", "1,234.50")]
    [InlineData("de-DE", "{{ user.total | number: 2 }}", "1.234,50")]
    [InlineData("de-DE", "{{ user.total | number }}", "1.234,5")]
    [InlineData("de-DE", "{{ user.total | number: 900 }}", "1.234,500000")]
    [InlineData("en", "{{ user.total }}", "1234.5")]
    [InlineData("de-DE", "{{ user.total }}", "1234,5")]
    [InlineData("en", "{{ now | date: \"%A, %-d %B\" }}", "Tuesday, 24 November")]
    [InlineData("de-DE", "{{ now | date: \"%A, %-d. %B\" }}", "Dienstag, 24. November")]
    [InlineData("ar", "{{ now | date: \"%B %Y\" }}", "نوفمبر 2026")]
    [InlineData("ar-SA", "{{ now | date: \"%B %Y\" }}", "نوفمبر 2026")]
    [InlineData("xx-nowhere", "{{ user.total | number: 2 }}", "1,234.50")]
    public void Numbers_and_dates_follow_the_locale_of_the_message(string locale, string template, string printed) => Assert.Equal(printed, Text(locale, "body", template));

    [Fact]
    public void An_address_is_written_for_machines_in_every_language() =>
        Assert.StartsWith("https://shop.example/?total=1234.5", Text("de-DE", "url", "https://shop.example/?total={{ user.total }}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("<p>x</p>", "<div lang=\"ar\" dir=\"rtl\"><p>x</p></div>")]
    [InlineData("<html><body>x</body></html>", "<html lang=\"ar\" dir=\"rtl\"><body>x</body></html>")]
    [InlineData("<!doctype html><HTML lang=\"ar-EG\"><body>x", "<!doctype html><HTML dir=\"rtl\" lang=\"ar-EG\"><body>x")]
    [InlineData("<html dir='ltr' lang=ar>x", "<html dir='ltr' lang=ar>x")]
    [InlineData("<body class=\"a\">x</body>", "<body lang=\"ar\" dir=\"rtl\" class=\"a\">x</body>")]
    [InlineData("<htmlx>x", "<div lang=\"ar\" dir=\"rtl\"><htmlx>x</div>")]
    public void A_mail_says_its_language_where_it_states_none(string html, string told) => Assert.Equal(told, MailLanguage.Of(html, "ar", "rtl"));
}
