using System.Collections.Immutable;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Guarding;

/// <summary>One limit that holds, and where it is stated.</summary>
/// <param name="Id">Key that hold reasons name.</param>
/// <param name="Code">Hold reason when it stops something.</param>
/// <param name="Scope">workspace or program.</param>
/// <param name="Text">In words.</param>
/// <param name="Binds">False where a narrower limit is always reached first.</param>
public sealed record StatedLimit(string Id, string Code, string Scope, string Text, bool Binds);

/// <summary>Limits that together say something nobody can have meant.</summary>
/// <param name="Code">never_open, cap_zero, defer_too_short or budget_unpriced.</param>
/// <param name="Ids">The limits.</param>
/// <param name="Detail">What they come to, and what to do.</param>
public sealed record LimitClash(string Code, ImmutableArray<string> Ids, string Detail);

/// <summary>The most that may reach a user over one channel, by all limits together.</summary>
/// <param name="Channel">push, email, sms, whatsapp or in_app; empty = all together.</param>
/// <param name="PerDay">In a local day; null = no limit.</param>
/// <param name="PerWeek">In a local week; null = no limit.</param>
public sealed record MostAllowed(string Channel, int? PerDay, int? PerWeek);

/// <summary>What the limits of a workspace and of a program come to: in words, in numbers, and where they contradict one another.</summary>
/// <param name="Sentence">The limits that bind, as one sentence.</param>
/// <param name="Limits">Every limit.</param>
/// <param name="Most">Largest numbers, all channels together first.</param>
/// <param name="Clashes">Contradictions; empty = none.</param>
public sealed record EffectiveLimits(string Sentence, ImmutableArray<StatedLimit> Limits, ImmutableArray<MostAllowed> Most, ImmutableArray<LimitClash> Clashes)
{
    /// <summary>Puts limits together.</summary>
    /// <param name="workspace">Limits of the workspace.</param>
    /// <param name="program">Limits of a program; null = the workspace's alone.</param>
    /// <param name="channel">One channel; null = all.</param>
    public static EffectiveLimits Of(Guardrails workspace, Guardrails? program, string? channel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var scopes = program is null ? [("workspace", workspace)] : ImmutableArray.Create(("workspace", workspace), ("program", program));
        var caps = scopes.SelectMany(scope => scope.Item2.Caps.Where(cap => channel is null || cap.Channel is null || cap.Channel == channel).Select(cap => new PlacedCap(cap, scope.Item1 == "program"))).ToImmutableArray();
        var limits = ImmutableArray.CreateBuilder<StatedLimit>();
        // The widest first, then channel by channel, as people ask.
        foreach (var placed in caps.OrderBy(one => one.Cap.Channel is null ? 0 : 1).ThenBy(one => one.OfProgram))
        {
            var binds = !caps.Any(other => other != placed && other.Covers(placed) && (!placed.Covers(other) || caps.IndexOf(other) < caps.IndexOf(placed)));
            limits.Add(new StatedLimit(
                placed.Cap.Id, placed.Cap.Channel is null ? HoldReason.CapOverall : HoldReason.CapChannel, placed.OfProgram ? "program" : "workspace", LimitWords.Of(placed.Cap, placed.OfProgram), binds));
        }

        foreach (var (scope, rails) in scopes)
        {
            AddTimes(limits, scope, rails, channel);
        }

        var gap = scopes.Select(scope => scope.Item2.MinGap).Where(one => one is not null).DefaultIfEmpty(null).Max();
        string[] channels = channel is null ? [.. ProgramJson.Channels] : [channel];
        var most = channels.Select(one => MostOver(one, caps, gap)).ToImmutableArray();
        var all = Together(caps, gap, most);
        return new EffectiveLimits(Sentences(limits), limits.ToImmutable(), channel is null ? [all, .. most] : most, [.. LimitClashes.Of(scopes, channels)]);
    }

