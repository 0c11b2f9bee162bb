using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Client;
using Aampe.Agents.SuperApp.Catalogue;
using Aampe.Agents.SuperApp.Measure;

namespace Aampe.Agents.SuperApp;

/// <summary>How things stand at a moment of the simulated time.</summary>
public sealed record Progress(
    DateTimeOffset Now, TimeSpan Elapsed, long Events, long Handed, long Opened, long Clicked, long Cards, int Wallets, Overview Overview, Comparison Arms)
{
    /// <summary>Two or three lines for people.</summary>
    public string ToText()
    {
        var totals = Overview.Totals;
        var arm = ArmOf("agentic");
        var effect = arm?.MeanEffect is { } mean ? $"{mean:+0.000;-0.000} [{arm.Low:+0.000;-0.000}, {arm.High:+0.000;-0.000}] nats over {arm.Effects}" : "none final yet";
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            {Now:ddd d MMM HH:mm}  events {totals.Events:N0}  decisions {totals.Decisions:N0}  handed over {Handed:N0} (opened {Opened:N0}, clicked {Clicked:N0})  cards {Cards:N0}  effects {totals.Effects:N0}  wallets opened {Wallets:N0}  [{Elapsed.TotalSeconds:F0} s]
              mean effect of an agentic send (95 % interval): {effect}
              orders per user and week, days {Arms.FromDay + 1} to {Arms.FromDay + Arms.Days}:  {string.Join("  ", Arms.PerWeek.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value:F2}")))}
            {string.Join(Environment.NewLine, Arms.Against.Select(one => string.Create(CultureInfo.InvariantCulture, $"  agentic - {one.Key,-8} {one.Value.Difference,6:+0.00;-0.00} [{one.Value.Low:+0.00;-0.00}, {one.Value.High:+0.00;-0.00}] at 99 %   hidden truth {Arms.Truth[one.Key]:+0.00;-0.00}")))}
            """);
    }

    /// <summary>An arm of the orders program as the product reports it.</summary>
    public ArmOverview? ArmOf(string arm) =>
        Overview.Programs.FirstOrDefault(program => program.Id == ProgramFiles.Orders)?.Arms.FirstOrDefault(one => one.Arm == arm);
}

/// <summary>How it ended.</summary>
public sealed record Summary(Plan Plan, Progress Progress, long Sends, long Holds, int RefusedWebhooks)
{
    /// <summary>One line of JSON for scripts.</summary>
    public string ToJson()
    {
        var totals = Progress.Overview.Totals;
        var line = new JsonObject
        {
            ["users"] = Plan.Users,
            ["events"] = totals.Events,
            ["decisions"] = totals.Decisions,
            ["sends"] = Sends,
            ["holds"] = Holds,
            ["effects"] = totals.Effects,
            ["deadLetters"] = totals.DeadLetters,
            ["simulatedDays"] = Math.Round((Progress.Now - Play.Start).TotalDays, 2),
            ["seed"] = Plan.Seed,
            ["placebo"] = Plan.Placebo,
            ["opened"] = Progress.Opened,
            ["clicked"] = Progress.Clicked,
            ["wallets"] = Progress.Wallets,
            ["refusedWebhooks"] = RefusedWebhooks,
            ["secondsElapsed"] = Math.Round(Progress.Elapsed.TotalSeconds, 1),
        };
        foreach (var (arm, interval) in Progress.Arms.Against)
        {
            line[$"agenticVs{char.ToUpperInvariant(arm[0])}{arm[1..]}"] = new JsonObject
            {
                ["difference"] = Rounded(interval.Difference),
                ["low"] = Rounded(interval.Low),
                ["high"] = Rounded(interval.High),
                ["unit"] = "orders per user and week",
                ["level"] = 0.99,
                ["fromDay"] = Progress.Arms.FromDay + 1,
                ["days"] = Progress.Arms.Days,
                ["truth"] = Rounded(Progress.Arms.Truth[arm]),
            };
        }

        line["meanEffect"] = MeanEffect();
        return line.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    // What the product itself measured of agentic sends, with its own interval.
    JsonObject? MeanEffect() => Progress.ArmOf("agentic") is { MeanEffect: { } mean, Low: { } low, High: { } high } arm
        ? new JsonObject
        {
            ["value"] = Rounded(mean),
            ["low"] = Rounded(low),
            ["high"] = Rounded(high),
            ["width"] = Rounded(high - low),
            ["unit"] = "nats per send",
            ["level"] = arm.Level,
            ["effects"] = arm.Effects,
        }
        : null;

    static JsonNode? Rounded(double? value) => value is { } number ? Math.Round(number, 4) : null;
}
