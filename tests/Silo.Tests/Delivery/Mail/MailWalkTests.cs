using System.Net;
using System.Net.Http.Headers;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Tests.Api;
using MimeKit;

namespace Aampe.Agents.Silo.Tests.Delivery.Mail;

/// <summary>Mail of agents, through the real silo to a mail server over TCP, and what comes back.</summary>
public sealed class MailWalkTests
{
    static readonly DateTimeOffset Later = RunningSilo.Start.AddDays(1).AddHours(14);

    static async Task<string[]> ReasonsAsync(IAgentClient agents, string user) =>
        [.. Assert.IsType<NextMessage.Hold>(await agents.NextMessageAsync(user)).Reasons.Select(reason => reason.Code)];

    [Fact]
    [Trait("proves", "R4")]
    public async Task A_mail_arrives_once_with_text_html_and_a_way_out()
    {
        await using var sink = new MailSink();
        await using var silo = MailTown.Silo(sink.Port);
        await using var agents = await MailTown.OpenAsync(silo);
        await MailTown.ArriveAsync(agents, "ada", "ada@home.example");
        await agents.Admin.SetClockAsync(Later);
        var mail = Assert.Single(sink.Mails);
        var decision = mail.MessageId!.Split('@')[0];
        Assert.Equal(("activated", "shop.example"), ((await agents.ActivateAsync(new DecisionId(decision))).State, mail.MessageId!.Split('@')[1]));
        Assert.Equal(("\"Shop\" <news@shop.example>", "help@shop.example", "ada@home.example", "Grüße, Ada <3"), (mail.From.ToString(), mail.ReplyTo.ToString(), mail.To.ToString(), mail.Subject));
        var link = $"{MailTown.PublicAddress}/v1/unsubscribe/{decision}.";
        Assert.StartsWith($"<{link}", mail.Headers["List-Unsubscribe"], StringComparison.Ordinal);
        Assert.EndsWith(", <mailto:stop@shop.example?subject=unsubscribe>", mail.Headers["List-Unsubscribe"], StringComparison.Ordinal);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers["List-Unsubscribe-Post"]);
        var parts = Assert.IsType<MultipartAlternative>(mail.Body);
        Assert.Equal(["text/plain", "text/html"], parts.Select(part => part.ContentType.MimeType));
        Assert.Contains("Hi <b>Ada &lt;3</b>", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("<body><div style=\"display:none;max-height:0;overflow:hidden\">Your basket &amp; more</div>", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains($"https://shop.example/basket?aid={decision}", mail.HtmlBody, StringComparison.Ordinal);
        Assert.StartsWith($"Hi Ada <3, come back (https://shop.example/basket?aid={decision})", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(link, mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("proves", "R4")]
    public async Task An_address_that_is_not_there_is_never_mailed_again_until_a_new_one_comes()
    {
        await using var sink = new MailSink { Recipient = (address, _) => address.StartsWith("gone", StringComparison.Ordinal) ? (550, "5.1.1 no such user") : null };
        await using var silo = MailTown.Silo(sink.Port);
        await using var agents = await MailTown.OpenAsync(silo);
        await MailTown.ArriveAsync(agents, "bob", "gone@home.example");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(4));
        Assert.Equal(["gone@home.example"], sink.Named);
        var failed = Assert.Single(await MailTown.OfAsync(agents, "bob", "delivery"));
        Assert.Equal(("failed", "smtp 550 5.1.1"), (failed.More["status"].GetString(), failed.More["code"].GetString()));
        Assert.Contains("not_reachable", await ReasonsAsync(agents, "bob"));
        await MailTown.ArriveAsync(agents, "bob", "bob@new.example");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(8));
        Assert.Contains("bob@new.example", sink.Named);
        Assert.NotEmpty(sink.Mails);
    }

    [Fact]
    [Trait("proves", "R4")]
    public async Task A_refusal_for_now_is_offered_again_and_arrives_once()
    {
        await using var sink = new MailSink { Recipient = (_, times) => times < 3 ? (450, "4.2.1 try later") : null };
        await using var silo = MailTown.Silo(sink.Port);
        await using var agents = await MailTown.OpenAsync(silo);
        await MailTown.ArriveAsync(agents, "cleo", "cleo@home.example");
        await agents.Admin.SetClockAsync(Later);
        Assert.Single(sink.Mails);
        Assert.Equal(2, (await MailTown.OfAsync(agents, "cleo", "delivery")).Count(entry => entry.More["status"].GetString() == "retrying"));
    }

    [Theory]
    [InlineData(".", 1, "unknown")]
    [InlineData("RCPT", 5, "failed")]
    [InlineData("EHLO", 5, "failed")]
    [Trait("proves", "R4")]
    public async Task A_connection_that_breaks_is_tried_again_only_before_the_mail_itself(string at, int connections, string state)
    {
        await using var server = new CutMailServer(at);
        await using var silo = MailTown.Silo(server.Port);
        await using var agents = await MailTown.OpenAsync(silo);
        await MailTown.ArriveAsync(agents, "dora", "dora@home.example");
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(1).AddHours(18));
        var decision = (await MailTown.OfAsync(agents, "dora", "decision")).Last(entry => entry.More["verdict"].GetString() == "send").DecisionId!.Value;
        Assert.Equal((connections, state), (server.Connections, (await agents.ActivateAsync(decision)).State));
    }

