using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>The last sends of a user, newest first.</summary>
sealed class Recent(int sets)
{
    readonly byte[] actions = new byte[Life.EffectDays * sets];
    readonly bool[] sent = new bool[Life.EffectDays];
    readonly double[] loads = new double[Life.EffectDays];
    readonly double[] predicted = new double[Life.EffectDays];

    /// <summary>Decayed sends before today.</summary>
    public double Load { get; private set; }

    /// <summary>What today's message is believed to bring.</summary>
    public double Predicted { get; set; }

    public bool IsSent(int age) => sent[age];

    public double LoadAt(int age) => loads[age];

    public double PredictedAt(int age) => predicted[age];

    public ReadOnlySpan<byte> ActionsOf(int age) => actions.AsSpan(age * sets, sets);

    public void Push(Sends sends, int user, double kept)
    {
        for (var age = Life.EffectDays - 1; age > 0; age--)
        {
            actions.AsSpan((age - 1) * sets, sets).CopyTo(actions.AsSpan(age * sets));
            (sent[age], loads[age], predicted[age]) = (sent[age - 1], loads[age - 1], predicted[age - 1]);
        }

        sends.ActionsOf(user).CopyTo(actions);
        (sent[0], loads[0], predicted[0]) = (sends.IsSent(user), Load, Predicted);
        Load = kept * (Load + (sent[0] ? 1 : 0));
    }
}
