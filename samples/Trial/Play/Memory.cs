using System.Globalization;

namespace Aampe.Agents.Trial.Play;

/// <summary>Largest resident memory of the silo and of this process, as the kernel counts it.</summary>
sealed class Memory
{
    int silo;
    long peak;

    /// <summary>Names the silo's process.</summary>
    public void Watch(int process) => silo = process;

    /// <summary>Of the silo, bytes; 0 before there is one.</summary>
    public long Peak => peak = Math.Max(peak, silo == 0 ? 0 : High(silo));

    /// <summary>Of this process, bytes.</summary>
    public static long Own => High(Environment.ProcessId);

    static long High(int process)
    {
        var file = $"/proc/{process}/status";
        if (!File.Exists(file))
        {
            return 0;
        }

        var line = File.ReadLines(file).FirstOrDefault(one => one.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line.AsSpan("VmHWM:".Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