    [Fact]
    public async Task A_server_without_tls_gets_nothing_when_tls_is_asked_for()
    {
        await using var sink = new MailSink();
        await using var silo = MailTown.Silo(sink.Port);
        silo.Settings["Delivery:Channels:email:Tls"] = "StartTls";
        await using var agents = await MailTown.OpenAsync(silo);
        await MailTown.ArriveAsync(agents, "eve", "eve@home.example");
        await agents.Admin.SetClockAsync(Later);
        Assert.Empty(sink.Named);
        Assert.Contains(await MailTown.OfAsync(agents, "eve", "delivery"), entry => entry.More["code"].GetString() == "smtp tls missing");
    }

    [Fact]
    [Trait("proves", "R7")]
    public async Task One_click_unsubscribes_and_a_look_at_the_page_does_not()
    {
        await using var sink = new MailSink();
        await using var silo = MailTown.Silo(sink.Port);
        await using var agents = await MailTown.OpenAsync(silo);
        await MailTown.ArriveAsync(agents, "finn", "finn@home.example");
        await agents.Admin.SetClockAsync(Later);
        var link = Assert.Single(sink.Mails).Headers["List-Unsubscribe"]!.Split('>')[0][1..];
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = silo.Address() };
        var path = new Uri(link).PathAndQuery;

        var page = await browser.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.StartsWith("default-src 'none'; style-src 'nonce-", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("script", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("granted", (await agents.ConsentAsync("finn"))[0].Status);

        for (var times = 0; times < 2; times++)
        {
            using var oneClick = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
            Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync(path, oneClick)).StatusCode);
        }

        await agents.IngestAsync([new UserEvent { UserId = "finn", Event = "Product Viewed", Timestamp = Later }], new IngestOptions { WaitApplied = true });
        var consent = await agents.ConsentAsync("finn");
        Assert.Equal(("email", "marketing", "denied", "one-click", 2), (consent[0].Channel, consent[0].Purpose, consent[0].Status, consent[0].Source, consent.Count));
        await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(6));
        Assert.Single(sink.Mails);
        Assert.Contains("no_consent", await ReasonsAsync(agents, "finn"));
    }

    [Fact]
    [Trait("proves", "A40")]
    public async Task A_token_that_was_altered_or_put_together_is_refused()
    {
        await using var sink = new MailSink();
        await using var silo = MailTown.Silo(sink.Port);
        await using var agents = await MailTown.OpenAsync(silo);
        await MailTown.ArriveAsync(agents, "gus", "gus@home.example");
        await MailTown.ArriveAsync(agents, "hal", "hal@home.example");
        await agents.Admin.SetClockAsync(Later);
        var tokens = sink.Mails.Select(mail => mail.Headers["List-Unsubscribe"]!.Split('>')[0].Split('/')[^1]).ToArray();
        Assert.Equal(2, tokens.Length);
        using var http = new HttpClient { BaseAddress = silo.Address() };
        var mixed = $"{tokens[0].Split('.')[0]}.{tokens[1].Split('.')[1]}";
        var altered = tokens[0][..^1] + (tokens[0][^1] == '0' ? '1' : '0');
        foreach (var token in new[] { mixed, altered, tokens[0][..^1], "dec_x", "dec_x." })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("/v1/unsubscribe/" + token)).StatusCode);
            var answer = await http.PostAsync("/v1/unsubscribe/" + token, null);
            Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        }

        using var browser = new HttpRequestMessage(HttpMethod.Get, "/v1/unsubscribe/" + mixed);
        browser.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        Assert.Contains("This link does not work", await (await http.SendAsync(browser)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.All(new[] { "gus", "hal" }, user => Assert.Equal("granted", agents.ConsentAsync(user).AsTask().GetAwaiter().GetResult()[0].Status));
    }
}
