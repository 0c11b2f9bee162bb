using System.Diagnostics;

namespace Aampe.Agents.Bench.Speed;

/// <summary>What one operation takes: CPU of the whole process, so that collections count, and bytes allocated.</summary>
/// <param name="Microseconds">CPU, each repeat.</param>
/// <param name="Bytes">Allocated by the thread, each repeat.</param>
sealed record Cost(double[] Microseconds, double[] Bytes)
{
    const int Repeats = 5;
    static readonly TimeSpan span = TimeSpan.FromMilliseconds(400);

    /// <summary>Measures an operation; what it gives is kept until the end, so that it cannot be left out.</summary>
    /// <param name="act">The operation; gets its number.</param>
    /// <param name="per">Things that one operation does: the cost is told for each.</param>
    public static Cost Of<T>(Func<int, T> act, int per = 1)
    {
        var (turns, turn) = (Warm(act), 0);
        var (time, bytes) = (new double[Repeats], new double[Repeats]);
        var cost = new Cost(time, bytes);
        for (var r = 0; r < Repeats; r++)
        {
            cost.Repeat(r, i => act(turn++), turns, per);
        }

        return cost;
    }

    /// <summary>Measures two operations in turns, so that whatever else the machine does meanwhile meets both.</summary>
    public static (Cost First, Cost Second) InTurns<T>(Func<int, T> first, Func<int, T> second, int per)
    {
        var turns = (Warm(first), Warm(second));
        var (one, other) = (new Cost(new double[Repeats], new double[Repeats]), new Cost(new double[Repeats], new double[Repeats]));
        for (var r = 0; r < Repeats; r++)
        {
            one.Repeat(r, first, turns.Item1, per);
            other.Repeat(r, second, turns.Item2, per);
        }

        return (one, other);
    }

    /// <summary>Prints both, each beside its floor.</summary>
    public void Tell(Report report, string name, double? floor)
    {
        report.Add(name, Microseconds, "µs CPU", floor);
        report.Add($"{name}, allocated", Bytes, "bytes", null);
    }

    /// <summary>The median of the CPU.</summary>
    public double Median => Microseconds.Order().ElementAt(Repeats / 2);

    void Repeat<T>(int repeat, Func<int, T> act, int turns, int per)
    {
        T? last = default;
        using var process = Process.GetCurrentProcess();
        GC.Collect();
        process.Refresh();
        var (cpu, allocated) = (process.TotalProcessorTime, GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < turns; i++)
        {
            last = act(i);
        }

        process.Refresh();
        Microseconds[repeat] = (process.TotalProcessorTime - cpu).TotalMicroseconds / turns / per;
        Bytes[repeat] = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / turns / per;
        GC.KeepAlive(last);
    }

    // Long enough for the compiler's second look, then as many turns as fill a repeat.
    static int Warm<T>(Func<int, T> act)
    {
        var (clock, turns) = (Stopwatch.StartNew(), 0);
        while (clock.Elapsed < 2 * span)
        {
            act(turns++);
        }

        var (second, more) = (Stopwatch.StartNew(), 0);
        while (second.Elapsed < span)
        {
            act(turns + more++);
        }

        return Math.Max(1, more);
    }
}
