using Aampe.Agents.Trial.World;

namespace Aampe.Agents.Trial.Play;

/// <summary>A trial that is over: what the product says, and what is true.</summary>
/// <param name="Reading">What the product says.</param>
/// <param name="Outcomes">What users did in both worlds.</param>
/// <param name="People">The users.</param>
/// <param name="Handed">Messages handed over.</param>
/// <param name="Posted">Events posted in this run.</param>
/// <param name="Elapsed">Time of this run.</param>
/// <param name="SiloBytes">Largest resident memory of the silo.</param>
/// <param name="OwnBytes">Largest resident memory of the app that plays the users.</param>
/// <param name="StoreBytes">Bytes on disk.</param>
public sealed record Lived(
    TrialReading Reading, Outcomes Outcomes, People People, long Handed, long Posted, TimeSpan Elapsed, long SiloBytes, long OwnBytes, long StoreBytes);
