using System.IO.Compression;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>Why a body could not be read.</summary>
public enum BodyFault
{
    None,
    TooLarge,
    UnsupportedEncoding,
    UnsupportedType,
    Broken,
    Pressed,
}

/// <summary>Reads bodies within limits: inflation stops at the limit, and the bytes in memory of all requests are bounded.</summary>
public sealed class RequestBody(IOptions<IngestOptions> options)
{
    const int FirstBytes = 16_384;
    long inFlight;

    /// <summary>Reads a body.</summary>
    public async Task<(ReadOnlyMemory<byte> Body, BodyFault Fault)> ReadAsync(HttpContext context, int limit, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(context);
        var request = context.Request;
        var type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        if (type is not (null or "" or "application/json" or "text/plain" or "application/x-ndjson" or "application/ndjson"))
        {
            return (default, BodyFault.UnsupportedType);
        }

        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            return (default, BodyFault.UnsupportedEncoding);
        }

        if (encoding != "gzip" && request.ContentLength > limit)
        {
            return (default, BodyFault.TooLarge);
        }

        var claim = encoding == "gzip" ? limit : (int)Math.Min(limit, request.ContentLength ?? limit);
        if (Interlocked.Add(ref inFlight, claim) > options.Value.InFlightBytes)
        {
            Interlocked.Add(ref inFlight, -claim);
            return (default, BodyFault.Pressed);
        }

        try
        {
            return encoding == "gzip"
                ? await FillAsync(new GZipStream(request.Body, CompressionMode.Decompress), FirstBytes, limit, stop)
                : await FillAsync(request.Body, (int?)request.ContentLength ?? FirstBytes, limit, stop);
        }
        catch (InvalidDataException)
        {
            return (default, BodyFault.Broken);
        }
        finally
        {
            Interlocked.Add(ref inFlight, -claim);
        }
    }

    static async Task<(ReadOnlyMemory<byte>, BodyFault)> FillAsync(Stream stream, int expected, int limit, CancellationToken stop)
    {
        // One more than is said to come, so that the end is seen without growing.
        var bytes = GC.AllocateUninitializedArray<byte>(expected + 1);
        var length = 0;
        while (true)
        {
            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(bytes.Length * 2, limit + 1));
            }

            var read = await stream.ReadAsync(bytes.AsMemory(length), stop);
            if (read == 0)
            {
                return (bytes.AsMemory(0, length), BodyFault.None);
            }

            length += read;
            if (length > limit)
            {
                return (default, BodyFault.TooLarge);
            }
        }
    }
}
