using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.NeuralPlugIn;

/// <summary>The additive model as a chooser of messages: a coefficient a tone and one an offer, for all users or in each of their cells.</summary>
public sealed class AdditiveMessages : IEffectModel
{
    static readonly JointLayout layout = new([("tone", ["1", "-1"]), ("offer", ["1", "-1"])]);

    readonly JointModel model;
    readonly Func<Context, Context> cellOf;

    /// <summary>A model without evidence.</summary>
    /// <param name="cellOf">The cell that the user of a context belongs to.</param>
    public AdditiveMessages(Func<Context, Context> cellOf)
        : this(new JointModel(layout, _ => new([0, 0, 0, 0], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], 2, World.Noise), null), cellOf)
    {
    }

    AdditiveMessages(JointModel model, Func<Context, Context> cellOf)
    {
        this.model = model;
        this.cellOf = cellOf;
    }

    /// <inheritdoc/>
    public double[] Sample(Context context, string set, IReadOnlyList<string> actions, Instant at, Random random)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var theta = model.Joint(cellOf(context), at).Sample(random);
        return [.. actions.Select(action => layout.Row(Actions(action)).Zip(theta, (x, t) => x * t).Sum())];
    }

    /// <inheritdoc/>
    public ArmPosterior Belief(Context context, string set, string action, Instant at) => ArmPosterior.Of(model.MessageValue(cellOf(context), Actions(action), at));

    /// <inheritdoc/>
    public ArmPosterior Prior(Context context, string set, string action) => ArmPosterior.Of(new GaussianPosterior(0, 0.5, 2, World.Noise));

    /// <inheritdoc/>
    public IEffectModel Update(Context context, IReadOnlyDictionary<string, string> actions, ObservedEffect effect)
    {
        ArgumentNullException.ThrowIfNull(actions);
        return new AdditiveMessages((JointModel)model.Update(cellOf(context), Actions(actions["message"]), effect), cellOf);
    }

    /// <inheritdoc/>
    public IReadOnlyList<double>? Propensity(Context context, string set, IReadOnlyList<string> actions, Instant at) => null;

    static Dictionary<string, string> Actions(string id)
    {
        var message = World.Messages.Single(one => one.Id == id);
        return new() { ["tone"] = $"{message.Tone}", ["offer"] = $"{message.Offer}" };
    }
}
