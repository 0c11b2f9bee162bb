using System.Text;

namespace Aampe.Agents.Chaos;

/// <summary>Keys of the silos under test; they guard nothing.</summary>
static class ChaosKeys
{
    public const string WriteKey = "wk_test_0123456789abcdef0123456789abcdef", ServerKey = "sk_test_0123456789abcdef0123456789abcdef", Password = "a password of the tests";

    public static string Write { get; } = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(WriteKey + ":"));

    public const string Server = "Bearer " + ServerKey;
}
