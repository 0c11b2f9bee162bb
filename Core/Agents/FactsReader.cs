using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// Reads the facts of a payload in one pass, without making anything of what no agent asks for. Of a name that stands twice in an object the last one
/// counts, as in a document.
/// </summary>
internal ref struct FactsReader
{
    readonly bool withTraits;
    readonly string? knownZone, knownToken;
    double? value, revenue, total;
    string? decision, link, channel, dead, contextZone, traitsZone, token, anonymous, previous;
    List<KeyValuePair<string, string?>>? traits;

    FactsReader(bool withTraits, string? knownZone, string? knownToken) =>
        (this.withTraits, this.knownZone, this.knownToken) = (withTraits, knownZone, knownToken);

    public static EventFacts Read(ReadOnlySpan<byte> payload, bool withTraits, string? knownZone, string? knownToken)
    {
        var facts = new FactsReader(withTraits, knownZone, knownToken);
        var json = new Utf8JsonReader(payload);
        json.Read();
        if (json.TokenType == JsonTokenType.StartObject)
        {
            facts.Root(ref json);
        }
        else
        {
            json.Skip();
        }

        // Whatever follows the value is a fault, and this is what finds it.
        json.Read();
        return new EventFacts
        {
            Value = facts.value ?? facts.revenue ?? facts.total,
            DecisionId = facts.decision ?? facts.link,
            Channel = facts.channel,
            DeadAddress = facts.dead,
            TimeZone = facts.ZoneOf(facts.contextZone) ?? facts.ZoneOf(facts.traitsZone),
            DeviceToken = facts.token,
            AnonymousId = facts.anonymous,
            PreviousId = facts.previous,
            Traits = facts.traits is { } all ? all : [],
        };
    }

    string? ZoneOf(string? id) => ReferenceEquals(id, knownZone) ? id : EventFacts.Zone(id);

    void Root(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("properties"u8))
            {
                Properties(ref json);
            }
            else if (json.ValueTextEquals("context"u8))
            {
                Context(ref json);
            }
            else if (json.ValueTextEquals("traits"u8))
            {
                Traits(ref json);
            }
            else if (json.ValueTextEquals("anonymousId"u8))
            {
                anonymous = Text(ref json, null);
            }
            else if (json.ValueTextEquals("previousId"u8))
            {
                previous = Text(ref json, null);
            }
            else
            {
                json.Skip();
            }
        }
    }

    void Properties(ref Utf8JsonReader json)
    {
        (value, revenue, total, decision, link, channel, dead) = (null, null, null, null, null, null, null);
        if (!Open(ref json))
        {
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("value"u8))
            {
                value = Number(ref json);
            }
            else if (json.ValueTextEquals("revenue"u8))
            {
                revenue = Number(ref json);
            }
            else if (json.ValueTextEquals("total"u8))
            {
                total = Number(ref json);
            }
            else if (json.ValueTextEquals("decisionId"u8))
            {
                decision = Text(ref json, null);
            }
            else if (json.ValueTextEquals("aid"u8))
            {
                link = Text(ref json, null);
            }
            else if (json.ValueTextEquals("channel"u8))
            {
                channel = Text(ref json, null);
            }
            else if (json.ValueTextEquals("deadAddress"u8))
            {
                dead = Text(ref json, null);
            }
            else
            {
                json.Skip();
            }
        }
    }

    void Context(ref Utf8JsonReader json)
    {
        (contextZone, token) = (null, null);
        if (!Open(ref json))
        {
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("timezone"u8))
            {
                contextZone = Text(ref json, knownZone);
            }
            else if (json.ValueTextEquals("device"u8))
            {
                token = null;
                if (Open(ref json))
                {
                    Device(ref json);
                }
            }
            else
            {
                json.Skip();
            }
        }
    }

    void Device(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("token"u8))
            {
                token = Text(ref json, knownToken);
            }
            else
            {
                json.Skip();
            }
        }
    }

    void Traits(ref Utf8JsonReader json)
    {
        (traitsZone, traits) = (null, null);
        if (!Open(ref json))
        {
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isZone = json.ValueTextEquals("timezone"u8);
            var name = withTraits ? json.GetString() : null;
            json.Read();
            if (isZone)
            {
                traitsZone = Given(ref json, knownZone);
            }

            if (name is not null && (traits?.Count ?? 0) < EventFacts.MostTraits)
            {
                Take(name, ref json);
            }

            json.Skip();
        }
    }

    void Take(string name, ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                (traits ??= []).Add(new(name, null));
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                break;
            default:
                // One way of writing a text, whatever the client escaped: conditions compare what is written.
                var text = json.TokenType == JsonTokenType.String ? JsonSerializer.Serialize(json.GetString(), Json.Compact) : Encoding.UTF8.GetString(json.ValueSpan);
                if (text.Length <= EventFacts.LongestTrait)
                {
                    (traits ??= []).Add(new(name, text));
                }

                break;
        }
    }

    // Goes to the value; into it when it is an object, over it otherwise.
    static bool Open(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.StartObject)
        {
            return true;
        }

        json.Skip();
        return false;
    }

    static string? Text(ref Utf8JsonReader json, string? known)
    {
        json.Read();
        var text = Given(ref json, known);
        json.Skip();
        return text;
    }

    static string? Given(ref Utf8JsonReader json, string? known)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            return null;
        }

        return known is { Length: > 0 } && json.ValueTextEquals(known) ? known : json.GetString() is { Length: > 0 } text ? text : null;
    }

    static double? Number(ref Utf8JsonReader json)
    {
        json.Read();
        double? read = json.TokenType switch
        {
            JsonTokenType.Number when json.TryGetDouble(out var number) && double.IsFinite(number) => number,
            JsonTokenType.String when double.TryParse(json.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
            _ => null,
        };
        json.Skip();
        return read;
    }
}
