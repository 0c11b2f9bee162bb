using System.Net.Http.Headers;
using System.Text;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Tests.Api;

namespace Aampe.Agents.Silo.Tests.Segment;

public sealed class EventTailTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    [Fact]
    public async Task The_tail_shows_what_was_there_and_then_what_comes_good_and_bad()
    {
        await using var agents = silo.Agents();
        await agents.IngestAsync(new UserEvent { UserId = "tail-1", Event = "First", MessageId = "t-1" });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var seen = new List<(string? Name, string? User, string? Reason)>();
        await foreach (var e in agents.Admin.EventTailAsync(recent: 1, ct: limit.Token))
        {
            seen.Add((e.Name, e.UserId, e.Reason));
            if (seen.Count == 1)
            {
                await BatchAsync("""{"batch":[{"type":"track","userId":"tail-1","event":"Second","messageId":"t-2"},{"type":"track","event":"Nobody's","messageId":"t-3"}]}""");
            }

            if (seen.Count == 3)
            {
                break;
            }
        }

        Assert.Equal([("First", "tail-1", null), ("Second", "tail-1", null), (null, null, "missing_user_id")], seen);
    }

    [Fact]
    public async Task The_tail_of_one_user_holds_nobody_else()
    {
        await using var agents = silo.Agents();
        await agents.IngestAsync([new UserEvent { UserId = "tail-a", Event = "Hers", MessageId = "a-1" }, new UserEvent { UserId = "tail-b", Event = "His", MessageId = "b-1" }]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var e in agents.Admin.EventTailAsync(userId: "tail-b", ct: limit.Token))
        {
            Assert.Equal("His", e.Name);
            break;
        }
    }

    async Task BatchAsync(string body)
    {
        using var http = new HttpClient { BaseAddress = silo.Address() };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(RunningSilo.WriteKey + ":")));
        var response = await http.PostAsync("/v1/batch", RunningSilo.Json(body));
        Assert.Equal("accepted=1,duplicate=0,dead=1", response.Headers.GetValues("Aampe-Ingest").Single());
    }
}
