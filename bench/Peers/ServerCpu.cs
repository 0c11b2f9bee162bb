using System.Diagnostics;
using System.Globalization;

namespace Aampe.Agents.Bench.Peers;

/// <summary>CPU that a server process, its children and this process have used, from /proc. A tick is 10 ms.</summary>
sealed class ServerCpu(int server)
{
    const double TicksPerSecond = 100;

    /// <summary>Seconds of CPU of the server with all its children, alive or ended.</summary>
    public double Server()
    {
        double ticks = 0;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Stat(directory) is { } stat && (id == server || stat.Parent == server))
            {
                ticks += stat.Own + (id == server ? stat.Ended : 0);
            }
        }

        return ticks / TicksPerSecond;
    }

    /// <summary>Seconds of CPU of this process.</summary>
    public static double Client()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    static (int Parent, double Own, double Ended)? Stat(string directory)
    {
        try
        {
            // Behind the name, which may hold blanks: state, parent, …, utime, stime, cutime, cstime.
            var text = File.ReadAllText(Path.Combine(directory, "stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            double Ticks(int at) => double.Parse(fields[at], CultureInfo.InvariantCulture);
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), Ticks(11) + Ticks(12), Ticks(13) + Ticks(14));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null; // it ended between the listing and the look
        }
    }
}
