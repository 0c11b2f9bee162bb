using System.Collections.Frozen;
using System.Collections.Immutable;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>The packed, versioned form of a cohort's fold.</summary>
public static class CohortCodec
{
    /// <summary>The format that this release writes.</summary>
    public const byte Format = 3;

    /// <summary>Packs a fold.</summary>
    public static byte[] Pack(CohortSnapshot fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var w = PackedWriter.Begin();
        w.Text(fold.Program);
        w.Signed(fold.Version);
        w.Signed(fold.AsOf.UnixMilliseconds);
        w.Signed(fold.WeightsAsOf.UnixMilliseconds);
        w.Count(fold.Panel);
        Optional(w, fold.StratumVariance);
        PackWeights(w, fold.Weights);
        w.Count(fold.Priors.Count);
        foreach (var (key, cell) in fold.Priors.OrderBy(pair => pair.Key))
        {
            PackKey(w, key);
            w.Number(cell.Beta.Alpha);
            w.Number(cell.Beta.Beta);
            w.Number(cell.Gaussian.Mu);
            w.Number(cell.Gaussian.Kappa);
            w.Number(cell.Gaussian.A);
            w.Number(cell.Gaussian.B);
            w.Count((int)cell.Source);
            w.Count(cell.Users);
        }

        w.Count(fold.Controls.Length);
        foreach (var control in fold.Controls)
        {
            PackControl(w, control);
        }

        w.Count(fold.Arms.Length);
        foreach (var arm in fold.Arms)
        {
            w.Text(arm.Arm);
            PackMoments(w, arm.Goals);
            w.Signed(arm.Converted);
            w.Signed(arm.Sends);
        }

        w.Count(fold.Blocks.Length);
        foreach (var block in fold.Blocks)
        {
            w.Text(block.Arm);
            w.Flag(block.Send);
            w.Signed(block.Day);
            PackMoments(w, block.Effects);
        }

        w.Count(fold.SmallCells.Count);
        foreach (var (key, members) in fold.SmallCells.OrderBy(pair => pair.Key))
        {
            PackKey(w, key);
            w.Count(members.Length);
            foreach (var member in members)
            {
                w.Fixed(member.Agent);
                w.Count(member.Wins);
                w.Count(member.Trials);
                w.Number(member.Count);
                w.Number(member.Mean);
                w.Number(member.Squares);
            }
        }

        // Format 3, after all of format 2: the markets of the controls, in their order.
        foreach (var control in fold.Controls)
        {
            w.Text(control.Market);
        }

        w.Flag(fold.Population is not null);
        if (fold.Population is { } population)
        {
            JointCodec.Pack(w, population);
        }

        return w.Finish(Format);
    }

    /// <summary>Unpacks a fold.</summary>
    /// <exception cref="InvalidDataException">The format is newer than this release, or the bytes are no fold.</exception>
    public static CohortSnapshot Unpack(ReadOnlySpan<byte> packed)
    {
        var r = new PackedReader(packed, Format, "Cohort fold");
        var program = r.Text();
        var version = r.Signed();
        var (asOf, weightsAsOf) = (new Instant(r.Signed()), new Instant(r.Signed()));
        var panel = r.Count();
        var variance = Optional(ref r);
        var weights = UnpackWeights(ref r);
        var priors = new List<KeyValuePair<EvidenceKey, PriorCell>>();
        for (var i = r.Count(); i > 0; i--)
        {
            var key = UnpackKey(ref r);
            var beta = new BetaPosterior(r.Number(), r.Number());
            var gaussian = new GaussianPosterior(r.Number(), r.Number(), r.Number(), r.Number());
            priors.Add(new(key, new PriorCell(beta, gaussian, (PriorSource)r.Count(), r.Count())));
        }

        var controls = ImmutableArray.CreateBuilder<ControlRecord>(r.Count());
        for (var i = controls.Capacity; i > 0; i--)
        {
            controls.Add(UnpackControl(ref r));
        }

        var arms = ImmutableArray.CreateBuilder<ArmTotals>(r.Count());
        for (var i = arms.Capacity; i > 0; i--)
        {
            arms.Add(new ArmTotals(r.Text(), UnpackMoments(ref r), r.Signed(), r.Signed()));
        }

        var blocks = ImmutableArray.CreateBuilder<EffectBlock>(r.Count());
        for (var i = blocks.Capacity; i > 0; i--)
        {
            blocks.Add(new EffectBlock(r.Text(), r.Flag(), (int)r.Signed(), UnpackMoments(ref r)));
        }

        var small = r.Format >= 2 ? UnpackSmallCells(ref r) : FrozenDictionary<EvidenceKey, ImmutableArray<CellMember>>.Empty;
        for (var i = 0; r.Format >= 3 && i < controls.Count; i++)
        {
            controls[i] = controls[i] with { Market = r.Text() };
        }

        return new CohortSnapshot(
            program, version, asOf, weightsAsOf, weights, priors, controls.MoveToImmutable(), variance, arms.MoveToImmutable(), blocks.MoveToImmutable(), panel)
        {
            SmallCells = small,
            Population = r.Format >= 3 && r.Flag() ? JointCodec.UnpackPopulation(ref r) : null,
        };
    }

