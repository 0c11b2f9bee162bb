using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Aampe.Agents.Chaos;

/// <summary>The app: asks for cards and activates them in one step, each question under a key of its own, until it is answered.</summary>
public sealed class Asker(EventStream stream, Gateway gateway, int seed)
{
    const string Question = """{"channel":"in_app","programId":"cards","activate":true,"maxWaitMs":5000}""";
    const int Askers = 2;
    static readonly TimeSpan rhythm = TimeSpan.FromMilliseconds(20);

    readonly ConcurrentDictionary<string, (int User, string Decision)> answers = new(StringComparer.Ordinal);
    int changed, number;

    /// <summary>Questions that were answered.</summary>
    public int Asked => answers.Count;

    /// <summary>Keys that were given two decisions.</summary>
    public int Changed => changed;

    /// <summary>Decisions given, each once.</summary>
    public IReadOnlySet<string> Decisions => answers.Values.Select(answer => answer.Decision).ToHashSet(StringComparer.Ordinal);

    /// <summary>Asks until told to stop; the questions in hand are answered first.</summary>
    /// <param name="enough">When to ask no more.</param>
    /// <param name="stop">When to give up.</param>
    public Task RunAsync(CancellationToken enough, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, Askers).Select(asker => AskAsync(new Random(seed + asker), enough, stop)));

    /// <summary>Asks every question again under its key.</summary>
    public Task AgainAsync(CancellationToken stop) => Parallel.ForEachAsync(answers.ToArray(), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = stop }, async (known, _) =>
    {
        if (await DecisionAsync(known.Value.User, known.Key, stop) != known.Value.Decision)
        {
            Interlocked.Increment(ref changed);
        }
    });

    async Task AskAsync(Random random, CancellationToken enough, CancellationToken stop)
    {
        await Task.Yield();
        while (!enough.IsCancellationRequested)
        {
            var user = random.Next(stream.Users);
            var key = string.Create(CultureInfo.InvariantCulture, $"k-{Interlocked.Increment(ref number)}");
            answers[key] = (user, await DecisionAsync(user, key, stop));
            await Task.Delay(rhythm, stop);
        }
    }

    async Task<string> DecisionAsync(int user, string key, CancellationToken stop)
    {
        var answer = await gateway.AskAsync(HttpMethod.Post, $"/v1/users/{EventStream.Name(user)}/next", Question, ChaosKeys.Server, key, said => said.Status == 200 && IdOf(said.Body) is not null, stop);
        return IdOf(answer.Body)!;
    }

    // Without an id it is the hold of an answer that came too late: asked again under the key.
    static string? IdOf(string body)
    {
        using var reply = JsonDocument.Parse(body);
        return reply.RootElement.TryGetProperty("decisionId", out var id) ? id.GetString() : null;
    }
}
