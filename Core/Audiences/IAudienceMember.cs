namespace Aampe.Agents.Core.Audiences;

/// <summary>Somebody of whom rules can be asked.</summary>
public interface IAudienceMember
{
    /// <summary>Whether a rule that keeps people from being contacted leaves this one alone; null = no such rule; false when it cannot be told.</summary>
    bool Spares(AudienceRule? rule);
}
