using System.Security.Cryptography;
using System.Text.Json;

namespace Aampe.Agents.Silo.Delivery.Providers;

/// <summary>A service account of Google's cloud, as its console gives it.</summary>
/// <param name="ProjectId">Project whose apps are written to.</param>
/// <param name="Email">Name of the account.</param>
/// <param name="TokenUri">Where it gets its tokens.</param>
/// <param name="PrivateKey">PEM.</param>
sealed record ServiceAccount(string ProjectId, string Email, Uri TokenUri, string PrivateKey)
{
    static readonly string[] needed = ["project_id", "client_email", "token_uri", "private_key"];

    /// <summary>Reads a file; the fault names what is wrong with it and tells nothing of its content.</summary>
    public static (ServiceAccount? Account, string? Fault) Read(string file)
    {
        JsonElement json;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            json = document.RootElement.Clone();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, "cannot be read");
        }
        catch (JsonException)
        {
            return (null, "is no JSON");
        }

        string Text(string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        var missing = needed.Where(name => Text(name).Length == 0).ToArray();
        if (missing.Length > 0)
        {
            return (null, $"lacks {string.Join(", ", missing)}");
        }

        if (!Uri.TryCreate(Text("token_uri"), UriKind.Absolute, out var uri))
        {
            return (null, "has a token_uri that is no address");
        }

        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(Text("private_key"));
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            return (null, "has a private_key that is no RSA key in PEM");
        }

        return (new ServiceAccount(Text("project_id"), Text("client_email"), uri, Text("private_key")), null);
    }
}
