using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Silo.Delivery.Providers;

/// <summary>Mobile push in the shape of FCM's HTTP v1 interface; a token that it calls unregistered is dead.</summary>
sealed class FcmAdapter : IChannelAdapter, IDisposable
{
    public const string Name = "fcm", Api = "https://fcm.googleapis.com";

    // The provider keeps a message for a device that is off for at most four weeks.
    const int LongestLife = 28 * 86_400;

    readonly ProviderHttp http;
    readonly AccessTokens tokens;
    readonly Uri address;

    public FcmAdapter(ChannelOptions options, ServiceAccount account, HttpMessageHandler handler, TimeProvider time)
    {
        http = new ProviderHttp(handler, time);
        tokens = new AccessTokens(account, http, time);
        address = new Uri($"{(options.Url.Length > 0 ? options.Url : Api).TrimEnd('/')}/v1/projects/{Uri.EscapeDataString(account.ProjectId)}/messages:send");
    }

    public string Kind => Name;

    public bool Idempotent => false;

    public async Task<HandoverOutcome> SendAsync(ChannelMessage message, CancellationToken stop)
    {
        if (message.Address is not { Length: > 0 } device)
        {
            return Outcomes.Refused(message, "address_missing");
        }

        var body = Body(message, device);
        for (var again = false; ; again = true)
        {
            var (token, fault) = await tokens.TakeAsync(stop);
            if (token is null)
            {
                // Nothing was sent yet, whatever went wrong.
                return fault!.Reach == Reach.Forbidden || fault.Status is >= 400 and < 500 and not 429
                    ? Outcomes.Refused(message, "login: " + fault.Code)
                    : Outcomes.Again(message, "login: " + fault.Code, fault.Wait);
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var answer = await http.CallAsync(request, stop);
            if (answer.Status == 401 && !again)
            {
                tokens.Forget(token);
                continue;
            }

            return Outcome(message, answer);
        }
    }

    public void Dispose()
    {
        tokens.Dispose();
        http.Dispose();
    }

    static HandoverOutcome Outcome(ChannelMessage message, ProviderAnswer answer)
    {
        if (answer.IsTaken)
        {
            return new HandoverOutcome(HandoverStatus.Sent, message.At, null, answer.Code, answer.At("name") is { ValueKind: JsonValueKind.String } name ? name.GetString() : null);
        }

        var error = ErrorCode(answer);
        var outcome = answer.Outcome(message, error is null ? null : $"{answer.Code} {error}");
        return error == "UNREGISTERED" ? outcome with { AddressDead = true } : outcome;
    }

    // The code of the messaging service stands among the details; the status of the interface is the same word for many faults.
    static string? ErrorCode(ProviderAnswer answer)
    {
        if (answer.At("error", "details") is { ValueKind: JsonValueKind.Array } details)
        {
            foreach (var one in details.EnumerateArray())
            {
                if (one.ValueKind == JsonValueKind.Object && one.TryGetProperty("errorCode", out var code) && code.ValueKind == JsonValueKind.String)
                {
                    return code.GetString();
                }
            }
        }

        return answer.At("error", "status") is { ValueKind: JsonValueKind.String } status ? status.GetString() : null;
    }

    static JsonObject Body(ChannelMessage message, string device)
    {
        using var copy = new Copy(message);
        var left = (int)Math.Clamp((message.ExpiresAt - message.At).TotalSeconds, 0, LongestLife);
        var life = int.TryParse(copy.Field("ttlSeconds"), NumberStyles.None, CultureInfo.InvariantCulture, out var stated) ? Math.Min(stated, left) : left;
        var notification = new JsonObject();
        foreach (var (name, text) in new[] { ("title", copy.Field("title")), ("body", copy.Field("body", "text")), ("image", copy.Field("image")) })
        {
            if (text is not null)
            {
                notification[name] = text;
            }
        }

        var data = new JsonObject { ["decisionId"] = message.DecisionId };
        if (copy.Field("deepLink", "url") is { } link)
        {
            data["deepLink"] = link;
        }

        var (android, headers) = (new JsonObject { ["ttl"] = string.Create(CultureInfo.InvariantCulture, $"{life}s") }, new JsonObject
        {
            ["apns-expiration"] = (message.At.UnixMilliseconds / 1_000 + life).ToString(CultureInfo.InvariantCulture),
        });
        if (copy.Field("collapseKey") is { } key)
        {
            android["collapse_key"] = key;
            headers["apns-collapse-id"] = key;
        }

        return new JsonObject
        {
            ["message"] = new JsonObject { ["token"] = device, ["notification"] = notification, ["data"] = data, ["android"] = android, ["apns"] = new JsonObject { ["headers"] = headers } },
        };
    }
}
