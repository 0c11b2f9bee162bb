using System.Globalization;

namespace Aampe.Agents.Postgres.Fixture;

/// <summary>A disk of a fixed size in memory (tmpfs), which can be filled and emptied. Only root may make one.</summary>
sealed class SmallDisk
{
    readonly string directory;

    SmallDisk(string directory) => this.directory = directory;

    /// <summary>Makes an empty one.</summary>
    /// <exception cref="InvalidOperationException">This machine does not allow it; the message says why.</exception>
    public static async Task<SmallDisk> MountAsync(string directory, int megabytes)
    {
        Directory.CreateDirectory(directory);
        // The user as whom the server runs owns it.
        await RunAsync("sh", "-c", "mount -t tmpfs -o \"size=$1m,mode=0700,uid=$(id -u postgres),gid=$(id -g postgres)\" tmpfs \"$0\"", directory, megabytes.ToString(CultureInfo.InvariantCulture));
        return new SmallDisk(directory);
    }

    /// <summary>Takes all the room that is left.</summary>
    /// <returns>Gives it back when it is disposed of.</returns>
    public IDisposable Fill()
    {
        var filling = new Filling(Path.Combine(directory, "filling"));
        filling.Write();
        return filling;
    }

    /// <summary>Takes it away, with its directory.</summary>
    public async Task UnmountAsync()
    {
        await RunAsync("umount", directory);
        Directory.Delete(directory);
        File.Delete(directory + ".log");
    }

    static async Task RunAsync(string program, params string[] arguments)
    {
        var (code, faults) = await Command.RunAsync(program, arguments);
        if (code != 0)
        {
            throw new InvalidOperationException($"{program} ended with {code}: {faults}");
        }
    }

    sealed class Filling(string file) : IDisposable
    {
        const int Step = 4_096;

        public void Write()
        {
            var bytes = new byte[Step];
            using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            while (true)
            {
                try
                {
                    stream.Write(bytes);
                }
                catch (IOException)
                {
                    // No room is left, which is what it is for.
                    return;
                }
            }
        }

        public void Dispose() => File.Delete(file);
    }
}
