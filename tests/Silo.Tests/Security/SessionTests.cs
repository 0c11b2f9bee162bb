using System.Net;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;
using Microsoft.Extensions.Time.Testing;
using static Aampe.Agents.Silo.Tests.Security.SecureHost;

namespace Aampe.Agents.Silo.Tests.Security;

public sealed class SessionTests
{
    static readonly CancellationToken Stop = CancellationToken.None;

    [Fact]
    public async Task The_password_gives_a_token_that_opens_every_route_for_an_hour()
    {
        var time = new FakeTimeProvider();
        await using var host = await StartAsync(time: time);
        var token = await TokenAsync(host);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/next", Bearer(token))).StatusCode);
        time.Advance(AdminTokens.Lifetime);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.PostAsync("/next", Bearer(token))).StatusCode);
    }

    [Fact]
    public async Task A_token_is_known_to_every_silo_until_the_password_changes()
    {
        var documents = new MemoryDocuments();
        string token;
        await using (var here = await StartAsync(documents))
        {
            token = await TokenAsync(here);
        }

        await using (var there = await StartAsync(documents))
        {
            Assert.Equal(HttpStatusCode.OK, (await there.PostAsync("/next", Bearer(token))).StatusCode);
        }

        await using var later = await StartAsync(documents, settings: ("AdminPassword", "another long password"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await later.PostAsync("/next", Bearer(token))).StatusCode);
    }

    [Fact]
    public async Task An_altered_token_is_refused()
    {
        await using var host = await StartAsync();
        var token = await TokenAsync(host);
        for (var at = 3; at < token.Length; at += 7)
        {
            var altered = token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.PostAsync("/next", Bearer(altered))).StatusCode);
        }
    }

    [Fact]
    public async Task Wrong_passwords_are_slowed_more_and_more_and_a_stranger_slows_nobody_else()
    {
        var time = new FakeTimeProvider();
        using var ring = new KeyRing(new MemoryDocuments(), time);
        using var people = new PeopleBook(new MemoryDocuments(), time);
        var passwords = new AdminPasswords(ring, people, time);
        await passwords.SetAsync(Password, Stop);
        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<SignIn.Refused>(await passwords.VerifyAsync("admin", "wrong", "1.2.3.4", Stop));
        }

        var first = Assert.IsType<SignIn.TooSoon>(await passwords.VerifyAsync("admin", Password, "1.2.3.4", Stop));
        Assert.IsType<SignIn.Accepted>(await passwords.VerifyAsync("admin", Password, "5.6.7.8", Stop));
        time.Advance(first.Wait);
        Assert.IsType<SignIn.Refused>(await passwords.VerifyAsync("admin", "wrong", "1.2.3.4", Stop));
        var second = Assert.IsType<SignIn.TooSoon>(await passwords.VerifyAsync("admin", Password, "1.2.3.4", Stop));
        Assert.Equal(2 * first.Wait, second.Wait);
        time.Advance(second.Wait);
        Assert.IsType<SignIn.Accepted>(await passwords.VerifyAsync("admin", Password, "1.2.3.4", Stop));
    }

    [Fact]
    public async Task The_route_says_how_long_to_wait()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.PostAsync("/v1/session", null, """{"password":"wrong"}""")).StatusCode);
        }

        var answer = await host.PostAsync("/v1/session", null, """{"password":"wrong"}""");
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
    }

    static async Task<string> TokenAsync(SecureHost host) =>
        (string)(await KeyTests.BodyAsync(await host.PostAsync("/v1/session", null, $$"""{"password":"{{Password}}"}""")))["token"]!;
}
