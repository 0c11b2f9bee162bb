using System.Text;
using Aampe.Agents.Core.Privacy;
using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>Marks of people who are being erased or were; silos see it by their lease on the rules.</summary>
internal sealed class Register(World world)
{
    /// <summary>What hashes are made with.</summary>
    public static readonly byte[] Secret = Encoding.UTF8.GetBytes("people");

    Dictionary<string, PersonMark> marks = new(StringComparer.Ordinal);

    /// <summary>All marks as they are now; never changed, only replaced.</summary>
    public IReadOnlyDictionary<string, PersonMark> Marks => marks;

    /// <summary>Changes a mark, by a write that may fail as any.</summary>
    public async Task ChangeAsync(Life life, string key, Func<PersonMark, PersonMark> change)
    {
        var fate = world.Draw();
        await world.Clock.Wait(life, fate.Latency);
        if (fate.Fails)
        {
            throw new Fault(FaultKind.Down);
        }

        marks = new(marks, StringComparer.Ordinal) { [key] = change(marks.GetValueOrDefault(key) ?? new PersonMark()) };
        if (fate.Unknown)
        {
            throw new Fault(FaultKind.Unknown);
        }
    }
}
