using System.Text.Json.Nodes;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Rendering;
using Aampe.Agents.Silo.Security;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Cards;

/// <summary>A card as a browser gets it: what it is to show, and nothing of how it was chosen.</summary>
/// <param name="DecisionId">What reports name.</param>
/// <param name="ProgramId">Program that decided.</param>
/// <param name="Message">id, version, locale, content.</param>
/// <param name="ExpiresAt">From then on it must not be shown.</param>
/// <param name="ExpiresIn">Whole seconds until then, for readers whose clock may be wrong; rounded down.</param>
public sealed record CardReply(string DecisionId, string ProgramId, JsonObject Message, string ExpiresAt, long ExpiresIn);

/// <summary>Asks an agent for the cards that wait, renders them and writes them to a stream.</summary>
sealed class CardReading(
    CardBoard board, IGrainFactory grains, DecisionCopy copy, UserTokens userTokens, AdminTokens adminTokens, KeyRing keys, IClock clock, TimeProvider time, IOptions<CardOptions> options, ILogger<CardReading> log)
{
    static readonly TimeSpan pause = TimeSpan.FromSeconds(1);

    /// <summary>The cards that wait, activated and rendered; null when the life has gone over into another agent.</summary>
    public async ValueTask<IReadOnlyList<CardReply>?> AskAsync(AgentKey agent, string? after, CancellationToken stop)
    {
        // Watched first: what is decided after the question is told of.
        await board.WatchAsync(agent, stop);
        var reference = grains.GetGrain<IUserAgent>(agent.ToString());
        var result = await reference.TakeCardsAsync(new CardsRequest(clock.Now, after)).AsTask().WaitAsync(stop);
        if (result.MergedInto is not null)
        {
            return null;
        }

        var cards = new List<CardReply>(result.Cards.Length);
        foreach (var card in result.Cards)
        {
            try
            {
                var record = Wire.Object(card.Record);
                var message = await copy.MessageAsync(agent.Tenant, record, result.Attributes, stop);
                foreach (var inner in new[] { "labels", "defaulted", "category" })
                {
                    message.Remove(inner);
                }

                cards.Add(new CardReply(card.DecisionId, record.Text("programId") ?? "", message, card.ExpiresAt.ToString(), (long)Math.Max(0, (card.ExpiresAt - clock.Now).TotalSeconds)));
            }
            catch (RenderException fault)
            {
                // It was activated and there is no copy for this user: nobody will see it, and it must not count as seen.
                CardLog.Unrenderable(log, card.DecisionId, fault.Code, fault.Message);
                await reference.ForsakeAsync(card.DecisionId, "render", clock.Now);
            }
        }

        return cards;
    }

    /// <summary>Writes cards as they come, until the reader leaves, its token ends, or the silo stops.</summary>
    public async Task StreamAsync(HttpContext context, CardStream stream, AgentKey agent, IReadOnlyList<CardReply> first, CancellationToken stop)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        var sent = new HashSet<string>(StringComparer.Ordinal);
        await WriteAsync(response, "retry: 2000\n\n", stop);
        await WriteAsync(response, first, sent, stop);
        for (var asked = time.GetTimestamp(); ;)
        {
            var signalled = await stream.SignalledAsync(TimeSpan.FromSeconds(options.Value.HeartbeatSeconds), time, stop);
            if (!signalled)
            {
                if (!await IsStillAllowedAsync(context, stop))
                {
                    return;
                }

                await WriteAsync(response, ": \n\n", stop);
                if (time.GetElapsedTime(asked) < CardBoard.AskEvery)
                {
                    continue;
                }
            }

            try
            {
                if (await AskAsync(agent, null, stop) is not { } cards)
                {
                    return;
                }

                asked = time.GetTimestamp();
                await WriteAsync(response, cards, sent, stop);
            }
            catch (Exception fault) when (fault is not (OperationCanceledException or IOException))
            {
                CardLog.AskFailed(log, agent.ToString(), fault);
                await Task.Delay(pause, time, stop);
                stream.Signal();
            }
        }
    }

    static async Task WriteAsync(HttpResponse response, IReadOnlyList<CardReply> cards, HashSet<string> sent, CancellationToken stop)
    {
        foreach (var card in cards)
        {
            if (sent.Add(card.DecisionId))
            {
                await WriteAsync(response, $"id: {card.DecisionId}\nevent: card\ndata: {System.Text.Encoding.UTF8.GetString(Wire.Bytes(card))}\n\n", stop);
            }
        }
    }

    static async Task WriteAsync(HttpResponse response, string text, CancellationToken stop)
    {
        await response.WriteAsync(text, stop);
        await response.Body.FlushAsync(stop);
    }

    // A key or token that ended while the stream was open ends the stream.
    async ValueTask<bool> IsStillAllowedAsync(HttpContext context, CancellationToken stop) => KeyAuthentication.Bearer(context.Request.Headers.Authorization.ToString()) switch
    {
        { } text when text.StartsWith(UserTokens.Prefix, StringComparison.Ordinal) => await userTokens.FindAsync(text, stop) is not null,
        { } text when text.StartsWith(AdminTokens.Prefix, StringComparison.Ordinal) => await adminTokens.FindAsync(text, stop) is not null,
        { } text => await keys.FindAsync(text, stop) is not null,
        _ => false,
    };
}
