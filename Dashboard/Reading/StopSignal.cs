namespace Aampe.Agents.Dashboard.Reading;

/// <summary>Tells every part of a person's console that the kill switch was turned, at once: the bar and the page are read apart.</summary>
public sealed class StopSignal
{
    /// <summary>Somebody turned it in this console.</summary>
    public event Action? Turned;

    /// <summary>It was turned.</summary>
    public void Tell() => Turned?.Invoke();
}
