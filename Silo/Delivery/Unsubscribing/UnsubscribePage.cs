using System.Security.Cryptography;
using System.Text.Encodings.Web;

namespace Aampe.Agents.Silo.Delivery.Unsubscribing;

/// <summary>The pages behind the link of a mail: no script, nothing from elsewhere, nothing of the user on them.</summary>
sealed class UnsubscribePage : IResult
{
    readonly int status;
    readonly string title, text;
    readonly string? button;

    UnsubscribePage(int status, string title, string text, string? button = null) => (this.status, this.title, this.text, this.button) = (status, title, text, button);

    /// <summary>Asks; nothing has happened yet, since whoever scans links opens them too.</summary>
    public static UnsubscribePage Asks(string channel) =>
        new(StatusCodes.Status200OK, "Unsubscribe", $"Do you want to stop marketing messages {Where(channel)}?", "Unsubscribe");

    /// <summary>It is done, now or before.</summary>
    public static UnsubscribePage Done() => new(StatusCodes.Status200OK, "You are unsubscribed", "You get no more of these messages. You can close this page.");

    /// <summary>The link was altered or cut.</summary>
    public static UnsubscribePage Altered() =>
        new(StatusCodes.Status400BadRequest, "This link does not work", "It is not complete, or was altered. Open it from the message again, or copy all of it.");

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["X-Robots-Tag"] = "noindex";
        await response.WriteAsync(Html(nonce), httpContext.RequestAborted);
    }

    string Html(string nonce) => $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{HtmlEncoder.Default.Encode(title)}}</title>
        <style nonce="{{nonce}}">
        :root { color-scheme: light dark; }
        body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0; background: #fff; color: #1b1b1f; }
        main { max-width: 34rem; margin: 12vh auto 0; padding: 0 1.25rem; }
        button { font: inherit; padding: .625rem 1.5rem; border: 0; border-radius: .5rem; background: #0b57d0; color: #fff; cursor: pointer; }
        button:focus-visible { outline: 3px solid #0b57d0; outline-offset: 3px; }
        @media (prefers-color-scheme: dark) { body { background: #131316; color: #e6e6ea; } button { background: #a8c7fa; color: #062e6f; } button:focus-visible { outline-color: #a8c7fa; } }
        </style>
        </head>
        <body>
        <main>
        <h1>{{HtmlEncoder.Default.Encode(title)}}</h1>
        <p>{{HtmlEncoder.Default.Encode(text)}}</p>
        {{(button is null ? "" : $"<form method=\"post\"><button type=\"submit\">{HtmlEncoder.Default.Encode(button)}</button></form>")}}
        </main>
        </body>
        </html>
        """;

    static string Where(string channel) => channel switch
    {
        "email" => "by e-mail",
        "sms" => "by text message",
        "whatsapp" => "by WhatsApp",
        "push" => "by notification",
        _ => "in the app",
    };
}
