using System.Net;
using System.Text.Json.Nodes;
using Aampe.Agents.Silo.Security;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using static Aampe.Agents.Silo.Tests.Security.SecureHost;

namespace Aampe.Agents.Silo.Tests.Security;

public sealed class KeyTests
{
    static readonly CancellationToken Stop = CancellationToken.None;

    [Fact]
    public async Task A_server_key_with_the_scope_may()
    {
        await using var host = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/next", Bearer(ServerKey))).StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer sk_test_secret_0002")]
    [InlineData("Bearer sk_test_secret_000")]
    [InlineData("Bearer SK_TEST_SECRET_0001")]
    [InlineData("Bearer sk_' OR 1=1 --")]
    [InlineData("Basic c2tfdGVzdF9zZWNyZXRfMDAwMTo=")]
    [InlineData("Basic %%%")]
    [InlineData("Bearer ")]
    [InlineData("Negotiate abc")]
    public async Task Everything_else_is_refused_with_the_scheme_that_is_needed(string? authorization)
    {
        await using var host = await StartAsync();
        var answer = await host.PostAsync("/next", authorization);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("unauthorized", await CodeAsync(answer));
    }

    [Fact]
    public async Task A_key_in_the_query_string_is_not_read()
    {
        await using var host = await StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.PostAsync($"/next?writeKey={ServerKey}&key={ServerKey}", null)).StatusCode);
    }

    [Theory]
    [InlineData("wk_test_0001")]
    [InlineData("wk_test_0001:")]
    public async Task A_write_key_may_nothing_but_send_events(string user)
    {
        await using var host = await StartAsync();
        var answer = await host.PostAsync("/next", Basic(user));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("write_key_only", await CodeAsync(answer));
    }

    [Fact]
    public async Task A_missing_scope_is_named()
    {
        await using var host = await StartAsync();
        var (_, key) = await host.Keys.CreateKeyAsync(KeyKind.Server, "ingest only", EventSource.Server, [Scopes.Ingest], null, Stop);
        var answer = await host.PostAsync("/next", Bearer(key));
        var problem = await BodyAsync(answer);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("missing_scope", (string?)problem["code"]);
        Assert.Contains("next-message", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal("/next", (string?)problem["instance"]);
        Assert.NotEqual("", (string?)problem["traceId"]);
    }

    [Theory]
    [InlineData("admin:*", HttpStatusCode.OK)]
    [InlineData("admin:dead-letters", HttpStatusCode.OK)]
    [InlineData("admin:keys", HttpStatusCode.Forbidden)]
    [InlineData("export", HttpStatusCode.Forbidden)]
    public async Task The_star_stands_for_every_admin_scope(string scope, HttpStatusCode expected)
    {
        await using var host = await StartAsync();
        var (_, key) = await host.Keys.CreateKeyAsync(KeyKind.Server, "k", EventSource.Server, [scope], null, Stop);
        Assert.Equal(expected, (await host.PostAsync("/dead-letters", Bearer(key))).StatusCode);
    }

    [Fact]
    public async Task A_key_is_not_kept_and_two_pepper_its_hash_differently()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        Assert.NotNull(await one.Keys.FindAsync(ServerKey, Stop));
        Assert.NotEqual((await one.Keys.PepperAsync(Stop)).Hash(ServerKey), (await other.Keys.PepperAsync(Stop)).Hash(ServerKey));
        Assert.DoesNotContain(await one.Keys.KeysAsync(Stop), key => key.ToString().Contains(ServerKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_by_another_silo_within_its_freshness()
    {
        var (documents, time) = (new MemoryDocuments(), new FakeTimeProvider());
        await using var here = await StartAsync(documents, time);
        await using var there = await StartAsync(documents, time);
        var (key, text) = await here.Keys.CreateKeyAsync(KeyKind.Server, "k", EventSource.Server, [Scopes.NextMessage], null, Stop);
        time.Advance(KeyRing.Freshness);
        Assert.NotNull(await there.Keys.FindAsync(text, Stop));

        await here.Keys.DeleteKeyAsync(key.Id, null, Stop);
        Assert.Null(await here.Keys.FindAsync(text, Stop));
        time.Advance(KeyRing.Freshness);
        Assert.Null(await there.Keys.FindAsync(text, Stop));
    }

    [Fact]
    public async Task A_rotated_key_lives_through_its_grace_and_no_longer()
    {
        var time = new FakeTimeProvider();
        await using var host = await StartAsync(time: time);
        var (key, text) = await host.Keys.CreateKeyAsync(KeyKind.Server, "k", EventSource.Server, [Scopes.NextMessage], null, Stop);
        var answer = await host.PostAsync($"/v1/keys/{key.Id}/rotate", Bearer(ServerKey), """{"graceHours":2}""");
        var fresh = (string)(await BodyAsync(answer))["key"]!;

        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/next", Bearer(text))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/next", Bearer(fresh))).StatusCode);
        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.PostAsync("/next", Bearer(text))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/next", Bearer(fresh))).StatusCode);
    }

    [Fact]
    public async Task A_key_cannot_make_a_key_that_may_more_than_itself()
    {
        await using var host = await StartAsync();
        var (_, weak) = await host.Keys.CreateKeyAsync(KeyKind.Server, "k", EventSource.Server, ["admin:keys"], null, Stop);
        var answer = await host.PostAsync("/v1/keys", Bearer(weak), """{"kind":"server","name":"n","scopes":["users:erase"]}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("/scopes", (string?)(await BodyAsync(answer))["errors"]![0]!["pointer"]);
    }

    [Theory]
    [InlineData("""{"kind":"server","name":"n","scopes":["fly"]}""", 422)]
    [InlineData("""{"kind":"write","name":"n","scopes":["ingest"]}""", 422)]
    [InlineData("""{"kind":"server","name":"","scopes":["ingest"]}""", 422)]
    [InlineData("""{"kind":"server","name":"n","source":"nowhere","scopes":["ingest"]}""", 422)]
    [InlineData("""{"kind":"server","name":"n","scopes":["ingest"],"role":"god"}""", 400)]
    [InlineData("""{"kind":"server"}""", 400)]
    [InlineData("not json", 400)]
    [InlineData("""{"kind":"server","name":"n","scopes":["ingest"]}""", 201)]
    public async Task New_keys_are_checked(string body, int expected)
    {
        await using var host = await StartAsync();
        Assert.Equal(expected, (int)(await host.PostAsync("/v1/keys", Bearer(ServerKey), body)).StatusCode);
    }

    [Theory]
    [InlineData("WriteKey", "sk_wrong_prefix", "wk_")]
    [InlineData("WriteKey", "wk_1", "6 to 200")]
    [InlineData("ServerKey", "sk_with space", "U+0020")]
    [InlineData("ServerKey", "sk_short", "12 to 200")]
    [InlineData("AdminPassword", "short", "12 to 256")]
    public async Task A_wrong_credential_stops_the_start_and_the_error_says_what_is_allowed_but_not_the_value(string key, string value, string says)
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(settings: (key, value)));
        Assert.Contains($"Bootstrap:{key}", fault.Message, StringComparison.Ordinal);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configured_key_replaces_the_one_configured_before()
    {
        var documents = new MemoryDocuments();
        await using (await StartAsync(documents, settings: ("ServerKey", "sk_first_secret")))
        {
        }

        await using var host = await StartAsync(documents, settings: ("ServerKey", "sk_second_secret"));
        Assert.Null(await host.Keys.FindAsync("sk_first_secret", Stop));
        Assert.NotNull(await host.Keys.FindAsync("sk_second_secret", Stop));
    }

    [Fact]
    public async Task A_second_start_makes_no_second_set_of_keys()
    {
        var documents = new MemoryDocuments();
        await using (await StartAsync(documents, settings: ("Unused", null)))
        {
        }

        await using var host = await StartAsync(documents, settings: ("Unused", null));
        Assert.Equal(2, (await host.Keys.KeysAsync(Stop)).Count);
    }

    [Fact]
    public async Task A_generated_key_is_found_by_its_open_part_and_an_altered_one_is_not()
    {
        await using var host = await StartAsync();
        var (key, text) = await host.Keys.CreateKeyAsync(KeyKind.Write, "k", EventSource.Default, [], null, Stop);
        Assert.Equal(key.Id, text[3..13]);
        var altered = text[..20] + (text[20] == 'x' ? 'y' : 'x') + text[21..];
        Assert.NotNull(await host.Keys.FindAsync(text, Stop));
        Assert.Null(await host.Keys.FindAsync(altered, Stop));
    }

    internal static async Task<JsonNode> BodyAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    static async Task<string?> CodeAsync(HttpResponseMessage answer) => (string?)(await BodyAsync(answer))["code"];
}
