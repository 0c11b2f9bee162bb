using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Silo.Api;

namespace Aampe.Agents.Silo.Delivery.Callbacks;

/// <summary>Calls in our own shape, signed as Standard Webhooks says, like the webhooks that go out: <c>{"events":[{"decisionId", "type", …}]}</c> or one such event.</summary>
sealed class SignedCallbacks(string secrets, TimeProvider time) : ICallbackReader
{
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    public bool IsGenuine(CallbackRequest request)
    {
        var id = request.Headers["webhook-id"].ToString();
        if (!long.TryParse(request.Headers["webhook-timestamp"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp)
            || Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - timestamp) > Skew.TotalSeconds)
        {
            return false;
        }

        var expected = WebhookSignature.Sign(secrets, id, timestamp, request.Body).Split(' ').Select(Encoding.UTF8.GetBytes).ToArray();
        return request.Headers["webhook-signature"].ToString().Split(' ').Select(Encoding.UTF8.GetBytes)
            .Any(given => expected.Any(one => CryptographicOperations.FixedTimeEquals(one, given)));
    }

    public Callback Read(CallbackRequest request)
    {
        try
        {
            using var document = JsonDocument.Parse(request.Body);
            var events = document.RootElement.TryGetProperty("events", out var several) ? [.. several.EnumerateArray()] : new[] { document.RootElement };
            return new Callback([.. events.Select(Report)], []);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new FormatException("The body must be {\"events\":[{\"decisionId\", \"type\", …}]}, or one such event.", fault);
        }
    }

    static CallbackReport Report(JsonElement one)
    {
        var report = one.Deserialize<DeliveryReport>(Wire.Options) ?? throw new FormatException("An event is null.");
        return report.Type is { } type && DeliveryReports.Names.ContainsKey(type)
            ? new CallbackReport(one.TryGetProperty("decisionId", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString()! : "", report)
            : throw new FormatException($"type must be one of {string.Join(", ", DeliveryReports.Names.Keys)}; it is '{report.Type}'.");
    }
}
