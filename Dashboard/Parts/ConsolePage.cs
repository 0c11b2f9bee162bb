using Aampe.Agents.Client;
using Aampe.Agents.Dashboard.Reading;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Dashboard.Parts;

/// <summary>What every page has: the client of the person who looks, the freshness it notes, and a beat that ends with the page.</summary>
public abstract class ConsolePage : ComponentBase, IAsyncDisposable
{
    /// <summary>How often live figures are read.</summary>
    protected static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    readonly CancellationTokenSource closed = new();
    Task beating = Task.CompletedTask;

    [Inject]
    protected IConsoleAccess Access { get; set; } = default!;

    [Inject]
    protected Freshness Freshness { get; set; } = default!;

    [Inject]
    protected IServiceProvider Services { get; set; } = default!;

    [CascadingParameter]
    protected Task<AuthenticationState> SignedIn { get; set; } = default!;

    /// <summary>The clock of the screen: real time.</summary>
    protected TimeProvider ScreenClock => Services.GetRequiredKeyedService<TimeProvider>(ConsoleRegistration.ScreenClock);

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Closed => closed.Token;

    /// <summary>The client; set before <see cref="OpenedAsync"/>.</summary>
    protected IAgentClient Agents { get; private set; } = default!;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await beating;
        closed.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Why the last act was refused; null when it was not.</summary>
    protected AgentProblem? Refused { get; set; }

    /// <summary>An act is under way.</summary>
    protected bool Busy { get; private set; }

    /// <summary>Does something that can be refused; what was refused is shown, not thrown.</summary>
    /// <returns>Whether it was done.</returns>
    protected async Task<bool> DoAsync(Func<ValueTask> act)
    {
        ArgumentNullException.ThrowIfNull(act);
        (Busy, Refused) = (true, null);
        StateHasChanged();
        try
        {
            await act();
            return true;
        }
        catch (AgentClientException refused)
        {
            Refused = refused.Problem;
            return false;
        }
        finally
        {
            Busy = false;
        }
    }

    /// <summary>The circuit is up: read for the first time.</summary>
    protected abstract Task OpenedAsync();

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        Agents = Access.Client((await SignedIn).User);
        try
        {
            await OpenedAsync();
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            return;
        }

        if (!closed.IsCancellationRequested)
        {
            StateHasChanged();
        }
    }

    /// <summary>Reads again at each beat until the page is left.</summary>
    protected void EachBeat(Func<Task> read) => beating = InvokeAsync(() => BeatAsync(read));

    async Task BeatAsync(Func<Task> read)
    {
        using var timer = new PeriodicTimer(Beat, ScreenClock);
        try
        {
            while (await timer.WaitForNextTickAsync(closed.Token))
            {
                await read();
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            // The page was left: nothing waits for this beat.
        }
    }
}
