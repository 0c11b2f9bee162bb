using System.Net;
using System.Text;

namespace Aampe.Agents.Silo.Tests.Client;

/// <summary>Answers calls from a list and keeps what was asked.</summary>
sealed class ScriptedHandler(params Func<HttpRequestMessage, HttpResponseMessage>[] answers) : HttpMessageHandler
{
    public List<(HttpMethod Method, string Path, string Body, HttpRequestMessage Request)> Calls { get; } = [];

    public static Func<HttpRequestMessage, HttpResponseMessage> Json(HttpStatusCode status, string body, Action<HttpResponseMessage>? also = null) => _ =>
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        also?.Invoke(response);
        return response;
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Calls.Add((request.Method, request.RequestUri!.PathAndQuery, body, request));
        cancellationToken.ThrowIfCancellationRequested();
        return answers[Math.Min(Calls.Count, answers.Length) - 1](request);
    }
}
