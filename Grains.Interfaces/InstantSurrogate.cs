using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Grains.Interfaces;

/// <summary>How an <see cref="Instant"/> travels between silos: its milliseconds.</summary>
[GenerateSerializer, Alias("agents.instant")]
public struct InstantSurrogate
{
    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    [Id(0)]
    public long UnixMilliseconds { get; set; }
}

/// <summary>Converts between <see cref="Instant"/> and its surrogate.</summary>
[RegisterConverter]
public sealed class InstantConverter : IConverter<Instant, InstantSurrogate>
{
    /// <inheritdoc/>
    public Instant ConvertFromSurrogate(in InstantSurrogate surrogate) => new(surrogate.UnixMilliseconds);

    /// <inheritdoc/>
    public InstantSurrogate ConvertToSurrogate(in Instant value) => new() { UnixMilliseconds = value.UnixMilliseconds };
}