    static FrozenDictionary<EvidenceKey, ImmutableArray<CellMember>> UnpackSmallCells(ref PackedReader r)
    {
        var cells = new Dictionary<EvidenceKey, ImmutableArray<CellMember>>();
        for (var i = r.Count(); i > 0; i--)
        {
            var key = UnpackKey(ref r);
            var members = ImmutableArray.CreateBuilder<CellMember>(r.Count());
            for (var j = members.Capacity; j > 0; j--)
            {
                members.Add(new CellMember(r.Fixed(), r.Count(), r.Count(), r.Number(), r.Number(), r.Number()));
            }

            cells.Add(key, members.MoveToImmutable());
        }

        return cells.ToFrozenDictionary();
    }

    static void PackKey(PackedWriter w, EvidenceKey key)
    {
        w.Text(key.Program);
        w.Text(key.Context);
        w.Text(key.Set);
        w.Text(key.Action);
    }

    static EvidenceKey UnpackKey(ref PackedReader r) => new(r.Text(), r.Text(), r.Text(), r.Text());

    static void PackWeights(PackedWriter w, EventWeights weights)
    {
        w.Signed(weights.Version);
        w.Number(weights.ValueLimit);
        w.Count(weights.Table.Count);
        foreach (var weight in weights.Table.Values.OrderBy(one => one.Type, StringComparer.Ordinal))
        {
            w.Text(weight.Type);
            w.Number(weight.Nats);
            Optional(w, weight.StandardError);
            w.Signed(weight.GoalCount);
            w.Signed(weight.OtherCount);
            Optional(w, weight.MedianValue);
        }
    }

    static EventWeights UnpackWeights(ref PackedReader r)
    {
        var version = r.Signed();
        var limit = r.Number();
        var table = new List<EventWeight>();
        for (var i = r.Count(); i > 0; i--)
        {
            table.Add(new EventWeight(r.Text(), r.Number(), Optional(ref r), r.Signed(), r.Signed(), Optional(ref r)));
        }

        return version == 0 ? EventWeights.None : new EventWeights(version, table, limit);
    }

    static void PackControl(PackedWriter w, ControlRecord control)
    {
        w.Text(control.Agent);
        w.Signed(control.FirstSeen.UnixMilliseconds);
        w.Signed(control.ObservedSince.UnixMilliseconds);
        w.Flag(control.WithdrawnAt is not null);
        if (control.WithdrawnAt is { } withdrawn)
        {
            w.Signed(withdrawn.UnixMilliseconds);
        }

        w.Flag(control.Holdout);
        w.Count(control.Interventions.Length);
        foreach (var at in control.Interventions)
        {
            w.Signed(at.UnixMilliseconds);
        }

        w.Count(control.Events.Length);
        long last = 0;
        foreach (var e in control.Events)
        {
            w.Signed(e.At.UnixMilliseconds - last);
            last = e.At.UnixMilliseconds;
            w.Fixed(e.Id);
            w.Text(e.Type);
            Optional(w, e.Value);
        }

        w.Count(control.Days.Days.Length);
        foreach (var day in control.Days.Days)
        {
            w.Signed(day.Day);
            w.Count(day.Events);
            w.Count(day.Goals);
            w.Signed(day.Cosine);
            w.Signed(day.Sine);
        }
    }

    static ControlRecord UnpackControl(ref PackedReader r)
    {
        var (agent, first, since) = (r.Text(), new Instant(r.Signed()), new Instant(r.Signed()));
        Instant? withdrawn = r.Flag() ? new Instant(r.Signed()) : null;
        var holdout = r.Flag();
        var interventions = ImmutableArray.CreateBuilder<Instant>(r.Count());
        for (var i = interventions.Capacity; i > 0; i--)
        {
            interventions.Add(new Instant(r.Signed()));
        }

        var events = ImmutableArray.CreateBuilder<UserEvent>(r.Count());
        long last = 0;
        for (var i = events.Capacity; i > 0; i--)
        {
            last += r.Signed();
            events.Add(new UserEvent(r.Fixed(), r.Text(), new Instant(last), Optional(ref r)));
        }

        var days = ImmutableArray.CreateBuilder<DayCount>(r.Count());
        for (var i = days.Capacity; i > 0; i--)
        {
            days.Add(new DayCount((int)r.Signed(), r.Count(), r.Count(), (int)r.Signed(), (int)r.Signed()));
        }

        return new ControlRecord(agent, first, since, withdrawn, holdout, interventions.MoveToImmutable(), events.MoveToImmutable(), new DayCounters(days.MoveToImmutable()));
    }

    static void PackMoments(PackedWriter w, Moments moments)
    {
        w.Signed(moments.N);
        w.Number(moments.Mean);
        w.Number(moments.M2);
    }

    static Moments UnpackMoments(ref PackedReader r) => new(r.Signed(), r.Number(), r.Number());

    static void Optional(PackedWriter w, double? number)
    {
        w.Flag(number is not null);
        if (number is { } known)
        {
            w.Number(known);
        }
    }

    static double? Optional(ref PackedReader r) => r.Flag() ? r.Number() : null;
}
