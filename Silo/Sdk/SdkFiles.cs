using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Aampe.Agents.Silo.Sdk;

/// <summary>
/// The scripts of <c>sdk/</c> at <c>/sdk/…</c>: public, for pages of any origin, without the comments and indents that people read them by.
/// </summary>
static class SdkFiles
{
    const string Folder = "sdk/";
    static readonly FrozenDictionary<string, (byte[] Content, EntityTagHeaderValue Tag)> files = Read();

    /// <summary>Maps the files.</summary>
    public static WebApplication MapSdk(this WebApplication app)
    {
        foreach (var name in files.Keys)
        {
            app.MapGet("/" + Folder + name, (HttpContext context) => Serve(context, name)).AllowAnonymous().ExcludeFromDescription();
        }

        PushKeyEndpoint.Map(app);
        return app;
    }

    /// <summary>Names of the files.</summary>
    internal static IEnumerable<string> Names => files.Keys;

    static IResult Serve(HttpContext context, string name)
    {
        ForEveryPage(context);
        var (content, tag) = files[name];
        return Results.Bytes(content, "text/javascript; charset=utf-8", entityTag: tag);
    }

    /// <summary>What lets pages of other origins load it, with their own strict policies.</summary>
    internal static void ForEveryPage(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "public, max-age=3600";
    }

    static FrozenDictionary<string, (byte[], EntityTagHeaderValue)> Read()
    {
        var assembly = typeof(SdkFiles).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).ToFrozenDictionary(name => name[Folder.Length..], name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            var content = Encoding.UTF8.GetBytes(Bare(reader.ReadToEnd()));
            return (content, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\""));
        }, StringComparer.Ordinal);
    }

    // Whole lines only: nothing inside a line is understood, so nothing can be misunderstood.
    static string Bare(string script) => string.Join('\n', script.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)));
}
