namespace Aampe.Agents.Core.Experiments;

/// <summary>Whether a control may stand in more than one pair.</summary>
public enum Replacement
{
    /// <summary>Once at most: pairs are independent, and treated users without a free control near enough are dropped. The default.</summary>
    Without,

    /// <summary>As often as it is nearest: nearer pairs of fewer controls, with the standard error of Abadie and Imbens.</summary>
    With,
}
