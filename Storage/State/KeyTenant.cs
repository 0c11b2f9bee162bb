namespace Aampe.Agents.Storage.State;

/// <summary>The tenant in front of an agent key.</summary>
internal static class KeyTenant
{
    /// <summary>The tenant part of an agent key, escaped as it stands there.</summary>
    public static string Of(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var cut = key.IndexOf('/', StringComparison.Ordinal);
        return cut >= 0 ? key[..cut] : throw new ArgumentException($"'{key}' is no agent key; it must be tenant/u:id or tenant/a:id.", nameof(key));
    }

    /// <summary>A tenant as it stands in front of an agent key.</summary>
    public static string Escaped(string tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        return tenant.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
    }
}
