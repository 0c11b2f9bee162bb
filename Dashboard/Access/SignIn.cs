using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Dashboard.Access;

/// <summary>Sign-in and sign-out: plain forms, since a cookie can only be set on a real answer.</summary>
static class SignIn
{
    internal const string Path = "/login";
    internal const string ReturnParameter = "returnUrl";
    const string StampClaim = "console.stamp";

    internal static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, EnterAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/logout", LeaveAsync).RequireAuthorization(ConsoleRegistration.Scheme).ExcludeFromDescription();
    }

    /// <summary>The address when it stays on this host, else the first page.</summary>
    internal static string Local(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.Any(char.IsControl) ? address : "/";

    /// <summary>Ends a session of somebody who may not go on as then.</summary>
    internal static async Task StillAsync(CookieValidatePrincipalContext session)
    {
        var access = session.HttpContext.RequestServices.GetRequiredService<IConsoleAccess>();
        if (session.Principal?.FindFirstValue(ClaimTypes.NameIdentifier) is not { } id
            || !int.TryParse(session.Principal.FindFirstValue(StampClaim), NumberStyles.None, CultureInfo.InvariantCulture, out var stamp)
            || !await access.IsCurrentAsync(id, stamp))
        {
            session.RejectPrincipal();
            await session.HttpContext.SignOutAsync(ConsoleRegistration.Scheme);
        }
    }

    static async Task<IResult> EnterAsync(HttpContext http, IConsoleAccess access, [FromForm] string? name, [FromForm] string? password, [FromForm] string? returnUrl)
    {
        var back = Local(returnUrl);
        var from = http.Connection.RemoteIpAddress?.ToString() ?? "";
        if (string.IsNullOrEmpty(password) || await access.VerifyAsync(string.IsNullOrWhiteSpace(name) ? "admin" : name.Trim(), password, from) is not { } person)
        {
            return Results.LocalRedirect($"{Path}?failed=1&{ReturnParameter}={Uri.EscapeDataString(back)}");
        }

        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, person.Id), new Claim(ClaimTypes.Name, person.Name), new Claim(StampClaim, person.Stamp.ToString(CultureInfo.InvariantCulture))], ConsoleRegistration.Scheme);
        await http.SignInAsync(ConsoleRegistration.Scheme, new ClaimsPrincipal(identity));
        return Results.LocalRedirect(back);
    }

    static async Task<IResult> LeaveAsync(HttpContext http, [FromForm] string? returnUrl)
    {
        await http.SignOutAsync(ConsoleRegistration.Scheme);
        return Results.LocalRedirect(Local(returnUrl) is "/" ? Path : Local(returnUrl));
    }
}
