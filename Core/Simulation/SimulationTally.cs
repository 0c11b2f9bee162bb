using System.Collections.Immutable;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Simulation;

/// <summary>Counts what simulated agents do.</summary>
internal sealed class SimulationTally(ProgramDefinition program, WorkspaceSettings settings, SimulationPlan plan)
{
    static readonly string[] capping = [HoldReason.CapChannel, HoldReason.CapOverall, HoldReason.MinGap];

    readonly SortedDictionary<string, long> holds = new(StringComparer.Ordinal);
    readonly SortedDictionary<(int Day, string Channel), long> byDay = [];
    readonly HashSet<string> without = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> counted = new(StringComparer.Ordinal);
    long decisions, held, mayBeWritten, stopped;
    Moments cost;

    /// <summary>Counts a day that was lived.</summary>
    public void Day(int number, List<SimulatedLife> lives)
    {
        foreach (var life in lives)
        {
            foreach (var (hold, reasons, gaveUp, isLate) in life.Made)
            {
                Decision(life, hold, reasons, gaveUp, isLate);
            }

            life.Made.Clear();
            for (var i = counted.GetValueOrDefault(life.User.Agent); i < life.Sends.Count; i++)
            {
                var key = (number, life.Sends[i].Message.Channel);
                byDay[key] = byDay.GetValueOrDefault(key) + 1;
            }

            counted[life.User.Agent] = life.Sends.Count;
        }
    }

    void Decision(SimulatedLife life, bool hold, ImmutableArray<string> reasons, double? gaveUp, bool isLate)
    {
        // A message that is held when it is to go was counted as a decision already.
        decisions += isLate ? 0 : 1;
        cost = gaveUp is { } amount ? cost.Add(amount) : cost;
        mayBeWritten += isLate || reasons.Contains(HoldReason.ArmHoldout) ? 0 : 1;
        if (!hold)
        {
            return;
        }

        held++;
        // One hold may have several reasons; it is stopped once.
        stopped += reasons.Any(reason => capping.Contains(reason)) ? 1 : 0;
        foreach (var reason in reasons)
        {
            holds[reason] = holds.GetValueOrDefault(reason) + 1;
        }

        if (reasons.Contains(HoldReason.NoEligibleMessage))
        {
            without.Add(life.User.Agent);
        }
    }

    /// <summary>What it came to.</summary>
    public SimulationResult Finish(int days, Instant start, List<SimulatedLife> lives)
    {
        var coverage = program.Sets.Where(set => set.Dimension is Dimension.Content or Dimension.Incentive or Dimension.Channel).SelectMany(set => set.Actions.Where(action => !action.Retired).Select(action => new ActionCoverage(
            set.Id, action.Id, action.Label, program.Messages.Count(message => ContentMap.ActionOf(set, message) == action.Id),
            lives.Sum(life => (long)life.Sends.Count(send => ContentMap.ActionOf(set, send.Message) == action.Id)))));
        // A card that nobody opened the app for goes as it came.
        var sent = byDay.Values.Sum();
        if (decisions - held - sent is > 0 and var unseen)
        {
            holds[HoldReason.Expired] = holds.GetValueOrDefault(HoldReason.Expired) + unseen;
        }

        return new SimulationResult
        {
            ProgramId = program.Id,
            ProgramVersion = program.Version,
            Fingerprint = SimulationResult.FingerprintOf(program),
            Users = plan.Users,
            Days = days,
            Seed = plan.Seed,
            World = plan.World.ToString().ToLowerInvariant(),
            Partial = days < plan.Days,
            Decisions = decisions,
            Sends = sent,
            Holds = decisions - sent,
            StoppedByCaps = mayBeWritten == 0 ? 0 : (double)stopped / mayBeWritten,
            SendsByDay = [.. byDay.Select(pair => new SimulatedDay(pair.Key.Day, pair.Key.Channel, pair.Value))],
            HoldsByReason = [.. holds.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new NamedCount(pair.Key, pair.Value))],
            SendsPerUserWeek = Weeks(days, start, lives),
            Caps = [.. settings.Guardrails.Caps.Concat(program.Guardrails.Caps).Select(cap => Load(cap, days, lives))],
            Coverage = [.. coverage],
            WithoutMessage = plan.Users == 0 ? 0 : (double)without.Count / plan.Users,
            ExplorationCost = cost,
        };
    }

    static ImmutableArray<WeekLoad> Weeks(int days, Instant start, List<SimulatedLife> lives)
    {
        var weeks = (days + 6) / 7;
        var loads = lives.SelectMany(life => Enumerable.Range(0, weeks).Select(week =>
            life.Sends.Count(send => send.At >= start + TimeSpan.FromDays(7 * week) && send.At < start + TimeSpan.FromDays(7 * (week + 1)))));
        return [.. loads.GroupBy(count => count).OrderBy(group => group.Key).Select(group => new WeekLoad(group.Key, group.Count()))];
    }

    static CapLoad Load(Cap cap, int days, List<SimulatedLife> lives)
    {
        var (largest, reached, periods) = (0, 0L, 0L);
        foreach (var life in lives)
        {
            Instant[] at = [.. life.Sends.Where(send => cap.Channel is null || send.Message.Channel == cap.Channel).Select(send => send.At)];
            int[] counts = cap.Per switch
            {
                CapPeriod.LocalDay => [.. at.GroupBy(one => LocalTime.DateOf(one, life.User.Zone)).Select(group => group.Count())],
                CapPeriod.LocalWeek => [.. at.GroupBy(one => LocalTime.Monday(LocalTime.DateOf(one, life.User.Zone))).Select(group => group.Count())],
                _ => [at.Select((one, i) => at.Take(i + 1).Count(earlier => earlier > one - TimeSpan.FromHours(cap.Hours))).DefaultIfEmpty(0).Max()],
            };
            largest = Math.Max(largest, counts.DefaultIfEmpty(0).Max());
            reached += counts.Count(count => count >= cap.Count);
            periods += cap.Per switch { CapPeriod.LocalDay => days, CapPeriod.LocalWeek => (days + 6) / 7, _ => 1 };
        }

        var per = cap.Per switch { CapPeriod.LocalDay => "localDay", CapPeriod.LocalWeek => "localWeek", _ => "rollingHours" };
        return new CapLoad(cap.Id, cap.Channel, cap.Count, per, largest, periods == 0 ? 0 : Math.Min(1, (double)reached / periods));
    }
}
