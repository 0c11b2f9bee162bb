using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Effects;

namespace Aampe.Agents.Core.Programs;

/// <summary>What must fit together across the parts of a program whose every part is sound by itself.</summary>
static partial class ProgramChecks
{
    // An agent keeps a number for each pair of them: 48 are 4.9 KB.
    const int MostCoefficients = 48;

    static readonly TimeSpan LongestWithLongBaseline = TimeSpan.FromDays(13);

    public static void Check(ProgramDefinition program, List<ProgramError> errors)
    {
        var report = new Report(errors);
        if (program.Learning.ShortestWindow > program.Goal.Window)
        {
            report.Add("/learning/shortestWindowHours", ProgramErrorCode.OutOfRange,
                $"must not be above the goal's windowHours, {program.Goal.Window.TotalHours}; was {program.Learning.ShortestWindow.TotalHours}");
        }

        // Agents know their sends of 35 days. A send touches a window's length, and after the window measured 7 whole days must be left before it.
        if (program.Learning.Baseline == Baseline.FourWeeks && program.Goal.Window > LongestWithLongBaseline)
        {
            report.Add("/learning/baseline", ProgramErrorCode.NotAllowed,
                $"\"long\" needs a goal's windowHours of {LongestWithLongBaseline.TotalHours} or less; it is {program.Goal.Window.TotalHours}. Use \"window\", or a shorter window");
        }

        if (program.Learning is { Adaptive: true, Posterior: not PosteriorKind.Joint })
        {
            report.Add("/learning/adaptive", ProgramErrorCode.NotAllowed, "needs \"posterior\": \"joint\": the other models do not say what is left to learn. Use sampleShare and randomDays");
        }

        var coefficients = 3 + program.Sets.Where(set => set.Dimension is not (Dimension.Frequency or Dimension.Gap)).Sum(set => set.Actions.Length - 1);
        if (program.Learning.Posterior == PosteriorKind.Joint && coefficients > MostCoefficients)
        {
            report.Add("/learning/posterior", ProgramErrorCode.NotAllowed,
                $"\"joint\" holds at most {MostCoefficients} coefficients: three, and one less than its actions for each set that messages differ in; these sets need {coefficients}. Use fewer actions, or \"beta\"");
        }

        foreach (var name in program.Goal.PositiveEvents.Where(program.Goal.NegativeEvents.Contains).Order(StringComparer.Ordinal))
        {
            report.Add("/goal/negativeEvents", ProgramErrorCode.Duplicate, $"\"{name}\" is in positiveEvents too; its weight can have one sign only");
        }

        CheckTrigger(program, report);
        CheckSets(program, report);
        CheckMessages(program, report);
        CheckCarried(program, report);
        CheckRules(program, report);
    }

