namespace Aampe.Agents.Silo.Rendering;

/// <summary>
/// What a template may cost. All limits count work, none reads a clock: a time limit would fail good copy on a busy machine, and the same
/// message would render today and not tomorrow.
/// </summary>
static class TemplateLimits
{
    /// <summary>Statements run per field.</summary>
    public const int Steps = 10_000;

    /// <summary>Characters of a template.</summary>
    public const int Source = 64 * 1024;

    /// <summary>Characters of a rendered field, and of any string made on the way.</summary>
    public const int Output = 64 * 1024;

    /// <summary>Characters that all filters of a field may make together.</summary>
    public const int FilterWork = 1024 * 1024;

    /// <summary>Items of an attribute that is a list: the longest loop.</summary>
    public const int Items = 100;

    /// <summary>Characters between one pair of braces.</summary>
    public const int Tag = 500;

    /// <summary>Tags of a template.</summary>
    public const int Blocks = 500;

    /// <summary>Blocks in blocks.</summary>
    public const int Depth = 20;
}
