using Aampe.Agents.Dashboard.Access;
using Aampe.Agents.Dashboard.Reading;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor.Services;

namespace Aampe.Agents.Dashboard;

/// <summary>Puts the console into a host that supplies <see cref="IConsoleAccess"/>.</summary>
public static class ConsoleRegistration
{
    /// <summary>Name of the sign-in scheme and of the policy that asks for it.</summary>
    public const string Scheme = "console";

    /// <summary>Key of the <see cref="TimeProvider"/> by which pages refresh: always real time, also when the agents' clock is simulated.</summary>
    public const string ScreenClock = "console";

    const int MostTyped = 1_000_000;
    static readonly TimeSpan SignedInFor = TimeSpan.FromHours(8);

    /// <summary>Adds pages, components and the sign-in cookie.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        // A document or a pasted list of ids comes in one message: the standard limit of 32 KB ends the circuit in the middle of it.
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(hub => hub.MaximumReceiveMessageSize = MostTyped);
        services.AddMudServices();
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.TryAddKeyedSingleton(ScreenClock, TimeProvider.System);
        services.TryAddScoped<Freshness>();
        services.TryAddScoped<StopSignal>();
        services.AddAuthentication().AddCookie(Scheme, SignInCookie);
        services.AddAuthorizationBuilder().AddPolicy(Scheme, policy => policy.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser());
        return services;
    }

    /// <summary>Maps the pages at the root, their static files, sign-in and sign-out. Call it after other middleware and once.</summary>
    public static WebApplication MapConsole(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Use(OwnPages.OnlyAsync);
        app.Use(SignedInCircuitAsync);
        app.UseAntiforgery();
        app.UseMiddleware<PageHeaders>();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(circuit => circuit.ContentSecurityFrameAncestorsPolicy = null);
        app.MapSignIn();
        app.MapDownloads();
        app.MapEvidenceDownloads();
        return app;
    }

    static void SignInCookie(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "aampe.console";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.LoginPath = SignIn.Path;
        cookie.AccessDeniedPath = SignIn.Path;
        cookie.ReturnUrlParameter = SignIn.ReturnParameter;
        cookie.ExpireTimeSpan = SignedInFor;
        cookie.SlidingExpiration = true;
        cookie.Events.OnValidatePrincipal = SignIn.StillAsync;
    }

    // The circuit's endpoint names no scheme: without this its user would be nobody as soon as the host has a second scheme.
    static async Task SignedInCircuitAsync(HttpContext http, RequestDelegate next)
    {
        if (http.User.Identity is not { IsAuthenticated: true } && http.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal)
            && await http.AuthenticateAsync(Scheme) is { Succeeded: true, Principal: { } person })
        {
            http.User = person;
        }

        await next(http);
    }
}
