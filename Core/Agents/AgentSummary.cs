using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>What people see of an agent, as JSON (docs/api).</summary>
public static class AgentSummary
{
    /// <summary>Writes the summary.</summary>
    public static JsonObject Write(AgentState state, AgentRules rules, Instant now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(rules);
        var name = StableHash.Of(ControlRecord.NameOf(state));
        return new JsonObject
        {
            ["userId"] = state.Id,
            ["anonymous"] = state.Agent.StartsWith("a:", StringComparison.Ordinal),
            ["incarnation"] = state.Incarnation,
            ["firstSeenAt"] = state.FirstSeen == Instant.Latest ? null : state.FirstSeen.ToString(),
            ["lastSeenAt"] = state.LastSeen == Instant.Earliest ? null : state.LastSeen.ToString(),
            ["mergedInto"] = Json.OrNull(state.MergedInto),
            ["mergedFrom"] = Json.Texts(state.MergedFrom.Select(agent => agent[2..])),
            ["attributes"] = new JsonObject(state.Attributes.Select(pair => KeyValuePair.Create(pair.Key, JsonNode.Parse(pair.Value)))),
            ["timeZone"] = state.Zone is { } zone ? new JsonObject { ["id"] = zone.Id, ["source"] = zone.Source, ["asOf"] = zone.AsOf.ToString() } : null,
            ["channels"] = Json.Texts(state.Addresses.Keys.Where(key => !DeadAddresses.IsMark(key)).Append("in_app").Order(StringComparer.Ordinal)),
            ["deadChannels"] = Json.Texts(DeadAddresses.Channels(state.Addresses)),
            ["consent"] = Json.Array(state.Consents.Reverse().Select(entry => (JsonNode?)new JsonObject
            {
                ["channel"] = entry.Channel,
                ["purpose"] = entry.Purpose,
                ["status"] = entry.Status,
                ["at"] = entry.At.ToString(),
                ["source"] = entry.Source,
                ["proof"] = Json.OrNull(entry.Proof),
            })),
            ["context"] = state.FirstSeen == Instant.Latest ? null : Deciding.ContextOf(state, Instant.Max(now, state.ActedAt)),
            ["programs"] = Json.Array(rules.Programs.Select(program => (JsonNode?)Program(state, program))),
            ["counters"] = new JsonObject
            {
                ["events"] = state.Counters.Events,
                ["duplicates"] = state.Counters.Duplicates,
                ["late"] = state.Counters.Late,
                ["decisions"] = state.Ordinal,
                ["sends"] = state.Counters.Sends,
                ["holds"] = state.Counters.Holds,
                ["effects"] = state.Counters.Effects,
                ["effectsNotIdentified"] = state.Counters.NotIdentified,
                ["dedupeDegraded"] = state.Seen.Degraded,
            },
            ["sends"] = Json.Array(state.Sends.Reverse().Take(20).Select(send => (JsonNode?)new JsonObject
            {
                ["at"] = send.At.ToString(),
                ["channel"] = send.Channel,
                ["programId"] = Json.OrNull(send.ProgramId),
                ["messageId"] = Json.OrNull(send.MessageId),
            })),
            ["pending"] = Json.Array(state.Decisions.Where(decision => !decision.Settled).Select(decision => (JsonNode?)new JsonObject
            {
                ["decisionId"] = decision.Id,
                ["programId"] = decision.Program,
                ["state"] = decision.Stage.ToString().ToLowerInvariant(),
                ["treatedAt"] = Json.Of(decision.TreatedAt),
                ["effectDueAt"] = Json.Of(Settling.DueOf(state, decision, rules, now)),
                ["expiresAt"] = decision.ExpiresAt.ToString(),
            })),
            ["nextDueAt"] = Json.Of(Scheduling.NextDue(state, rules, now)),
            ["posteriors"] = Json.Array(state.Evidence.Select(pair => (JsonNode?)Posterior(name, pair.Key, pair.Value, rules, now)).Concat(rules.Programs.SelectMany(program => Joint(state, program, now)))),
        };
    }

    static JsonObject Program(AgentState state, ProgramRules program)
    {
        var standing = state.Standings.GetValueOrDefault(program.Definition.Id);
        return new JsonObject
        {
            ["programId"] = program.Definition.Id,
            ["arm"] = program.ArmOf(state.Id),
            ["since"] = Json.Of(standing?.Since),
            ["nextContactAt"] = Json.Of(standing?.NextContact),
            ["slot"] = Json.OrNull(standing?.Slot ?? ""),
        };
    }

    // Each action of the joint model as its difference from the set's average, in outcomes a message.
    static IEnumerable<JsonNode?> Joint(AgentState state, ProgramRules program, Instant now)
    {
        if (JointBelief.Of(state, program, now) is not { } joint)
        {
            yield break;
        }

        var own = state.JointEffects.GetValueOrDefault(program.Definition.Id);
        foreach (var set in program.Joint!.Sets)
        {
            foreach (var action in set.Actions.Where(action => !action.Retired))
            {
                var believed = joint.ActionOf(set, action.Id);
                yield return new JsonObject
                {
                    ["programId"] = program.Definition.Id,
                    ["context"] = "",
                    ["set"] = set.Id,
                    ["action"] = action.Id,
                    ["model"] = "joint",
                    ["prior"] = DecisionRecord.Belief(believed.Prior),
                    ["priorSource"] = "Population",
                    ["priorUsers"] = program.Cohort.Population!.Agents,
                    ["posterior"] = DecisionRecord.Belief(believed.Posterior),
                    ["mean"] = believed.Posterior.Mean,
                    ["low"] = believed.Posterior.Quantile(0.05),
                    ["high"] = believed.Posterior.Quantile(0.95),
                    ["trials"] = Math.Round(own?.Statistic.Count ?? 0, 1),
                };
            }
        }
    }

    static JsonObject Posterior(ulong agent, EvidenceKey key, Evidence evidence, AgentRules rules, Instant now)
    {
        var row = new JsonObject
        {
            ["programId"] = key.Program,
            ["context"] = key.Context,
            ["set"] = key.Set,
            ["action"] = key.Action,
            ["trials"] = evidence.Trials,
            ["wins"] = evidence.Wins,
            ["updatedAt"] = evidence.LastAt.ToString(),
        };
        if (rules.Find(key.Program) is not { } program)
        {
            return row;
        }

        var prior = program.Cohort.PriorWithout(key.Context, key.Set, key.Action, agent, program.Definition.Learning.PriorStrengthCap);
        var own = evidence.DecayedTo(now, program.Set(key.Set)?.ForgettingHalfLife);
        var beta = program.Definition.Learning.Posterior == PosteriorKind.Beta;
        var belief = beta ? ArmPosterior.Of(own.Posterior(prior.Beta)) : ArmPosterior.Of(own.Posterior(prior.Gaussian));
        row["model"] = beta ? "beta" : "gaussian";
        row["prior"] = DecisionRecord.Belief(beta ? ArmPosterior.Of(prior.Beta) : ArmPosterior.Of(prior.Gaussian));
        row["priorSource"] = prior.Source.ToString();
        row["priorUsers"] = prior.Users;
        row["posterior"] = DecisionRecord.Belief(belief);
        row["mean"] = belief.Mean;
        row["low"] = belief.Quantile(0.05);
        row["high"] = belief.Quantile(0.95);
        row["evidence"] = beta ? new JsonArray(own.Successes, own.Failures) : new JsonArray(own.Count, own.MeanEffect);
        return row;
    }
}
