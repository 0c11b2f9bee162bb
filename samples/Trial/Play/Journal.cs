using System.Globalization;
using System.Text;
using Aampe.Agents.HostApp;

namespace Aampe.Agents.Trial.Play;

/// <summary>
/// Every message that was handed over, written before the silo hears that it was taken, and every step that is over. A trial that is killed is lived again
/// from it, without the silo noticing.
/// </summary>
public sealed class Journal : IDisposable
{
    readonly Lock writing = new();
    readonly FileStream file;

    Journal(FileStream file) => this.file = file;

    /// <summary>Opens a journal and reads what it holds.</summary>
    /// <param name="path">The file; made when it is not there.</param>
    /// <param name="over">Takes the messages of each step that is over, in the order of the steps.</param>
    /// <returns>The journal, how many steps are over, and the messages of the step that was under way.</returns>
    public static (Journal Journal, int Steps, IReadOnlyList<Handed> Open) Read(string path, Action<int, IReadOnlyList<Handed>> over)
    {
        ArgumentNullException.ThrowIfNull(over);
        var (steps, open, whole) = (0, new List<Handed>(), 0L);
        if (File.Exists(path))
        {
            foreach (var line in Lines(path))
            {
                whole += Encoding.UTF8.GetByteCount(line) + 1;
                var parts = line.Split('\t');
                if (parts[0] == "step")
                {
                    over(steps++, open);
                    open = [];
                }
                else
                {
                    open.Add(new Handed(parts[1], parts[2], parts[3], parts[4], DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[5], CultureInfo.InvariantCulture))));
                }
            }
        }

        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 1, FileOptions.None);
        // A line that was cut by the end of the process was never answered: the silo sends that message again.
        file.SetLength(whole);
        file.Seek(0, SeekOrigin.End);
        return (new Journal(file), steps, open);
    }

    /// <summary>Writes a message; a process that is killed after it returns has not lost it.</summary>
    public void Note(Handed message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Write(string.Create(CultureInfo.InvariantCulture, $"message\t{message.DecisionId}\t{message.UserId}\t{message.Channel}\t{message.MessageId}\t{message.SendAt.ToUnixTimeMilliseconds()}\n"));
    }

    /// <summary>A step is over: what came until now belongs to it.</summary>
    public void EndStep(int step) => Write(string.Create(CultureInfo.InvariantCulture, $"step\t{step}\n"));

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        lock (writing)
        {
            file.Write(bytes);
        }
    }

    static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        var line = new StringBuilder();
        var buffer = new char[64 * 1024];
        int read;
        while ((read = reader.Read(buffer)) > 0)
        {
            foreach (var one in new ArraySegment<char>(buffer, 0, read))
            {
                if (one == '\n')
                {
                    yield return line.ToString();
                    line.Clear();
                }
                else
                {
                    line.Append(one);
                }
            }
        }
    }
}
