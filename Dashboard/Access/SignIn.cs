using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Aampe.Agents.Dashboard.Access;

/// <summary>Sign-in and sign-out: plain forms, since a cookie can only be set on a real answer.</summary>
static class SignIn
{
    internal const string Path = "/login";
    internal const string ReturnParameter = "returnUrl";

    internal static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, EnterAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/logout", LeaveAsync).RequireAuthorization(ConsoleRegistration.Scheme).ExcludeFromDescription();
    }

    /// <summary>The address when it stays on this host, else the first page.</summary>
    internal static string Local(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.Any(char.IsControl) ? address : "/";

    static async Task<IResult> EnterAsync(HttpContext http, IConsoleAccess access, [FromForm] string? password, [FromForm] string? returnUrl)
    {
        var back = Local(returnUrl);
        var from = http.Connection.RemoteIpAddress?.ToString() ?? "";
        if (string.IsNullOrEmpty(password) || !await access.VerifyAsync(password, from))
        {
            return Results.LocalRedirect($"{Path}?failed=1&{ReturnParameter}={Uri.EscapeDataString(back)}");
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, "admin"), new Claim(ClaimTypes.Role, "Admin")], ConsoleRegistration.Scheme);
        await http.SignInAsync(ConsoleRegistration.Scheme, new ClaimsPrincipal(identity));
        return Results.LocalRedirect(back);
    }

    static async Task<IResult> LeaveAsync(HttpContext http, [FromForm] string? returnUrl)
    {
        await http.SignOutAsync(ConsoleRegistration.Scheme);
        return Results.LocalRedirect(Local(returnUrl) is "/" ? Path : Local(returnUrl));
    }
}
