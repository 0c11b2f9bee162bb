using System.Globalization;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>A page of a list, newest first.</summary>
/// <param name="Items">Its items.</param>
/// <param name="Next">Pass it as <c>after</c>; null at the end.</param>
public sealed record PageOf<T>(IReadOnlyList<T> Items, string? Next);

/// <summary><c>limit</c> and <c>after</c> of list routes.</summary>
static class Paging
{
    const int Usual = 50, Most = 500;

    /// <summary>1 to 500; 50 when not stated.</summary>
    public static (int Limit, Problem? Fault) Limit(HttpContext context)
    {
        var text = context.Request.Query["limit"].ToString();
        if (text.Length == 0)
        {
            return (Usual, null);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= Most
            ? (limit, null)
            : (0, Problems.Of(StatusCodes.Status400BadRequest, "invalid_limit", "The limit is not valid", $"limit must be 1 to {Most}; it is '{text}'."));
    }

    /// <summary>The answer to an <c>after</c> that no page has given out.</summary>
    public static Problem UnknownAfter(string after) =>
        Problems.Of(StatusCodes.Status400BadRequest, "invalid_after", "The page is not known", $"after must be the next of an earlier page; it is '{after}'.");
}
