namespace Aampe.Agents.Worlds;

/// <summary>The messages of one day: for each user none, or an action of each set.</summary>
public sealed class Sends(int users, int sets)
{
    readonly byte[] actions = new byte[users * sets];
    readonly double[] hours = new double[users];
    readonly bool[] sent = new bool[users];

    /// <summary>Whether a user gets a message.</summary>
    public bool IsSent(int user) => sent[user];

    /// <summary>Action of each set.</summary>
    public ReadOnlySpan<byte> ActionsOf(int user) => actions.AsSpan(user * sets, sets);

    /// <summary>Nothing for this user today.</summary>
    public void Hold(int user) => sent[user] = false;

    /// <summary>Hour at which the message came.</summary>
    public double HourOf(int user) => hours[user];

    /// <summary>A message for this user today, at the usual hour.</summary>
    public void Send(int user, ReadOnlySpan<byte> chosen) => Send(user, chosen, Life.SendHour);

    /// <summary>A message for this user today.</summary>
    /// <param name="user">Who gets it.</param>
    /// <param name="chosen">Action of each set.</param>
    /// <param name="hour">When, from 0 to 24.</param>
    public void Send(int user, ReadOnlySpan<byte> chosen, double hour)
    {
        sent[user] = true;
        hours[user] = hour;
        chosen.CopyTo(actions.AsSpan(user * sets, sets));
    }
}
