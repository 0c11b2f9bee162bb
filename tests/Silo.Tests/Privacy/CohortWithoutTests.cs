using System.Text.Json;
using Aampe.Agents.Client;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Cohorts;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Silo.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Aampe.Agents.Silo.Tests.Privacy;

/// <summary>After an erasure a cohort is what it would be in a world that the user never was in: the same bytes.</summary>
public sealed class CohortWithoutTests
{
    static readonly DateTimeOffset Later = RunningSilo.Start.AddDays(4).AddHours(9);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    [Trait("proves", "R8")]
    public async Task A_cohort_after_an_erasure_equals_byte_for_byte_that_of_a_world_without_the_user(string kind)
    {
        var (before, after, receipt, effect) = await WorldAsync(kind, with: true);
        var (_, without, _, _) = await WorldAsync(kind, with: false);
        Assert.NotEqual(Convert.ToHexString(before), Convert.ToHexString(after));
        Assert.Equal(Convert.ToHexString(without), Convert.ToHexString(after));
        var (had, has) = (CohortCodec.Unpack(before), CohortCodec.Unpack(after));
        Assert.Equal((41, 40), (had.Panel, has.Panel));
        Assert.True(had.Priors.Count > 0, effect);
        Assert.Empty(has.Priors);
        Assert.Contains(had.Controls, control => control.Agent == "default/u:zoe");
        Assert.DoesNotContain(has.Controls, control => control.Agent == "default/u:zoe");

        var cohort = receipt!.Value.GetProperty("cohorts")[0];
        Assert.Equal((41, 40), (cohort.GetProperty("before").GetProperty("users").GetInt32(), cohort.GetProperty("after").GetProperty("users").GetInt32()));
        Assert.NotEqual(cohort.GetProperty("hashBefore").GetString(), cohort.GetProperty("hashAfter").GetString());
        Assert.True(receipt.Value.GetProperty("request").GetProperty("posteriorContributionsSubtracted").GetDouble() >= 1);
        var given = receipt.Value.GetProperty("users")[0].GetProperty("contributions")[0];
        Assert.Equal(("basket", 1), (given.GetProperty("programId").GetString(), given.GetProperty("effects").GetInt32()));
    }

    // Forty people whom nothing is asked for, so that nothing of theirs rests on one more; she gets a message and has an effect.
    static async Task<(byte[] Before, byte[] After, JsonElement? Receipt, string Effect)> WorldAsync(string kind, bool with)
    {
        await using var keeping = await Keeping.NewAsync(kind);
        await using var silo = keeping.Silo();
        silo.Settings["Agents:Seed"] = "one world";
        silo.Settings["Agents:CohortMinutes"] = "360";
        await using var agents = silo.Agents();
        using var http = silo.Http();
        var program = RunningSilo.Program("basket", channel: "in_app").GetRawText().Replace("\"messages\":", "\"learning\": { \"posterior\": \"beta\" }, \"messages\":", StringComparison.Ordinal);
        await RunningSilo.LiveAsync(agents, JsonElement.Parse(program));
        var people = Enumerable.Range(0, 40).Select(i => $"p-{i}").Concat(with ? ["zoe"] : []).ToArray();
        DecisionId? decision = null;
        for (var day = 0; day < 4; day++)
        {
            await agents.IngestAsync(
                [.. people.SelectMany(person => Enumerable.Range(0, 4).Select(i => new UserEvent { UserId = person, Event = i == 3 && person[^1] % 2 == 0 ? "Order Completed" : "Product Viewed", MessageId = $"{person}/{day}/{i}", Timestamp = RunningSilo.Start.AddDays(day).AddHours(-i) }))],
                new IngestOptions { WaitApplied = true });

            if (with && day == 2)
            {
                var sent = Assert.IsType<NextMessage.Send>(await agents.NextMessageAsync("zoe"));
                decision = sent.DecisionId;
                Assert.Equal("activated", (await agents.ActivateAsync(sent.DecisionId!.Value)).State);
            }

            await agents.Admin.SetClockAsync(RunningSilo.Start.AddDays(day + 1));
        }

        await agents.Admin.SetClockAsync(Later);
        var cohort = silo.Services.GetRequiredService<IGrainFactory>().GetGrain<ICohort>(CohortKey.Of(AgentKey.DefaultTenant, "basket"));
        var before = (await cohort.NewestAsync(0)).Packed;
        var effect = decision is { } id ? (await http.SendAsync(HttpMethod.Get, $"/v1/decisions/{id}/effect")).Body.ToString() : "";
        var receipt = with ? await http.EraseAsync("zoe") : (JsonElement?)null;
        if (!with)
        {
            Assert.True((await cohort.RebuildAsync([0])).Rebuilt);
        }

        return (before, (await cohort.NewestAsync(0)).Packed, receipt, effect);
    }
}
