using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Tests.Api;

namespace Aampe.Agents.Silo.Tests.Delivery.Mail;

/// <summary>A silo that mails to a server of this test, and users who agreed to it.</summary>
static class MailTown
{
    public const string PublicAddress = "https://agents.example";

    public static RunningSilo Silo(int port) => new()
    {
        Settings =
        {
            ["Delivery:Channels:email:Kind"] = "smtp",
            ["Delivery:Channels:email:Host"] = "127.0.0.1",
            ["Delivery:Channels:email:Port"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Delivery:Channels:email:Tls"] = "None",
            ["Delivery:Channels:email:From"] = "Shop <news@shop.example>",
            ["Delivery:Channels:email:ReplyTo"] = "help@shop.example",
            ["Delivery:Channels:email:UnsubscribeMailto"] = "stop@shop.example",
            ["Delivery:AllowPrivateAddresses"] = "true",
            ["Http:PublicAddress"] = PublicAddress,
            ["Agents:Seed"] = "walk",
        },
    };

    public static JsonElement Program { get; } = JsonElement.Parse("""
        {
          "id": "mail", "name": "Mail", "scheduled": true,
          "goal": { "id": "orders", "events": ["Order Completed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
          "actionSets": [{ "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm", "label": "Warm" }] }],
          "messages": [
            { "id": "m1", "name": "Warm", "channel": "email", "labels": { "tone": "warm" },
              "content": { "subject": "Grüße, {{ user.firstName }}", "preheader": "Your basket & more", "html": "<html><body><p>Hi <b>{{ user.firstName }}</b>, <a href=\"https://shop.example/basket\">come back</a></p><p><a href=\"{{ unsubscribeUrl }}\">Unsubscribe</a></p></body></html>" },
              "variables": [{ "name": "user.firstName", "default": "friend", "maxLength": 40 }] }
          ],
          "experiment": { "salt": "s1", "agentic": 100, "random": 0, "rules": 0, "holdout": 0 }
        }
        """);

    public static async Task<IAgentClient> OpenAsync(RunningSilo silo)
    {
        var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, Program);
        return agents;
    }

    public static async Task ArriveAsync(IAgentClient agents, string userId, string email, string firstName = "Ada <3")
    {
        var context = JsonElement.Parse("""{"timezone":"Europe/Paris"}""");
        await agents.IngestAsync(
            [
                new UserEvent { Type = "identify", UserId = userId, MessageId = $"i-{userId}-{email}", Timestamp = RunningSilo.Start, Traits = JsonSerializer.SerializeToElement(new { firstName, email }), Context = context },
                new UserEvent { UserId = userId, MessageId = "v-" + userId, Event = "Product Viewed", Timestamp = RunningSilo.Start, Context = context },
            ],
            new IngestOptions { WaitApplied = true });
        await agents.SetConsentAsync(userId, new ConsentChange { Channel = "email", Status = "granted", Source = "sign-up" });
    }

    public static async Task<TimelineEntry[]> OfAsync(IAgentClient agents, string user, string kind) =>
        [.. (await agents.TimelineAsync(user, 500)).Items.Where(entry => entry.Kind == kind)];
}
