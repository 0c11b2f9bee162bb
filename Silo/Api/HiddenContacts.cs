using System.Text.Json.Nodes;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>Addresses, phone numbers and tokens are shown to whoever has that permission alone.</summary>
static class HiddenContacts
{
    /// <summary>What stands in their place.</summary>
    public const string Hidden = "hidden";

    static readonly string[] Parts = ["email", "mail", "phone", "mobile", "whatsapp", "token", "address", "street"];

    /// <summary>Hides attributes by which somebody is reached.</summary>
    public static JsonObject Of(JsonObject person, Caller caller)
    {
        if (!caller.May(Scopes.Contacts) && person["attributes"] is JsonObject attributes)
        {
            foreach (var name in attributes.Select(pair => pair.Key).Where(name => Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase))).ToArray())
            {
                attributes[name] = Hidden;
            }
        }

        return person;
    }
}
