using System.Text;
using Aampe.Agents.Sim.Custody;
using Aampe.Agents.Sim.Engine;
using Aampe.Agents.Sim.Shells;

namespace Aampe.Agents.Sim.Oracles;

/// <summary>What was promised to whom and when, kept beside the run; checked while it happens. Knows nothing of Core's rules.</summary>
internal sealed class Books(World world)
{
    readonly HashSet<(string Decision, int Attempt)> marks = [];
    readonly HashSet<Commit> durable = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<string, int> shown = new(StringComparer.Ordinal);
    readonly Dictionary<(int User, string Channel), long> withdrawn = [];
    readonly Dictionary<int, string> arms = [];
    long offSince = long.MaxValue;

    /// <summary>Events that a client was told are durable.</summary>
    public HashSet<int> Acked { get; } = [];

    /// <summary>Events put aside, by their place.</summary>
    public Dictionary<(int Partition, long Offset), bool> DeadLetters { get; } = [];

    /// <summary>What the host app showed: decision → moment.</summary>
    public Dictionary<string, Effect> HostShown { get; } = new(StringComparer.Ordinal);

    /// <summary>Contacts by schedule: when they became durable.</summary>
    public List<(string Key, long At)> Contacts { get; } = [];

    /// <summary>Statements that were acknowledged.</summary>
    public List<Statement> Acknowledgements { get; } = [];

    /// <summary>Statements that were begun.</summary>
    public List<Statement> Begun { get; } = [];

    /// <summary>When an event of a user was durable first: from then on the product can know where the user is.</summary>
    public Dictionary<string, long> KnownSince { get; } = new(StringComparer.Ordinal);

    /// <summary>Hours without any silo, in milliseconds.</summary>
    public long Down { get; private set; }

    /// <summary>People whom somebody asked to be erased: what is counted over their whole life ends for them.</summary>
    public HashSet<string> Ended { get; } = new(StringComparer.Ordinal);

    /// <summary>Decisions of lives that have ended.</summary>
    public HashSet<string> Buried { get; } = new(StringComparer.Ordinal);

    /// <summary>Erasures that are over: when, and where the log ended.</summary>
    public Dictionary<string, (long At, long End)> Erasures { get; } = new(StringComparer.Ordinal);

    readonly HashSet<string> silent = new(StringComparer.Ordinal);
    readonly Dictionary<string, HashSet<ulong>> refused = new(StringComparer.Ordinal);

    public void EraseBegun(string key)
    {
        Ended.Add(key);
        silent.Add(key);
        ForgetStatements(key);
    }

    // What the person had stated went with the life that it was stated in.
    void ForgetStatements(string key)
    {
        foreach (var place in withdrawn.Keys.Where(place => World.KeyOf(place.User) == key).ToList())
        {
            withdrawn.Remove(place);
        }
    }

    public void Ending(string key, IEnumerable<string> decisions) => Buried.UnionWith(decisions);

    public void Erased(string key, long at, long end)
    {
        Erasures[key] = (at, end);
        ForgetStatements(key);
        silent.Remove(key);
    }

    public void Refused(string key, ulong id)
    {
        if (!refused.TryGetValue(key, out var ids))
        {
            refused.Add(key, ids = []);
        }

        ids.Add(id);
    }

    public IEnumerable<ulong> RefusedOf(string key) => refused.GetValueOrDefault(key) ?? [];

    public void DownFor(long length) => Down += length;

    public void Acknowledged(IEnumerable<ClientEvent> events) => Acked.UnionWith(events.Select(one => one.Serial));

    /// <summary>Puts a slice aside; writing that may fail as any write.</summary>
    public async Task PutAsideAsync(Life life, LogEntry[] slice, bool transient)
    {
        var fate = world.Draw();
        await world.Clock.Wait(life, fate.Latency);
        if (fate.Fails)
        {
            throw new Fault(FaultKind.Down);
        }

        foreach (var entry in slice)
        {
            DeadLetters[(entry.Partition, entry.Offset)] = transient;
        }

        world.Seen(transient ? "good events put aside after five faults" : "poison put aside");
        if (fate.Unknown)
        {
            throw new Fault(FaultKind.Unknown);
        }
    }

