using System.Globalization;
using System.Text.Json.Serialization;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Silo.Pump;
using Aampe.Agents.Silo.Security;
using Microsoft.AspNetCore.Authorization;

namespace Aampe.Agents.Silo.Clock;

/// <summary>A request to move the clock.</summary>
/// <param name="Now">RFC 3339 with an offset.</param>
public sealed record ClockRequest([property: JsonRequired] string Now);

/// <summary>Routes of the simulated clock.</summary>
public static class ClockEndpoints
{
    /// <summary>Header that every answer carries while the clock is simulated.</summary>
    public const string Header = "Aampe-Clock";

    /// <summary>Maps the routes and, while the clock is simulated, the header on every answer.</summary>
    public static WebApplication MapClock(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGet("/v1/clock", (IClock clock) => Results.Ok(new { now = clock.Now.ToString(), simulated = clock.Simulated }))
            .RequireScope("users:read")
            .WithSummary("The time that events, schedules and guardrails live in")
            .WithTags("Clock");
        if (app.Services.GetRequiredService<IClock>().Simulated)
        {
            app.MapPost("/v1/clock", MoveAsync)
                .RequireScope("admin:clock")
                .WithSummary("Move the simulated clock: everything due up to that instant has happened when it answers")
                .WithTags("Clock");
        }
        else
        {
            app.MapPost("/v1/clock", () => Problems.Of(409, "clock_not_simulated", "The clock is the machine's", "Start the silo with --clock simulated to move its clock."))
                .RequireScope("admin:clock")
                .ExcludeFromDescription();
        }

        return app;
    }

    /// <summary>Says on every answer that the clock is simulated.</summary>
    public static WebApplication UseClockHeader(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Services.GetRequiredService<IClock>() is { Simulated: true } clock)
        {
            app.Use((context, next) =>
            {
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers[Header] = "simulated; now=" + clock.Now.ToString();
                    return Task.CompletedTask;
                });
                return next(context);
            });
            app.Use(AfterEventsAsync);
        }

        return app;
    }

    // On a clock that stands still nobody can wait for events to arrive: whoever asks about agents is answered after all that was accepted before.
    static async Task AfterEventsAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null && context.Request.Path.StartsWithSegments("/v1"))
        {
            await context.RequestServices.GetRequiredService<PumpBarrier>().WaitAppliedAsync(context.RequestAborted);
        }

        await next(context);
    }

    static async Task<IResult> MoveAsync(ClockRequest request, ClockDriver driver, SimulatedClock clock, CancellationToken stop)
    {
        if (!DateTimeOffset.TryParse(request.Now, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var to))
        {
            return Problems.Of(400, "malformed", "The request cannot be read", $"now must be RFC 3339, such as 2026-11-24T09:00:00Z; was '{request.Now}'.");
        }

        if (Instant.From(to) < clock.Now)
        {
            return Problems.Of(409, "clock_backwards", "Time does not run backwards", $"The clock stands at {clock.Now}; now must not be earlier; was {request.Now}.");
        }

        return Results.Ok(await driver.MoveAsync(Instant.From(to), stop));
    }
}
