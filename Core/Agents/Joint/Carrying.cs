namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>How many messages carry each action, and how many draws chose one that does.</summary>
internal sealed class Carrying
{
    readonly int[] messages;
    readonly int[] drawn;

    /// <summary>Counts.</summary>
    /// <param name="places">Place of the action of each set, message after message.</param>
    /// <param name="sets">Number of sets.</param>
    /// <param name="actions">Number of places.</param>
    /// <param name="counts">Draws that chose each message; the last is rest.</param>
    public Carrying(ReadOnlySpan<int> places, int sets, int actions, ReadOnlySpan<int> counts)
    {
        (messages, drawn) = (new int[actions], new int[actions]);
        for (var m = 0; m < counts.Length - 1; m++)
        {
            Sends += counts[m];
            foreach (var place in places.Slice(m * sets, sets))
            {
                messages[place]++;
                drawn[place] += counts[m];
            }
        }
    }

    /// <summary>Draws that send.</summary>
    public int Sends { get; }

    /// <summary>Messages with the action at a place, and draws of them.</summary>
    public (int Messages, int Drawn) At(int place) => (messages[place], drawn[place]);
}
