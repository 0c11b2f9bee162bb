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
        T? last = default;
        using var process = Process.GetCurrentProcess();
        for (var r = 0; r < Repeats; r++)
        {
            GC.Collect();
            process.Refresh();
            var (cpu, allocated) = (process.TotalProcessorTime, GC.GetAllocatedBytesForCurrentThread());
            for (var i = 0; i < turns; i++)
            {
                last = act(turn++);
            }

            process.Refresh();
            time[r] = (process.TotalProcessorTime - cpu).TotalMicroseconds / turns / per;
            bytes[r] = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / turns / per;
        }

        GC.KeepAlive(last);
        return new Cost(time, bytes);
    }

    /// <summary>Prints both, each beside its floor.</summary>
    public void Tell(Report report, string name, double? floor)
    {
        report.Add(name, Microseconds, "µs CPU", floor);
        report.Add($"{name}, allocated", Bytes, "bytes", null);
    }

    /// <summary>The median of the CPU.</summary>
    public double Median => Microseconds.Order().ElementAt(Repeats / 2);

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