    /// <summary>The same with what is known of costs: how many messages a budget pays, and budgets that count nothing.</summary>
    /// <param name="settings">The workspace.</param>
    /// <param name="program">A program; null = the workspace alone.</param>
    /// <param name="channel">One channel; null = all.</param>
    public static EffectiveLimits Of(WorkspaceSettings settings, ProgramDefinition? program, string? channel)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var plain = Of(settings.Guardrails, program?.Guardrails, channel);
        return plain with { Clashes = plain.Clashes.AddRange(LimitClashes.Unpriced(settings, program, channel)) };
    }

    static void AddTimes(ImmutableArray<StatedLimit>.Builder limits, string scope, Guardrails rails, string? channel)
    {
        if (rails.MinGap is { } gap)
        {
            limits.Add(new StatedLimit(rails.Id, HoldReason.MinGap, scope, LimitWords.Gap(gap), true));
        }

        foreach (var window in rails.Quiet.Where(window => channel is null || !window.ExceptChannels.Contains(channel)))
        {
            limits.Add(new StatedLimit(window.Id, HoldReason.QuietHours, scope, LimitWords.Of(window), true));
        }

        foreach (var blackout in rails.Blackouts.Where(blackout => channel is null || blackout.Channel is null || blackout.Channel == channel))
        {
            limits.Add(new StatedLimit(blackout.Id, HoldReason.Blackout, scope, LimitWords.Of(blackout), true));
        }

        foreach (var budget in rails.Budgets.Where(budget => channel is null || budget.Pays(channel)))
        {
            limits.Add(new StatedLimit(budget.Id, HoldReason.Budget, scope, LimitWords.Of(budget, scope == "program"), true));
        }

        if (rails.RestAfterGoal is { } rest)
        {
            limits.Add(new StatedLimit(rails.Id, HoldReason.RecentlyConverted, scope, LimitWords.Rest(rest, scope == "program"), true));
        }

        if (rails.SuppressWhen is { } rule)
        {
            limits.Add(new StatedLimit(rails.Id, HoldReason.SuppressedUser, scope, $"nobody of whom this holds: {AudienceText.Of(rule)}", true));
        }
    }

    static string Sentences(IEnumerable<StatedLimit> limits)
    {
        var text = string.Join("; ", limits.Where(limit => limit.Binds).Select(limit => limit.Text).Distinct(StringComparer.Ordinal));
        return text.Length == 0 ? "No limit at all." : $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
    }

    static MostAllowed MostOver(string channel, ImmutableArray<PlacedCap> caps, TimeSpan? gap)
    {
        // What a program's own cap leaves open, another program may use.
        var mine = caps.Where(one => !one.IsOwnOnly && one.Cap.Category is null && (one.Cap.Channel is null || one.Cap.Channel == channel)).ToArray();
        return new MostAllowed(channel, Least(mine, 24, gap), Least(mine, 168, gap));
    }

    static MostAllowed Together(ImmutableArray<PlacedCap> caps, TimeSpan? gap, ImmutableArray<MostAllowed> channels)
    {
        var mine = caps.Where(one => !one.IsOwnOnly && one.Cap is { Category: null, Channel: null }).ToArray();
        return new MostAllowed("", Min(Least(mine, 24, gap), Sum(channels, one => one.PerDay)), Min(Least(mine, 168, gap), Sum(channels, one => one.PerWeek)));
    }

    static int? Least(PlacedCap[] caps, int hours, TimeSpan? gap)
    {
        // A day may have 25 hours, a week 169.
        int? byGap = gap is { } apart ? (int)Math.Min(int.MaxValue, Math.Floor(TimeSpan.FromHours(hours + 1) / apart) + 1) : null;
        return caps.Select(one => (int?)one.MostWithin(hours)).Append(byGap).Min();
    }

    static int? Sum(ImmutableArray<MostAllowed> channels, Func<MostAllowed, int?> of) => channels.Any(one => of(one) is null) ? null : (int)Math.Min(int.MaxValue, channels.Sum(one => (long)of(one)!.Value));

    static int? Min(int? a, int? b) => a is { } x && b is { } y ? Math.Min(x, y) : a ?? b;
}

/// <summary>A cap and whose it is.</summary>
sealed record PlacedCap(Cap Cap, bool OfProgram)
{
    /// <summary>Whether it counts only what its program sent.</summary>
    public bool IsOwnOnly => OfProgram && !Cap.CountsAll;

    int Hours => Cap.Per switch { CapPeriod.LocalDay => 24, CapPeriod.LocalWeek => 168, _ => Cap.Hours };

    /// <summary>The most that it lets through in a local day (24) or week (168), or in so many hours one after the other.</summary>
    public int MostWithin(int hours) => MostWithin(hours, aligned: hours is 24 or 168);

    /// <summary>Whether it is always reached before another: it counts all that the other counts, and lets no more through in the other's span.</summary>
    public bool Covers(PlacedCap other) =>
        (!IsOwnOnly || other.IsOwnOnly)
        && (Cap.Channel is null || Cap.Channel == other.Cap.Channel)
        && (Cap.Category is null || Cap.Category == other.Cap.Category)
        && MostWithin(other.Hours, aligned: other.Cap.Per != CapPeriod.RollingHours) <= other.Cap.Count;

    int MostWithin(int hours, bool aligned)
    {
        // Local days and weeks begin together; any other span may reach into one more of them. Clocks that are set back make an hour more.
        long spans = Cap.Per != CapPeriod.RollingHours && aligned ? Math.Max(1, hours / Hours)
            : Cap.Per == CapPeriod.RollingHours && !aligned ? ((hours - 1) / Hours) + 1
            : Cap.Per == CapPeriod.RollingHours ? (hours / Hours) + 1
            : ((hours - 1) / Hours) + 2;
        return (int)Math.Min(int.MaxValue, spans * Cap.Count);
    }
}
