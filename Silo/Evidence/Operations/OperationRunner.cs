using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Silo.Evidence.Operations;

/// <summary>What a running operation tells and asks.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tell">Progress from 0 to 1 and what is being done.</param>
/// <param name="Stop">Cancelled when somebody cancels it or the silo stops.</param>
sealed record OperationContext(string Id, Func<double, string, Task> Tell, CancellationToken Stop);

/// <summary>
/// Work that takes longer than a call: two at a time on this silo, its state in the document store so that any silo can tell it and cancel it. A silo that
/// dies leaves its operations to be told as failed.
/// </summary>
sealed class OperationRunner(IDocumentStore documents, TimeProvider time, IHostApplicationLifetime life, ILogger<OperationRunner> log) : IDisposable
{
    const string Kind = "operation";

    /// <summary>Operations waiting or at work on one silo at most; more are refused.</summary>
    public const int Most = 8;

    static readonly TimeSpan silence = TimeSpan.FromMinutes(2), step = TimeSpan.FromSeconds(1), kept = TimeSpan.FromDays(7);

    readonly SemaphoreSlim places = new(2);
    readonly ConcurrentDictionary<string, CancellationTokenSource> running = new(StringComparer.Ordinal);

    /// <summary>Begins an operation; null when too many are under way.</summary>
    public async Task<OperationRecord?> BeginAsync(string kind, string subject, string owner, Func<OperationContext, Task<JsonElement?>> work, CancellationToken stop)
    {
        if (running.Count >= Most)
        {
            return null;
        }

        await ForgetOldAsync(stop);
        var now = time.GetUtcNow();
        var begun = new OperationRecord("op_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10)), kind, "queued", 0, null, now) { Owner = owner, Subject = subject, HeardAt = now };
        await SaveAsync(begun, stop);
        var own = CancellationTokenSource.CreateLinkedTokenSource(life.ApplicationStopping);
        running[begun.Id] = own;
        _ = Task.Run(() => WorkAsync(begun, work, own), CancellationToken.None);
        return begun;
    }

    /// <summary>How an operation stands; one that nobody works on any more has failed.</summary>
    public async ValueTask<OperationRecord?> FindAsync(string id, CancellationToken stop)
    {
        if (await documents.ReadAsync(AgentKey.DefaultTenant, Kind, id, stop) is not { } stored)
        {
            return null;
        }

        var found = Read(stored);
        return found is { Over: false } && time.GetUtcNow() - found.HeardAt > silence
            ? found with { State = "failed", Problem = "The silo that worked on it is gone; begin it again." }
            : found;
    }

    /// <summary>The newest operation of a kind and subject that is not over; null = none.</summary>
    public async ValueTask<OperationRecord?> RunningAsync(string kind, string subject, CancellationToken stop) =>
        (await documents.ListAsync(AgentKey.DefaultTenant, Kind, stop)).Select(Read)
            .Where(one => one is { Over: false } && one.Kind == kind && one.Subject == subject && time.GetUtcNow() - one.HeardAt <= silence)
            .MaxBy(one => one.StartedAt);

    /// <summary>Stops an operation, on whichever silo it is: that one hears of it with its next step.</summary>
    public async ValueTask<OperationRecord?> CancelAsync(string id, CancellationToken stop)
    {
        if (await FindAsync(id, stop) is not { } found || found.Over)
        {
            return await FindAsync(id, stop);
        }

        if (running.TryGetValue(id, out var own))
        {
            await own.CancelAsync();
        }

        var cancelled = found with { State = "cancelled", EndedAt = time.GetUtcNow() };
        await SaveAsync(cancelled, stop);
        return cancelled;
    }

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    async Task WorkAsync(OperationRecord begun, Func<OperationContext, Task<JsonElement?>> work, CancellationTokenSource own)
    {
        var now = begun;
        try
        {
            await places.WaitAsync(own.Token);
            try
            {
                now = now with { State = "running" };
                var told = long.MinValue;
                var result = await work(new OperationContext(
                    begun.Id,
                    async (progress, doing) =>
                    {
                        if (told != long.MinValue && time.GetElapsedTime(told) < step)
                        {
                            return;
                        }

                        told = time.GetTimestamp();
                        now = now with { Progress = Math.Clamp(progress, 0, 1), Step = doing, HeardAt = time.GetUtcNow() };
                        if (!await IsCancelledAsync(now.Id))
                        {
                            await SaveAsync(now, CancellationToken.None);
                        }
                        else
                        {
                            await own.CancelAsync();
                        }
                    },
                    own.Token));
                var cancelled = own.IsCancellationRequested;
                now = now with { State = cancelled ? "cancelled" : "done", Progress = cancelled ? now.Progress : 1, EndedAt = time.GetUtcNow(), Result = result };
            }
            finally
            {
                places.Release();
            }
        }
        catch (OperationCanceledException) when (own.IsCancellationRequested)
        {
            now = now with { State = "cancelled", EndedAt = time.GetUtcNow() };
        }
        catch (Exception fault)
        {
            OperationLog.Failed(log, begun.Id, begun.Kind, fault);
            now = now with { State = "failed", EndedAt = time.GetUtcNow(), Problem = $"{fault.GetType().Name}: {fault.Message}" };
        }

        await EndAsync(now);
    }

    async Task EndAsync(OperationRecord ended)
    {
        try
        {
            await SaveAsync(ended, CancellationToken.None);
        }
        catch (Exception fault)
        {
            // Nobody waits for this task; what asks for the operation finds it silent, and so failed.
            OperationLog.Failed(log, ended.Id, ended.Kind, fault);
        }

        if (running.TryRemove(ended.Id, out var own))
        {
            own.Dispose();
        }
    }

    async ValueTask<bool> IsCancelledAsync(string id) =>
        await documents.ReadAsync(AgentKey.DefaultTenant, Kind, id, CancellationToken.None) is { } stored && Read(stored).State == "cancelled";

    async Task ForgetOldAsync(CancellationToken stop)
    {
        foreach (var old in (await documents.ListAsync(AgentKey.DefaultTenant, Kind, stop)).Select(Read).Where(one => time.GetUtcNow() - one.StartedAt > kept))
        {
            await documents.DeleteAsync(AgentKey.DefaultTenant, Kind, old.Id, stop);
            await documents.DeleteAsync(AgentKey.DefaultTenant, ExportFiles.Kind, old.Id, stop);
        }
    }

    async Task SaveAsync(OperationRecord record, CancellationToken stop) =>
        await documents.WriteAsync(AgentKey.DefaultTenant, Kind, record.Id, null, Wire.Bytes(record), keepHistory: false, stop);

    static OperationRecord Read(StoredDocument stored) => JsonSerializer.Deserialize<OperationRecord>(stored.Content.Span, Wire.Options)!;
}

internal static partial class OperationLog
{
    [LoggerMessage(341, LogLevel.Error, "Operation {Id} ({Kind}) failed")]
    public static partial void Failed(ILogger log, string id, string kind, Exception fault);
}
