using System.Reflection;
using Aampe.Agents.Architecture.Tests.Walk;

namespace Aampe.Agents.Architecture.Tests;

/// <summary>Clock, randomness and threads come in as parameters; Core touches nothing outside itself.</summary>
public sealed class PurityTests
{
    static readonly string[] Banned =
    [
        "P:System.DateTime.Now", "P:System.DateTime.UtcNow", "P:System.DateTimeOffset.Now", "P:System.DateTimeOffset.UtcNow", "P:System.Random.Shared",
        "M:System.Random.#ctor", "M:System.Guid.NewGuid", "M:System.Threading.Thread.Sleep(System.Int32)", "M:System.Threading.Tasks.Task.Run(System.Action)",
        "M:System.Threading.Tasks.Task.Run(System.Func{System.Threading.Tasks.Task})",
    ];

    static readonly Type[] Outside =
    [
        typeof(File), typeof(Directory), typeof(FileStream), typeof(Console), typeof(System.Diagnostics.Stopwatch), typeof(TimeProvider),
        typeof(System.Net.Sockets.Socket), typeof(HttpClient), typeof(System.Diagnostics.Process), typeof(Thread), typeof(System.Threading.Timer),
    ];

    [Fact]
    public void The_list_of_banned_symbols_is_whole()
    {
        var lines = File.ReadLines(Repository.Path("BannedSymbols.txt")).Select(line => line.Split(';')[0]).ToArray();
        Exceptions.AssertNone("banned symbols", Banned.Where(symbol => !lines.Contains(symbol)));
    }

    [Theory, InlineData("Core"), InlineData("Grains.Interfaces"), InlineData("Grains")]
    public void No_clock_chance_or_thread_of_its_own(string project) =>
        Exceptions.AssertNone("purity", Repository.TypesOf(project).SelectMany(ImpureCalls));

    [Fact]
    public void Core_touches_no_file_socket_console_or_timer() =>
        Exceptions.AssertNone("purity", Repository.TypesOf("Core").SelectMany(type => TypeUses.Of(type).Where(Outside.Contains).Select(used => $"{type} → {used}")));

    [Fact]
    public void A_hidden_clock_or_die_is_found() =>
        Assert.Equal(["DateTimeOffset.get_UtcNow", "Guid.NewGuid", "Random..ctor"], ImpureCalls(typeof(Fixtures.Impure)).Select(found => found.Split("→ ")[1]).Order(StringComparer.Ordinal));

    static IEnumerable<string> ImpureCalls(Type type) => TypeUses.Calls(type)
        .Where(call => IsImpure(call.To)).Select(call => $"{type}.{call.From.Name} → {call.To.DeclaringType!.Name}.{call.To.Name}");

    static bool IsImpure(MethodBase called) => (called.DeclaringType, called.Name) switch
    {
        ({ } type, "get_Now" or "get_UtcNow" or "get_Today") => type == typeof(DateTime) || type == typeof(DateTimeOffset),
        ({ } type, ".ctor") => type == typeof(Random) && called.GetParameters().Length == 0,
        ({ } type, "get_Shared") => type == typeof(Random),
        ({ } type, "NewGuid" or "CreateVersion7") => type == typeof(Guid),
        ({ } type, "Sleep") => type == typeof(Thread),
        ({ } type, "Run") => type == typeof(Task),
        ({ } type, "get_System") => type == typeof(TimeProvider),
        ({ } type, "GetTimestamp" or "StartNew") => type == typeof(System.Diagnostics.Stopwatch),
        ({ } type, "get_TickCount" or "get_TickCount64") => type == typeof(Environment),
        ({ } type, _) when type == typeof(System.Security.Cryptography.RandomNumberGenerator) => true,
        _ => false,
    };
}
