namespace Aampe.Agents.Core.Randomness;

/// <summary>How a generator's uniforms become draws. A decision's record names it, so that records of earlier releases repeat their draws.</summary>
public enum Sampler
{
    /// <summary>Polar normals; a Beta number as two Gamma numbers. All records until schema 1 of decisions had no other.</summary>
    First = 1,

    /// <summary>Normals by the ziggurat, and Gamma and Beta numbers of these: a third of the time.</summary>
    Second = 2,
}
