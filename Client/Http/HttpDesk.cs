using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aampe.Agents.Client.Http;

/// <summary>What every part of the client over HTTP needs: calls, answers that must be there, versions in headers.</summary>
abstract class HttpDesk(HttpTransport transport)
{
    /// <summary>No body.</summary>
    protected static readonly byte[] Nothing = [];

    protected HttpTransport Transport { get; } = transport;

    /// <summary>A call within the client's time limit.</summary>
    protected WireCall Call(HttpMethod method, string path, byte[] body) => new(method, path, body, Transport.Options.CallTimeout);

    /// <summary>Reads what is there.</summary>
    protected ValueTask<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class => Required(Call(HttpMethod.Get, path, Nothing), type, ct);

    /// <summary>Makes a call whose answer has a body.</summary>
    protected async ValueTask<T> Required<T>(WireCall call, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class => (await Transport.CallAsync(call, type, ct).ConfigureAwait(false))!;

    /// <summary>A document as bytes.</summary>
    protected static byte[] Bytes(JsonElement document) => JsonSerializer.SerializeToUtf8Bytes(document, WireJson.Default.JsonElement);

    /// <summary>The ETag of a version.</summary>
    protected static string Tag(long version) => $"\"v{Query.Number(version)}\"";
}