    static void CheckSets(ProgramDefinition program, Report report)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var single = new Dictionary<Dimension, string>();
        for (var i = 0; i < program.Sets.Length; i++)
        {
            var set = program.Sets[i];
            var pointer = $"/actionSets/{i}";
            if (!ids.Add(set.Id))
            {
                report.Add($"{pointer}/id", ProgramErrorCode.Duplicate, $"\"{set.Id}\" names another set already");
            }

            if (set.Dimension is not (Dimension.Content or Dimension.Incentive) && !single.TryAdd(set.Dimension, set.Id))
            {
                report.Add($"{pointer}/dimension", ProgramErrorCode.Duplicate,
                    $"\"{single[set.Dimension]}\" decides the {Name(set.Dimension)} already; only content and incentive may have several sets");
            }

            CheckActions(set, pointer, report);
        }
    }

    static void CheckTrigger(ProgramDefinition program, Report report)
    {
        if (program.Trigger.Length > 0 && !program.Scheduled)
        {
            report.Add("/trigger", ProgramErrorCode.NotAllowed, "a program that is not scheduled contacts nobody by itself; leave trigger out, or set scheduled to true");
        }

        for (var i = 0; i < program.Sets.Length; i++)
        {
            var dimension = program.Sets[i].Dimension;
            if (program.Trigger.Length == 0 ? dimension == Dimension.Delay : dimension is Dimension.Slot or Dimension.Gap)
            {
                report.Add($"/actionSets/{i}/dimension", ProgramErrorCode.NotAllowed, program.Trigger.Length == 0
                    ? "a delay counts from an event; name it in trigger"
                    : $"contacts answer \"{program.Trigger}\" and follow no calendar; use a set of dimension delay");
            }
        }
    }

    static void CheckActions(ActionSet set, string pointer, Report report)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < set.Actions.Length; i++)
        {
            var id = set.Actions[i].Id;
            if (!ids.Add(id))
            {
                report.Add($"{pointer}/actions/{i}/id", ProgramErrorCode.Duplicate, $"\"{id}\" names another action of this set already");
            }

            if (Remedy(set.Dimension, id) is { } remedy)
            {
                report.Add($"{pointer}/actions/{i}/id", ProgramErrorCode.NotAllowed, $"{remedy}; was \"{id}\"");
            }
        }

        if (set.Actions.All(action => action.Retired))
        {
            report.Add($"{pointer}/actions", ProgramErrorCode.NotAllowed, "every action is retired; keep at least one that can be drawn");
        }

        if (set.Dimension == Dimension.Frequency && !(ids.Contains(StandardSets.Hold) && ids.Contains(StandardSets.Send)))
        {
            report.Add($"{pointer}/actions", ProgramErrorCode.Missing, "a frequency set has the two actions hold and send");
        }
    }

    /// <summary>What an action of a dimension with fixed actions must be; null when it is.</summary>
    static string? Remedy(Dimension dimension, string id) => dimension switch
    {
        Dimension.Channel when !ProgramJson.Channels.Contains(id, StringComparer.Ordinal) => $"must be one of {string.Join(", ", ProgramJson.Channels)}",
        Dimension.Slot when !Slot.All.Contains(id, StringComparer.Ordinal) => $"must be one of {string.Join(", ", Slot.All)}",
        Dimension.Frequency when id is not (StandardSets.Hold or StandardSets.Send) => "must be hold or send",
        Dimension.Gap when !(id.All(char.IsAsciiDigit) && id[0] != '0' && id.Length <= 2 && int.Parse(id, System.Globalization.CultureInfo.InvariantCulture) <= 30) =>
            "must be a whole number of days from 1 to 30",
        Dimension.Delay when !(id.All(char.IsAsciiDigit) && (id.Length == 1 || id[0] != '0') && id.Length <= 4 && int.Parse(id, System.Globalization.CultureInfo.InvariantCulture) <= 1_440) =>
            "must be a whole number of minutes from 0 to 1440",
        _ => null,
    };

    static void CheckMessages(ProgramDefinition program, Report report)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var sets = new Dictionary<string, ActionSet>(StringComparer.Ordinal);
        foreach (var set in program.Sets)
        {
            sets[set.Id] = set;
        }

        for (var i = 0; i < program.Messages.Length; i++)
        {
            var message = program.Messages[i];
            var pointer = $"/messages/{i}";
            if (!ids.Add(message.Id))
            {
                report.Add($"{pointer}/id", ProgramErrorCode.Duplicate, $"\"{message.Id}\" names another message already");
            }

            CheckChannel(message, program.Sets, pointer, report);
            CheckLabels(message, program.Sets, sets, pointer, report);
            CheckContent(message, pointer, report);
            CheckVariables(message, pointer, report);
        }
    }

    static void CheckLabels(Message message, ImmutableArray<ActionSet> all, Dictionary<string, ActionSet> sets, string pointer, Report report)
    {
        foreach (var (setId, actionId) in message.Labels)
        {
            var label = JsonPointer.Under($"{pointer}/labels", setId);
            if (!sets.TryGetValue(setId, out var set))
            {
                report.Add(label, ProgramErrorCode.UnknownReference, $"no set \"{setId}\"; known: {string.Join(", ", all.Select(one => one.Id))}");
            }
            else if (!IsCarried(set))
            {
                report.Add(label, ProgramErrorCode.NotAllowed, $"\"{setId}\" decides the {Name(set.Dimension)}, which no message carries. Remove the label");
            }
            else if (!set.Actions.Any(action => action.Id == actionId))
            {
                report.Add(label, ProgramErrorCode.UnknownReference, $"no action \"{actionId}\" in set \"{setId}\"; known: {string.Join(", ", set.Actions.Select(action => action.Id))}");
            }
            else if (set.Dimension == Dimension.Channel && actionId != message.Channel)
            {
                report.Add(label, ProgramErrorCode.NotAllowed, $"the message's channel is \"{message.Channel}\", its label \"{actionId}\"; make them equal");
            }
        }

        foreach (var set in all.Where(set => IsLabelled(set) && !message.Labels.ContainsKey(set.Id)))
        {
            report.Add($"{pointer}/labels", ProgramErrorCode.Unlabelled, $"message \"{message.Id}\" carries no action of set \"{set.Id}\"; add one of {string.Join(", ", set.Actions.Select(action => action.Id))}");
        }
    }

    static void CheckChannel(Message message, ImmutableArray<ActionSet> all, string pointer, Report report)
    {
        foreach (var set in all.Where(set => set.Dimension == Dimension.Channel && !set.Actions.Any(action => action.Id == message.Channel)))
        {
            report.Add($"{pointer}/channel", ProgramErrorCode.UnknownReference,
                $"no action \"{message.Channel}\" in set \"{set.Id}\", so the message could never be chosen; known: {string.Join(", ", set.Actions.Select(action => action.Id))}");
        }
    }

    static void CheckContent(Message message, string pointer, Report report)
    {
        if (message.Content.IsEmpty)
        {
            report.Add($"{pointer}/content", ProgramErrorCode.Missing, "needs at least one field, such as \"body\"");
        }

        foreach (var name in message.Content.Keys.Where(name => name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.')))
        {
            report.Add(JsonPointer.Under($"{pointer}/content", name), ProgramErrorCode.NotAllowed, $"a field is named by letters, digits, _ and ., 1 to 64 of them; was \"{name}\"");
        }
    }

    static void CheckVariables(Message message, string pointer, Report report)
    {
        var declared = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < message.Variables.Length; i++)
        {
            var name = message.Variables[i].Name;
            if (!VariablePath().IsMatch(name))
            {
                report.Add($"{pointer}/variables/{i}/name", ProgramErrorCode.NotAllowed, $"must be a path such as user.firstName; was \"{name}\"");
            }

            if (!declared.Add(name))
            {
                report.Add($"{pointer}/variables/{i}/name", ProgramErrorCode.Duplicate, $"\"{name}\" is declared already");
            }
        }

        for (var i = 0; i < message.Variables.Length; i++)
        {
            var name = message.Variables[i].Name;
            if (declared.FirstOrDefault(other => other.StartsWith(name + ".", StringComparison.Ordinal)) is { } inner)
            {
                report.Add($"{pointer}/variables/{i}/name", ProgramErrorCode.NotAllowed, $"\"{name}\" cannot be a value and hold \"{inner}\" as well; rename one");
            }
        }

        foreach (var (field, template) in message.Content)
        {
            foreach (var name in UsedIn(template).Where(name => !declared.Contains(name) && !declared.Contains(OfList().Replace(name, ""))))
            {
                report.Add(JsonPointer.Under($"{pointer}/content", field), ProgramErrorCode.UndeclaredVariable,
                    $"\"{name}\" has no default; add {{\"name\": \"{name}\", \"default\": \"…\"}} to variables");
            }
        }
    }

    static void CheckCarried(ProgramDefinition program, Report report)
    {
        for (var i = 0; i < program.Sets.Length; i++)
        {
            var set = program.Sets[i];
            for (var j = 0; IsCarried(set) && j < set.Actions.Length; j++)
            {
                var action = set.Actions[j];
                if (!action.Retired && !program.Messages.Any(message => Carries(message, set, action.Id)))
                {
                    report.Add($"/actionSets/{i}/actions/{j}", ProgramErrorCode.NotCarried, $"no message carries \"{action.Id}\"; add a message with it, or retire the action");
                }
            }
        }
    }

    static void CheckRules(ProgramDefinition program, Report report)
    {
        if (program.Experiment.Rules > 0 && program.Rules is null)
        {
            report.Add("/rules", ProgramErrorCode.Missing, $"the rules arm has weight {program.Experiment.Rules}; say what it sends, or give it weight 0");
        }

        for (var i = 0; program.Rules is { } rules && i < rules.Messages.Length; i++)
        {
            if (!program.Messages.Any(message => message.Id == rules.Messages[i]))
            {
                report.Add($"/rules/messages/{i}", ProgramErrorCode.UnknownReference, $"no message \"{rules.Messages[i]}\" in this program");
            }
        }
    }

    /// <summary>Variables that a template prints and that the user may lack: what the product or the template itself gives needs no default.</summary>
    static IEnumerable<string> UsedIn(string template)
    {
        var own = LocalName().Matches(template).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        own.UnionWith(["program", "now", "unsubscribeUrl", "forloop", "true", "false", "nil", "blank", "empty"]);
        return Output().Matches(template)
            .Select(match => match.Groups[1].Value.TrimEnd('-'))
            .Where(name => name != "decision.id" && !own.Contains(name.Split('.')[0]))
            .Distinct(StringComparer.Ordinal);
    }

    static bool IsCarried(ActionSet set) => set.Dimension is Dimension.Content or Dimension.Incentive or Dimension.Channel;

    static bool IsLabelled(ActionSet set) => set.Dimension is Dimension.Content or Dimension.Incentive;

    static bool Carries(Message message, ActionSet set, string actionId) =>
        set.Dimension == Dimension.Channel ? message.Channel == actionId : message.Labels.TryGetValue(set.Id, out var own) && own == actionId;

    static string Name(Dimension dimension) => dimension.ToString().ToLowerInvariant();

    [GeneratedRegex(@"\{\{-?\s*([A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*)")]
    private static partial Regex Output();

    [GeneratedRegex(@"\.(size|first|last)$")]
    private static partial Regex OfList();

    [GeneratedRegex(@"\{%-?\s*(?:assign|for)\s+([A-Za-z_][A-Za-z0-9_-]*)")]
    private static partial Regex LocalName();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*$")]
    private static partial Regex VariablePath();

    readonly struct Report(List<ProgramError> errors)
    {
        public void Add(string pointer, string code, string detail) => errors.Add(new ProgramError(pointer, code, detail));
    }
}
