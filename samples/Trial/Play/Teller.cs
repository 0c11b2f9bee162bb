using System.Globalization;
using System.Text.Json;
using Aampe.Agents.HostApp;
using Aampe.Agents.Trial.World;

namespace Aampe.Agents.Trial.Play;

/// <summary>Tells the silo what users did, as any Segment client would. Ids of events follow from what happened, so that telling it twice is telling it once.</summary>
sealed class Teller(TrialWorld world, People people, SegmentWriter segment)
{
    const string Prefix = "user-";

    /// <summary>Id of a user.</summary>
    public static string IdOf(int user) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{user:D7}");

    /// <summary>Index of a user.</summary>
    public static int UserOf(string id) => int.Parse(id.AsSpan(Prefix.Length), CultureInfo.InvariantCulture);

    /// <summary>The user signed up.</summary>
    public void SignUp(int user, DateTimeOffset at) => segment.Add(user, json =>
    {
        Head(json, "identify", user, "sign-up", at);
        json.WriteStartObject("traits");
        json.WriteString("plan", "free");
        json.WriteEndObject();
        json.WriteStartObject("context");
        json.WriteString("timezone", world.Zones[people.Zone(user)]);
        if (people.Push(user))
        {
            json.WriteStartObject("device");
            json.WriteString("token", "t" + user.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    /// <summary>The user did something.</summary>
    public void Did(Deed deed)
    {
        var name = deed.Kind switch
        {
            DeedKind.Opened => Labels.Opened,
            DeedKind.Followed => Labels.Followed,
            DeedKind.Viewed => world.Features[deed.Feature].Viewed,
            _ => world.Features[deed.Feature].Done,
        };
        segment.Add(deed.User, json =>
        {
            Head(json, "track", deed.User, string.Create(CultureInfo.InvariantCulture, $"{deed.At}-{(int)deed.Kind}{deed.Feature}"), DateTimeOffset.FromUnixTimeMilliseconds(deed.At));
            json.WriteString("event", name);
            if (deed.Value > 0)
            {
                json.WriteStartObject("properties");
                json.WriteNumber("value", Math.Round((double)deed.Value, 2));
                json.WriteString("currency", "EUR");
                json.WriteEndObject();
            }
        });
    }

    /// <summary>The user followed a message.</summary>
    public void Clicked(int user, string decisionId, DateTimeOffset at) => segment.Add(user, json =>
    {
        Head(json, "track", user, decisionId + "-clicked", at);
        json.WriteString("event", "Message Clicked");
        json.WriteStartObject("properties");
        json.WriteString("decisionId", decisionId);
        json.WriteEndObject();
    });

    static void Head(Utf8JsonWriter json, string type, int user, string messageId, DateTimeOffset at)
    {
        json.WriteString("type", type);
        json.WriteString("userId", IdOf(user));
        json.WriteString("messageId", string.Create(CultureInfo.InvariantCulture, $"{user}-{messageId}"));
        json.WriteString("timestamp", at.UtcDateTime);
    }
}
