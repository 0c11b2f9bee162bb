using System.Globalization;
using System.Net.Http.Headers;
using Aampe.Agents.Client;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.HostApp;
using Aampe.Agents.Trial.World;
using Table1 = Aampe.Agents.Client.Table1;

namespace Aampe.Agents.Trial.Play;

/// <summary>What the product says of a trial when it is over.</summary>
/// <param name="Tables">Table 1 of each feature, counted over everybody.</param>
/// <param name="Users">The lines of each feature's users, by index.</param>
/// <param name="Overview">Totals.</param>
public sealed record TrialReading(IReadOnlyList<Table1> Tables, IReadOnlyList<TrialRow?[]> Users, OverviewTotals Overview);

/// <summary>Asks the silo for everything that it knows of the trial, over the routes that any data scientist has.</summary>
static class Reading
{
    static readonly TimeSpan look = TimeSpan.FromMilliseconds(300);

    public static async Task<TrialReading> ReadAsync(IAgentClient agents, SiloProcess silo, TrialWorld world, TrialPlan plan, Action<string> doing, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = silo.Address, Timeout = TimeSpan.FromHours(1) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", silo.ServerKey);
        var (tables, users) = (new List<Table1>(), new List<TrialRow?[]>());
        foreach (var feature in world.Features)
        {
            doing($"counting {feature.Name}");
            var id = Programs.IdOf(feature);
            await CountAsync(agents, id, stop);
            tables.Add(await agents.Evidence.Table1Async(id, population: "all", ct: stop));
            users.Add(await UsersAsync(http, id, plan.Users, stop));
        }

        return new TrialReading(tables, users, (await agents.Admin.OverviewAsync(stop)).Totals);
    }

    static async Task CountAsync(IAgentClient agents, string program, CancellationToken stop)
    {
        var operation = await agents.Evidence.CountAsync(program, stop);
        while (operation.State is "queued" or "running")
        {
            await Task.Delay(look, stop);
            operation = await agents.Evidence.OperationAsync(operation.Id, stop) ?? throw new InvalidDataException($"Operation {operation.Id} of the silo is gone.");
        }

        if (operation.State != "done")
        {
            throw new InvalidDataException($"The silo could not count {program}: {operation.State}, {operation.Problem}");
        }
    }

    static async Task<TrialRow?[]> UsersAsync(HttpClient http, string program, int count, CancellationToken stop)
    {
        var rows = new TrialRow?[count];
        using var answer = await http.GetAsync($"v1/experiments/{program}/users", HttpCompletionOption.ResponseHeadersRead, stop);
        answer.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
        await reader.ReadLineAsync(stop);
        while (await reader.ReadLineAsync(stop) is { } line)
        {
            var cells = line.Split(',');
            double Number(int i) => double.Parse(cells[i], CultureInfo.InvariantCulture);
            rows[Teller.UserOf(cells[0])] = new TrialRow(
                cells[0], string.Intern(cells[1]), cells[2] == "1", cells[3] == "1", (int)Number(4), cells[5].Length == 0 ? null : Number(5), Number(6), cells[7].Length == 0 ? [] : [Number(7), Number(8), Number(9), Number(10)]);
        }

        return rows;
    }
}
