using Aampe.Agents.Core.Budgets;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Budgets;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>How a budget stands now.</summary>
/// <param name="Id">Key that hold reasons name.</param>
/// <param name="Scope">workspace or program.</param>
/// <param name="ProgramId">Program that states it; null = the workspace.</param>
/// <param name="Channel">Channel that it pays; null = all.</param>
/// <param name="Text">In words.</param>
/// <param name="Amount">Largest sum of a period.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Per">day, week, month or total.</param>
/// <param name="Period">2026-11-24, 2026-W48, 2026-11 or total.</param>
/// <param name="From">First moment of the period; null for total.</param>
/// <param name="To">First moment after it; null for total.</param>
/// <param name="Spent">Spent in it; hand-overs under way are in it.</param>
/// <param name="UnderWay">What of it was taken for hand-overs whose end is not known yet: it may come back.</param>
/// <param name="Left">What is left.</param>
/// <param name="MessagesLeft">How many more messages that is at the channel's price; null where the workspace states none.</param>
public sealed record BudgetItem(
    string Id, string Scope, string? ProgramId, string? Channel, string Text, decimal Amount, string Currency, string Per, string Period, string? From, string? To, decimal Spent, decimal UnderWay, decimal Left, long? MessagesLeft);

/// <summary>Every budget that holds.</summary>
/// <param name="Items">The workspace's, then those of live and paused programs.</param>
/// <param name="TimeZone">Zone of the periods.</param>
/// <param name="At">When this was so.</param>
public sealed record BudgetsReply(IReadOnlyList<BudgetItem> Items, string TimeZone, string At);

/// <summary><c>GET /v1/guardrails/budgets</c>.</summary>
static class BudgetsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/guardrails/budgets", HandleAsync).RequireScope(Scopes.Console)
        .WithTags("Guardrails").WithName("Budgets").WithSummary("What is spent and left of every budget in its period")
        .WithDescription("?programId= tells the workspace's budgets and that program's alone.")
        .Produces<BudgetsReply>().Refuses(401, 403, 404);

    static async Task<IResult> HandleAsync(string? programId, RulesCache rules, IGrainFactory grains, IClock clock)
    {
        if (programId is not null && rules.Programs.All(one => one.Id != programId))
        {
            return Problems.NotFound("program", programId);
        }

        var (current, now) = (rules.Current, clock.Now);
        var acting = current.Programs.Select(program => program.Definition).Where(program => programId is null || program.Id == programId).ToArray();
        var spent = !Charge.Any(current.Settings, null) && !acting.Any(program => Charge.Any(current.Settings, program)) ? []
            : (await grains.GetGrain<IBudgetLedger>(AgentKey.DefaultTenant).SpentAsync()).ToDictionary(one => new SpendingSlot(one.Budget, one.Period), one => (one.Spent, one.UnderWay));
        var items = BudgetStanding.Of(current.Settings, acting, now, slot => spent.GetValueOrDefault(slot)).Select(Item);
        return Wire.Json(new BudgetsReply([.. items], current.Settings.TimeZone, now.ToString()));
    }

    static BudgetItem Item(BudgetStanding one) => new(
        one.Budget.Id,
        one.Program.Length == 0 ? "workspace" : "program",
        one.Program.Length == 0 ? null : one.Program,
        one.Budget.Channel,
        one.Text,
        one.Budget.Amount,
        one.Budget.Currency,
        Budget.NameOf(one.Budget.Per),
        one.Span.Name,
        one.Span.To is null ? null : one.Span.From.ToString(),
        one.Span.To?.ToString(),
        one.Spent,
        one.UnderWay,
        one.Left,
        one.MessagesLeft);
}
