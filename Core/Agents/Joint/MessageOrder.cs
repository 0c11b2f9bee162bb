using Aampe.Agents.Core.Messages;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>
/// Which of several messages goes where values tie: the one sent least, then the smaller hash, then the one named first. Ties are rare, so a hash is
/// made only when somebody asks.
/// </summary>
internal sealed class MessageOrder(DrawInputs inputs)
{
    (int Sends, ulong Hash)?[]? keys;

    /// <summary>Whether a message goes before another.</summary>
    public bool IsBefore(int message, int other) => Compare(message, other) < 0;

    /// <summary>The message at a place of the order.</summary>
    public int Nth(int place)
    {
        var order = new int[inputs.Eligible.Length];
        for (var m = 0; m < order.Length; m++)
        {
            order[m] = m;
        }

        Array.Sort(order, Compare);
        return order[place];
    }

    /// <summary>The message at the end of the order.</summary>
    public int Last()
    {
        var last = 0;
        for (var m = 1; m < inputs.Eligible.Length; m++)
        {
            last = IsBefore(last, m) ? m : last;
        }

        return last;
    }

    int Compare(int message, int other) => KeyOf(message).CompareTo(KeyOf(other)) is not 0 and var by ? by : message.CompareTo(other);

    (int Sends, ulong Hash) KeyOf(int message)
    {
        keys ??= new (int, ulong)?[inputs.Eligible.Length];
        return keys[message] ??= (inputs.Sends28d.GetValueOrDefault(inputs.Eligible[message]), Match.TieHash(inputs.Eligible[message], inputs.DecisionId));
    }
}