    /// <summary>A commit can no longer be lost.</summary>
    public void Durable(Commit commit)
    {
        if (!durable.Add(commit))
        {
            return;
        }

        foreach (var row in commit.Outbox.Where(row => row.InFlight))
        {
            marks.Add((row.DecisionId, row.Attempts));
            Marked(row, commit.Begun);
        }

        if (!KnownSince.ContainsKey(commit.Key) && commit.Journal.SelectMany(Commit.Entries).Any(entry => (string?)entry["kind"] == "event"))
        {
            KnownSince.Add(commit.Key, world.Clock.Now);
        }

        foreach (var made in commit.Decisions)
        {
            var record = Encoding.UTF8.GetString(made.Record);
            Arm(commit.Key, Field(record, "arm"));
            if (made.Program == "daily" && Field(record, "trigger") == "tick")
            {
                Contacts.Add((commit.Key, world.Clock.Now));
            }
        }
    }

    /// <summary>A channel is being called.</summary>
    public void Called(Ticket ticket)
    {
        if (Buried.Contains(ticket.DecisionId) || silent.Contains(ticket.Key))
        {
            world.Violate("R8", $"{ticket.DecisionId} was sent to {ticket.Key}, who is erased");
        }

        if (!marks.Contains((ticket.DecisionId, ticket.Attempt)))
        {
            world.Violate("M4", $"{ticket.DecisionId} of {ticket.Key} was sent before its mark was durable");
        }
    }

    /// <summary>A person has seen a message.</summary>
    public void Shown(Ticket ticket)
    {
        var times = shown[ticket.DecisionId] = shown.GetValueOrDefault(ticket.DecisionId) + 1;
        if (times > 1)
        {
            world.Violate("R4", $"{ticket.DecisionId} of {ticket.Key} was shown {times} times over {ticket.Channel}");
        }

        if (world.Clock.Now > ticket.ExpiresAt + world.Options.Skew + 3_000)
        {
            world.Violate("R11", $"{ticket.DecisionId} of {ticket.Key} was sent after it had expired");
        }

        NotHoldout(ticket.Key, ticket.Arm, ticket.DecisionId);
    }

    /// <summary>The host app has been told to show something.</summary>
    public void Hosted(string key, string decision, string channel, string arm, long at)
    {
        world.Trace.Note("host shows", key, at, decision);
        HostShown.TryAdd(decision, new Effect(at, decision, key, channel));
        NotHoldout(key, arm, decision);
    }

    public void Stating(Statement statement)
    {
        Begun.Add(statement);
        if (statement.Granted)
        {
            foreach (var place in withdrawn.Keys.Where(place => place.User == statement.User && (statement.Channel == "*" || place.Channel == statement.Channel)).ToList())
            {
                withdrawn.Remove(place);
            }
        }
    }

    public void Stated(Statement statement)
    {
        Acknowledgements.Add(statement);
        world.Trace.Note("consent ack", World.KeyOf(statement.User), statement.Granted ? 1 : 0, statement.Channel);
        // A later statement that is on its way may hold already.
        if (!statement.Granted && !Begun.Exists(one => one.User == statement.User && one.Granted && one.At >= statement.At))
        {
            foreach (var channel in statement.Channel == "*" ? ["push", "sms"] : new[] { statement.Channel })
            {
                withdrawn[(statement.User, channel)] = world.Clock.Now;
            }
        }
    }

    public void SwitchedOff() => offSince = world.Clock.Now;

    public void SwitchedOn() => offSince = long.MaxValue;

    void Marked(OutboxRow row, long begun)
    {
        if (withdrawn.TryGetValue((World.UserOf(row.Key), row.Channel), out var since))
        {
            world.Violate("R7", $"{row.DecisionId} of {row.Key} was marked {world.Clock.Now - since} ms after {row.Channel} was withdrawn");
        }

        if (begun > offSince)
        {
            world.Violate("R9", $"{row.DecisionId} of {row.Key} was marked by a step that began {begun - offSince} ms after everything was stopped");
        }
    }

    void NotHoldout(string key, string arm, string decision)
    {
        if (arm == "holdout")
        {
            world.Violate("R10", $"{key} is held out and was sent {decision}");
        }
    }

    void Arm(string key, string arm)
    {
        var user = World.UserOf(key);
        if (!arms.TryAdd(user, arm) && arms[user] != arm)
        {
            world.Violate("R10", $"{key} was in arm {arms[user]} and is in {arm} now");
        }
    }

    static string Field(string json, string name)
    {
        var mark = $"\"{name}\":\"";
        var from = json.IndexOf(mark, StringComparison.Ordinal);
        if (from < 0)
        {
            return "";
        }

        from += mark.Length;
        return json[from..json.IndexOf('"', from)];
    }
}
