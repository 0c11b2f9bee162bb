using System.Security.Cryptography;
using System.Text;
using Aampe.Agents.Grains.Rules;

namespace Aampe.Agents.Silo.Evidence.Exports;

/// <summary>Names of users in files: the same user has the same one in every file of this installation, and nobody without its secret can tell whose it is.</summary>
sealed class Pseudonyms(IncarnationSecret secret)
{
    readonly byte[] key = SHA256.HashData(Encoding.UTF8.GetBytes("export-pseudonyms/" + secret.Key));

    /// <summary>The name of a user.</summary>
    /// <param name="user">The id.</param>
    /// <param name="mayKnow">Whether the id may be given as it is.</param>
    public string Of(string user, bool mayKnow) => mayKnow ? user : "p_" + Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(user)).AsSpan(0, 12));
}
