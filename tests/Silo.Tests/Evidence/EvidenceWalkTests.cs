using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Client;
using Aampe.Agents.Silo.Tests.Api;
using Parquet;

namespace Aampe.Agents.Silo.Tests.Evidence;

/// <summary>Evidence of a real silo: users are asked for, act, and are folded; then everything that the console reads is read over HTTP.</summary>
public sealed class EvidenceWalkTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    const int Users = 120;

    /// <summary>Two tones and two offers, warm with free delivery missing; two fifths are held out.</summary>
    static JsonElement Program(string id) => JsonElement.Parse($$"""
        {
          "id": "{{id}}", "name": "Basket", "scheduled": false, "learning": { "posterior": "beta" },
          "goal": { "id": "orders", "events": ["Order Completed"], "intentEvents": ["Product Viewed"], "windowHours": 24, "halfLifeHours": 8, "labelWindowHours": 24 },
          "actionSets": [
            { "id": "tone", "name": "Tone", "dimension": "content", "actions": [{ "id": "warm", "label": "Warm" }, { "id": "plain", "label": "Plain" }] },
            { "id": "offer", "name": "Offer", "dimension": "incentive", "actions": [{ "id": "none", "label": "None" }, { "id": "free", "label": "Free delivery" }] }
          ],
          "messages": [
            { "id": "m1", "name": "Warm", "channel": "in_app", "labels": { "tone": "warm", "offer": "none" }, "content": { "title": "Hi", "body": "Come back" } },
            { "id": "m2", "name": "Plain", "channel": "in_app", "labels": { "tone": "plain", "offer": "none" }, "content": { "title": "Hi", "body": "Your basket" } },
            { "id": "m3", "name": "Plain, free", "channel": "in_app", "labels": { "tone": "plain", "offer": "free" }, "content": { "title": "Hi", "body": "Free delivery" } }
          ],
          "experiment": { "salt": "s1", "agentic": 60, "random": 0, "rules": 0, "holdout": 40 }
        }
        """);

    /// <summary>Users arrive, are asked for, and some of them order; four days later their effects are final and folded.</summary>
    async Task<(IAgentClient Agents, string Program)> LivedAsync(string program)
    {
        var agents = silo.Agents();
        await RunningSilo.LiveAsync(agents, Program(program));
        var now = (await agents.Admin.ClockAsync()).Now;
        var ids = Enumerable.Range(0, Users).Select(i => $"{program}-{i}").ToArray();
        await agents.IngestAsync([.. ids.Select(id => new UserEvent { UserId = id, MessageId = "v-" + id, Event = "Product Viewed", Timestamp = now })], new IngestOptions { WaitApplied = true });
        now = (await agents.Admin.SetClockAsync(now.AddDays(2))).Now;
        await agents.NextMessagesAsync([.. ids.Select(id => new BulkNextMessageRequest(id, new NextMessageRequest { ProgramId = program, Activate = true }))]);
        await agents.IngestAsync(
            [.. ids.Where((_, i) => i % 3 == 0).Select(id => new UserEvent { UserId = id, MessageId = "o-" + id, Event = "Order Completed", Timestamp = now.AddMinutes(5), Properties = JsonElement.Parse("""{"value":20}""") })],
            new IngestOptions { WaitApplied = true });
        await agents.Admin.SetClockAsync(now.AddDays(2));
        await agents.Admin.SetClockAsync(now.AddDays(4));
        return (agents, program);
    }

    static async Task<Operation> DoneAsync(IAgentClient agents, Operation begun)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if (await agents.Evidence.OperationAsync(begun.Id) is { Over: true } over)
            {
                return over;
            }

            await Task.Delay(200);
        }

        throw new TimeoutException($"{begun.Id} is not over after two minutes.");
    }

    [Fact]
    public async Task Folded_effects_are_read_with_n_and_interval_and_empty_cells_are_seen()
    {
        var (agents, program) = await LivedAsync("folded");
        await using var _ = agents;

        var sets = await agents.Evidence.ActionSetsAsync(program);
        var tone = sets.Sets.Single(set => set.Id == "tone");
        Assert.True(sets.Panel >= Users && sets.AsOf is not null && sets.SampledDecisions > 0);
        Assert.True(tone.Actions.Where(action => action.Lifecycle.Length == 0).Sum(action => action.Effects) > 20);
        Assert.All(tone.Actions.Where(action => action.Lifecycle.Length == 0), action => Assert.True(action.Mean.Known && action.Mean.Low < action.Mean.Value));
        Assert.Equal([1, 2], tone.Actions.Where(action => action.Lifecycle.Length == 0).Select(action => action.Messages));

        var map = await agents.Evidence.ContentMapAsync(program);
        Assert.Equal(("tone", "offer"), (map.Rows.Id, map.Columns?.Id));
        Assert.Equal(["warm/free"], map.Cells.Where(cell => cell.Messages == 0).Select(cell => $"{cell.Row}/{cell.Column}"));
        Assert.Equal("offer", (await agents.Evidence.ContentMapAsync(program, rows: "offer")).Rows.Id);
        await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Evidence.ContentMapAsync(program, rows: "slot"));
        Assert.All(map.Cells, cell => Assert.Null(cell.Gap));
        Assert.True(map.Effects < map.EffectsNeeded);

        var insights = await agents.Evidence.InsightsAsync(program);
        Assert.Empty(insights.Sentences);
        Assert.True(insights.Trusted && insights.Heat.Count > 0);
        await Assert.ThrowsAsync<AgentNotFoundException>(async () => await agents.Evidence.InsightsAsync("nothing"));
    }

    [Fact]
    public async Task Table_1_counts_every_user_once_in_the_arm_that_its_hash_says()
    {
        var (agents, program) = await LivedAsync("table");
        await using var _ = agents;

        var table = await agents.Evidence.Table1Async(program);
        Assert.Equal(["agentic", "holdout"], table.Arms.Select(arm => arm.Arm));
        Assert.True(table.Arms.Sum(arm => arm.Users) >= Users);
        Assert.Equal(Users / 3, table.Arms.Sum(arm => arm.Converted));
        Assert.Equal(0, table.Arms.Single(arm => arm.Arm == "holdout").Received);
        var conversion = table.Cells.Single(cell => cell is { Metric: "conversion", Method: "itt", Scale: "absolute" });
        Assert.True(conversion.Estimate is { Known: true } e && e.Low < 0 && e.High > 0, conversion.ToString());
        Assert.Contains(table.Cells, cell => cell is { Metric: "value", Estimate.Known: true });
        Assert.Contains(table.Trust, (string[])["ok", "underpowered"]);

        var csv = Encoding.UTF8.GetString((await agents.Evidence.Table1CsvAsync(program)).Span).Split("\r\n");
        Assert.StartsWith("metric,method,scale,arm,against,users", csv[0], StringComparison.Ordinal);
        Assert.Equal(table.Cells.Count + 2, csv.Length);
        Assert.Contains(await agents.Evidence.ExperimentsAsync(), one => one.ProgramId == program);
        Assert.Equal([7.0, 30.0], (await agents.Evidence.PowerAsync(program, [7, 30])).Rows.Select(row => row.Days));
        await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Evidence.Table1Async(program, 0.9));
    }

    /// <summary>Everybody counted is the panel of a small town counted, and the lines of its users give the same sums.</summary>
    [Fact]
    public async Task Everybody_is_counted_and_each_user_is_a_line()
    {
        var (agents, program) = await LivedAsync("census");
        await using var _ = agents;
        Assert.Equal("not_counted", (await Assert.ThrowsAsync<AgentConflictException>(async () => await agents.Evidence.Table1Async(program, population: "all"))).Code);

        var operation = await DoneAsync(agents, await agents.Evidence.CountAsync(program));

        Assert.Equal(("done", "count"), (operation.State, operation.Kind));
        var all = await agents.Evidence.Table1Async(program, population: "all");
        Assert.Equal("all", all.Population);
        Assert.True(all.Panel >= Users && all.Arms.Sum(arm => arm.Converted) >= Users / 3);
        Assert.Equal("panel", (await agents.Evidence.Table1Async(program, population: "panel")).Population);

        using var http = silo.Http();
        var lines = (await http.GetStringAsync($"v1/experiments/{program}/users")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("user,arm,received,intent,goals,value", lines[0], StringComparison.Ordinal);
        var rows = lines[1..].Select(line => line.Split(',')).ToList();
        Assert.Equal(all.Panel, rows.Count);
        foreach (var arm in all.Arms)
        {
            var own = rows.Where(row => row[1] == arm.Arm).ToList();
            Assert.Equal((arm.Users, arm.Received, arm.Converted), (own.Count, own.Count(row => row[2] == "1"), own.Count(row => row[4] != "0")));
        }
    }

    [Fact]
    public async Task An_experiment_that_runs_keeps_its_plan_until_a_new_phase()
    {
        await using var agents = silo.Agents();
        var now = (await agents.Admin.ClockAsync()).Now;
        JsonElement Document(int holdout, DateTimeOffset from)
        {
            var program = JsonNode.Parse(Program("phases").GetRawText())!.AsObject();
            program["experiment"] = new JsonObject { ["salt"] = "s1", ["agentic"] = 100 - holdout, ["holdout"] = holdout, ["startsAt"] = from.ToString("O"), ["endsAt"] = from.AddDays(21).ToString("O") };
            return JsonSerializer.SerializeToElement(program);
        }

        async Task PutAsync(JsonElement document) => await agents.Admin.PutProgramAsync("phases", document, (await agents.Admin.ProgramAsync("phases"))!.Version);
        Task MoveAsync() => agents.Admin.TransitionAsync("phases", "live", "more users", @override: true).AsTask();
        await RunningSilo.LiveAsync(agents, Document(20, now.AddDays(-1)));
        await PutAsync(Document(40, now.AddDays(-1)));
        var refused = await Assert.ThrowsAsync<AgentConflictException>(MoveAsync);
        Assert.Equal("experiment_running", refused.Code);
        Assert.Contains("not the same weights", refused.Message, StringComparison.Ordinal);
        Assert.Contains("open a new phase", refused.Message, StringComparison.Ordinal);
        Assert.Contains((await agents.Evidence.LaunchGateAsync("phases")).Checks, check => check is { Id: "experiment", Passed: false });

        await PutAsync(Document(40, now.AddHours(1)));
        await MoveAsync();
    }

    /// <summary>U3: chances of a set sum to 1, and weighting "always m1" by them gives back a mean weight of 1 within its interval.</summary>
    [Fact]
    public async Task An_export_has_exact_chances_pseudonyms_and_files_that_loaders_read()
    {
        var (agents, program) = await LivedAsync("export");
        await using var _ = agents;
        var now = (await agents.Admin.ClockAsync()).Now;
        async Task<byte[]> FileAsync(string format)
        {
            var over = await DoneAsync(agents, await agents.Evidence.ExportAsync(new ExportRequest("decisions", format, now.AddDays(-30), now.AddDays(1), [program])));
            Assert.True(over.State == "done", over.Problem);
            return (await agents.Evidence.ExportFileAsync(over.Id)).ToArray();
        }

        await using (var columns = await ParquetReader.CreateAsync(new MemoryStream(await FileAsync("parquet"))))
        {
            var head = Encoding.UTF8.GetString(await FileAsync("csv")).Split("\r\n")[0].Split(',');
            Assert.Equal(head, columns.Schema.DataFields.Select(field => field.Name));
            using var group = columns.OpenRowGroupReader(0);
            var chances = new double?[group.RowCount];
            await group.ReadAsync<double>(columns.Schema.DataFields.Single(field => field.Name == "propensity"), chances);
            Assert.Contains(chances, chance => chance is > 0 and < 1);
        }

        var rows = Encoding.UTF8.GetString(await FileAsync("jsonl")).TrimEnd().Split('\n').Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal(Users, rows.Length);
        var drawn = rows.Where(row => row.GetProperty("sets").GetArrayLength() > 0).ToArray();
        Assert.All(drawn.SelectMany(row => row.GetProperty("sets").EnumerateArray()), set => Assert.Equal(1, set.GetProperty("candidates").EnumerateObject().Sum(one => one.Value.GetDouble()), 1e-9));
        var weights = drawn.Select(row => row.GetProperty("messageId").GetString() == "m1" ? 1 / row.GetProperty("propensity").GetDouble() : 0).ToArray();
        var mean = weights.Average();
        var error = Math.Sqrt(weights.Sum(weight => (weight - mean) * (weight - mean)) / (weights.Length - 1) / weights.Length);
        Assert.InRange(mean, 1 - 3 * error, 1 + 3 * error);
        Assert.All(rows, row => Assert.StartsWith(program, row.GetProperty("userId").GetString(), StringComparison.Ordinal));

        var csv = Encoding.UTF8.GetString(await FileAsync("csv")).TrimEnd().Split("\r\n");
        Assert.Equal(Users + 1, csv.Length);
        Assert.Contains(",offer_chosen,offer_propensity,tone_chosen,tone_propensity,success,delta_y,", csv[0], StringComparison.Ordinal);
        using var zip = new ZipArchive(new MemoryStream(await FileAsync("obp")));
        Assert.Equal(["export/bts/all/all.csv", "export/bts/all/item_context.csv", "export/meta.json", "export/random/all/all.csv", "export/random/all/item_context.csv"], zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_the_right_to_personal_data_users_are_pseudonyms_and_others_files_are_not_found()
    {
        var (agents, program) = await LivedAsync("hidden");
        await using var _ = agents;
        using var admin = silo.Http();
        var key = JsonElement.Parse(await (await admin.PostAsync("/v1/keys", RunningSilo.Json("""{"kind":"server","name":"notebook","scopes":["export","console:read"]}"""))).Content.ReadAsStringAsync()).GetProperty("key").GetString()!;
        using var notebook = silo.Http(key);
        var begun = await notebook.PostAsync("/v1/exports", RunningSilo.Json($$"""{"kind":"decisions","format":"csv","from":"2026-11-01T00:00:00Z","to":"2027-03-01T00:00:00Z","programIds":["{{program}}"]}"""));
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        var id = begun.Headers.Location!.ToString().Split('/')[^1];
        await DoneAsync(agents, new Operation { Id = id, Kind = "export", State = "queued" });
        var file = await notebook.GetAsync($"/v1/exports/{id}/file");
        Assert.StartsWith("sha-256=", file.Headers.GetValues("Digest").Single(), StringComparison.Ordinal);
        var text = await file.Content.ReadAsStringAsync();
        Assert.Contains(",p_", text, StringComparison.Ordinal);
        Assert.DoesNotContain(program + "-1,", text, StringComparison.Ordinal);

        var own = await DoneAsync(agents, await agents.Evidence.ExportAsync(new ExportRequest("decisions", "csv", DateTimeOffset.UnixEpoch, new DateTimeOffset(2027, 3, 1, 0, 0, 0, TimeSpan.Zero))));
        Assert.Equal(HttpStatusCode.NotFound, (await notebook.GetAsync($"/v1/exports/{own.Id}/file")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await notebook.PostAsync($"/v1/programs/{program}/simulations", RunningSilo.Json("""{"users":50,"days":7,"seed":1}"""))).StatusCode);
    }

    [Theory]
    [InlineData("""{"kind":"users","format":"csv","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}""", "kind must be decisions; it is 'users'.")]
    [InlineData("""{"kind":"decisions","format":"xls","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}""", "format must be csv, jsonl, parquet or obp; it is 'xls'.")]
    [InlineData("""{"kind":"decisions","format":"csv","from":"2026-02-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}""", "to must be after from")]
    [InlineData("""{"kind":"decisions","format":"csv","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z","programIds":["none"]}""", "There is no program 'none'.")]
    public async Task A_bad_export_is_refused_by_field_and_value(string body, string detail)
    {
        using var http = silo.Http();
        var answer = await http.PostAsync("/v1/exports", RunningSilo.Json(body));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(detail, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_simulation_runs_to_its_end_and_opens_or_shuts_the_gate()
    {
        var (agents, program) = await LivedAsync("gate");
        await using var _ = agents;

        var before = await agents.Evidence.LaunchGateAsync(program);
        Assert.False(before.Passed);
        Assert.Null(before.Simulation);
        Assert.Equal("It has not been simulated.", before.Checks.Single(check => check.Id == "simulation").Detail);
        var over = await DoneAsync(agents, await agents.Evidence.SimulateAsync(program, new SimulationRequest(50, 7, 1)));
        Assert.True(over.State == "done", over.Problem);
        var after = await agents.Evidence.LaunchGateAsync(program);
        Assert.Equal((50, 7, false), (after.Simulation!.Users, after.Simulation.Days, after.Simulation.Partial));
        Assert.True(after.Checks.Single(check => check.Id == "simulation").Passed);
        Assert.True(after.Checks.Single(check => check.Id == "render").Passed);
        Assert.True(after.Checks.Single(check => check.Id == "labels").Passed);
        Assert.Contains("no span was fixed", after.Checks.Single(check => check.Id == "experiment").Detail, StringComparison.Ordinal);
        Assert.Matches("^Order Completed came [0-9,]+ times in 28 days; at least 100.$", after.Checks.Single(check => check.Id == "goal").Detail);
        await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Evidence.SimulateAsync(program, new SimulationRequest(5, 7, 1)));

        var again = await DoneAsync(agents, await agents.Evidence.SimulateAsync(program, new SimulationRequest(50, 7, 1)));
        Assert.Equal(over.Result!.Value.GetProperty("hash").GetString(), again.Result!.Value.GetProperty("hash").GetString());
        var lived = await DoneAsync(agents, await agents.Evidence.SimulateAsync(program, new SimulationRequest(60, 7, 1, "past")));
        Assert.True(lived.State == "done", lived.Problem);
        var past = (await agents.Evidence.LaunchGateAsync(program)).Simulation!;
        Assert.Equal(("past", 60), (past.World, past.Users));
        Assert.True(past.Decisions > 0);
        await Assert.ThrowsAsync<AgentValidationException>(async () => await agents.Evidence.SimulateAsync(program, new SimulationRequest(60, 15, 1, "past")));
        var cancelled = await agents.Evidence.SimulateAsync(program, new SimulationRequest(500, 42, 1));
        await agents.Evidence.CancelOperationAsync(cancelled.Id);
        Assert.Equal("cancelled", (await DoneAsync(agents, cancelled)).State);
    }
}
