using System.Threading.Channels;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Agents;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Rules;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Pump;

/// <summary>
/// Wakes agents whose events a program answers, right after the events are theirs. Only a shortcut: that an answer is due is part of the agent's own
/// commit, so what is dropped here, or lost with the process, is found by the next tick, and an agent that is woken twice decides once.
/// </summary>
public sealed class TriggeredAnswers(AgentReferences references, RulesCache rules, IClock clock, IOptions<PumpOptions> options, ILogger<TriggeredAnswers> log) : BackgroundService
{
    // Beyond it the next tick is as fast.
    const int MostWaiting = 10_000;

    // One step plans the answer, the next decides; a third when an effect fell due as well.
    const int MostSteps = 3;

    readonly Channel<AgentKey> waiting = Channel.CreateBounded<AgentKey>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Has an agent woken soon. On a simulated clock nobody is woken by chance: whoever moves that clock does it, in order.</summary>
    public void Wake(AgentKey agent)
    {
        if (!clock.Simulated)
        {
            waiting.Writer.TryWrite(agent);
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Parallel.ForEachAsync(waiting.Reader.ReadAllAsync(stoppingToken), new ParallelOptions { MaxDegreeOfParallelism = options.Value.ConcurrentAgents, CancellationToken = stoppingToken }, async (agent, stop) => await AnswerAsync(agent, stop));

    async ValueTask AnswerAsync(AgentKey agent, CancellationToken stop)
    {
        try
        {
            var reference = references.Of(agent);
            for (var steps = 0; steps < MostSteps && rules.IsActing; steps++)
            {
                var now = clock.Now;
                var advanced = await reference.AdvanceAsync(new AdvanceRequest(now, Stepwise: false)).AsTask().WaitAsync(stop);
                if (!(advanced.NextDue <= now))
                {
                    return;
                }
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            AnswerLog.Late(log, agent.ToString(), fault);
        }
    }
}

internal static partial class AnswerLog
{
    [LoggerMessage(431, LogLevel.Warning, "Agent {Agent} could not answer its event at once; the next tick tries again")]
    public static partial void Late(ILogger log, string agent, Exception error);
}
