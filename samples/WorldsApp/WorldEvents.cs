using System.Globalization;
using System.Text.Json;
using Aampe.Agents.HostApp;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.WorldsApp;

/// <summary>Tells what the users of a world did, as any host app would: one event for each step of a visit, at its time.</summary>
/// <param name="population">The users.</param>
/// <param name="segment">Takes the events.</param>
/// <param name="first">Midnight of the history's first day.</param>
sealed class WorldEvents(Population population, SegmentWriter segment, DateTimeOffset first)
{
    // Steps of a visit follow a minute apart, inside its part of the day.
    const double Room = 24.0 / Population.HourCells * 3600 - 300;

    readonly FastRandom random = new();
    readonly List<Visit> visits = [];

    /// <summary>Id of a user.</summary>
    public static string IdOf(int user) => string.Create(CultureInfo.InvariantCulture, $"user-{user:D6}");

    /// <summary>The user signed up before the history, and can be reached.</summary>
    public void SignUp(int user) => segment.Add(user, json =>
    {
        Head(json, "identify", user, "identify", first.AddHours(-1));
        json.WriteStartObject("traits");
        json.WriteString("plan", "free");
        json.WriteEndObject();
        json.WriteStartObject("context");
        json.WriteStartObject("device");
        json.WriteString("token", $"token-{user}");
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Tells what a user did in a span of the history.</summary>
    public void Past(int user, DateTimeOffset from, DateTimeOffset to)
    {
        population.Past(user, random, visits);
        Tell(user, from, to);
    }

    /// <summary>Tells what a user did on the day just lived.</summary>
    public void Today(int user, Life life, DateTimeOffset day)
    {
        ArgumentNullException.ThrowIfNull(life);
        var goals = life.Visits(user, random, visits);
        Tell(user, day, day.AddDays(1));
        for (var goal = 0; goal < goals; goal++)
        {
            Track(user, WorldProgram.Funnel[^1], $"goal-{goal}", day.AddHours(12).AddSeconds(goal));
        }
    }

    void Tell(int user, DateTimeOffset from, DateTimeOffset to)
    {
        // Moments have luck of their own: what happens does not depend on what is told of it.
        random.Restart((ulong)population.Seed, 70_000 + (ulong)(visits.Count > 0 ? visits[0].Day : 0), (ulong)user);
        for (var v = 0; v < visits.Count; v++)
        {
            var at = first.AddDays(visits[v].Day).AddHours(visits[v].Cell * 24.0 / Population.HourCells).AddSeconds(Math.Floor(Room * random.NextDouble()));
            for (var step = 0; step <= visits[v].Depth && at >= from && at < to; step++)
            {
                Track(user, WorldProgram.Funnel[step], $"{v}", at.AddMinutes(step));
            }
        }
    }

    void Track(int user, string name, string part, DateTimeOffset at) => segment.Add(user, json =>
    {
        Head(json, "track", user, $"{at.ToUnixTimeSeconds()}-{part}-{name}", at);
        json.WriteString("event", name);
    });

    static void Head(Utf8JsonWriter json, string type, int user, string messageId, DateTimeOffset at)
    {
        json.WriteString("type", type);
        json.WriteString("userId", IdOf(user));
        json.WriteString("messageId", $"{user}-{messageId}");
        json.WriteString("timestamp", at.UtcDateTime);
    }
}
