using System.Diagnostics;
using System.Globalization;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Sqlite;
using Aampe.Agents.Storage.State;
using StableHash = Aampe.Agents.Core.Canonical.StableHash;

namespace Aampe.Agents.Bench.Storage;

/// <summary>The embedded store: updates of 1 KB records, reads, appends of batches, beside what the disk gives.</summary>
static class StorageRows
{
    const int Repeats = 3, Keys = 20_000, RecordBytes = 1_024, EventBytes = 375, BatchSize = 100;
    const int FloorFileBytes = 32 << 20;
    static readonly int[] UpdateCallers = [1, 16, 512];
    static readonly int[] AppendCallers = [1, 16];
    static readonly Durability[] Durabilities = [Durability.Full, Durability.Normal];
    static readonly TimeSpan Span = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(Report report)
    {
        // Floor, full and normal take turns in each repeat, so that a disk or a neighbour that changes its mind touches all of them.
        var figures = new Dictionary<string, List<Sample>>();
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            Note("floor 8 KB", new Sample(Syncs(8 << 10), 0));
            Note("floor 40 KB", new Sample(Syncs(40 << 10), 0));
            foreach (var callers in UpdateCallers)
            {
                foreach (var durability in Durabilities)
                {
                    Note($"updates of 1 KB, {Name(durability)}, {callers} callers", await UpdatesAsync(durability, callers));
                }
            }

            foreach (var callers in AppendCallers)
            {
                foreach (var durability in Durabilities)
                {
                    Note($"events appended 100 at a time, {Name(durability)}, {callers} callers", await AppendsAsync(durability, callers));
                }
            }
        }

        var small = report.Add("floor: overwrite and sync 8 KB", Rates("floor 8 KB"), "per s", null);
        var batch = report.Add("floor: overwrite and sync 40 KB (100 events)", Rates("floor 40 KB"), "per s", null);
        var lookup = report.Add("floor: 1 KB from a file in the page cache", [.. Enumerable.Range(0, Repeats).Select(_ => Preads())], "per s", null);
        foreach (var (name, samples) in figures.Where(figure => !figure.Key.StartsWith("floor", StringComparison.Ordinal)))
        {
            // Only what waits for the disk has the disk as its floor. Many callers share one sync, so their ratio may exceed 1.
            var events = name.StartsWith("events", StringComparison.Ordinal);
            double? floor = name.Contains("normal", StringComparison.Ordinal) ? null : events ? batch * BatchSize : small;
            report.Add(name, Rates(name), "per s", floor);
            report.Add($"CPU: {name}", [.. samples.Select(sample => sample.CpuMicroseconds)], events ? "us per event" : "us per update", null);
        }

        await ReadsAsync(report, lookup);
        await SizesAsync(report);

        void Note(string name, Sample sample)
        {
            if (!figures.TryGetValue(name, out var samples))
            {
                figures.Add(name, samples = []);
            }

            samples.Add(sample);
        }

        double[] Rates(string name) => [.. figures[name].Select(sample => sample.PerSecond)];

        static string Name(Durability durability) => durability == Durability.Full ? "full" : "normal";
    }

    /// <summary>
    /// Syncs per second of a block written over bytes that the file has already, as the recycled log of SQLite is. Making a file
    /// longer costs the file system a journal entry more, and would be no floor.
    /// </summary>
    static double Syncs(int bytes)
    {
        using var place = new Temporary();
        using var file = new FileStream(Path.Combine(place.Path, "floor"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(new byte[FloorFileBytes]);
        file.Flush(flushToDisk: true);
        var block = new byte[bytes];
        var clock = Stopwatch.StartNew();
        var done = 0;
        for (; clock.Elapsed < Span; done++)
        {
            if (file.Position + bytes > FloorFileBytes || done == 0)
            {
                file.Position = 0;
            }

            file.Write(block);
            file.Flush(flushToDisk: true);
        }

        return done / clock.Elapsed.TotalSeconds;
    }

    static double Preads()
    {
        using var place = new Temporary();
        var path = Path.Combine(place.Path, "floor");
        File.WriteAllBytes(path, new byte[Keys * RecordBytes]);
        using var file = File.OpenHandle(path);
        var random = new Random(1);
        var record = new byte[RecordBytes];
        var clock = Stopwatch.StartNew();
        var done = 0;
        for (; clock.Elapsed < Span; done++)
        {
            RandomAccess.Read(file, record, random.Next(Keys) * (long)RecordBytes);
        }

        return done / clock.Elapsed.TotalSeconds;
    }

    static async Task<Sample> UpdatesAsync(Durability durability, int callers)
    {
        using var place = new Temporary();
        await using var database = Open(place, durability);
        var store = new SqliteAgentStore(database);
        var versions = await FillAsync(store);
        return await MeasureAsync(callers, async (caller, turn) =>
        {
            // Spread over the keys like users, and never two callers on one.
            var key = (int)(turn * 2_654_435_761L % (Keys / callers)) * callers + caller;
            versions[key] = await store.CommitAsync(Commit(key, versions[key], turn), default);
            return 1;
        });
    }

    static async Task<Sample> AppendsAsync(Durability durability, int callers)
    {
        using var place = new Temporary();
        await using var database = Open(place, durability);
        var log = new SqliteEventLog(database, TimeProvider.System);
        var batches = Enumerable.Range(0, 64).Select(batch => (LoggedEvent[])[.. Enumerable.Range(0, BatchSize).Select(i => Event(batch * BatchSize + i))]).ToArray();
        return await MeasureAsync(callers, async (caller, turn) =>
        {
            await log.AppendAsync(batches[(caller + turn) % batches.Length], [], default);
            return BatchSize;
        });
    }

    static async Task ReadsAsync(Report report, double floor)
    {
        using var place = new Temporary();
        await using var database = Open(place, Durability.Normal);
        var store = new SqliteAgentStore(database);
        await FillAsync(store);
        var random = new Random(2);
        var runs = new List<Sample>();
        for (var i = 0; i < Repeats; i++)
        {
            runs.Add(await MeasureAsync(1, async (_, _) => (await store.ReadAsync(Key(random.Next(Keys)), default))!.Version > 0 ? 1 : 0));
        }

        report.Add("reads of 1 KB by key, 1 caller", [.. runs.Select(run => run.PerSecond)], "per s", floor);
        report.Add("CPU: reads of 1 KB by key, 1 caller", [.. runs.Select(run => run.CpuMicroseconds)], "us per read", null);

        var log = new SqliteEventLog(database, TimeProvider.System);
        for (var batch = 0; batch < 500; batch++)
        {
            await log.AppendAsync([.. Enumerable.Range(0, BatchSize).Select(i => Event(batch * BatchSize + i))], [], default);
        }

        runs.Clear();
        for (var i = 0; i < Repeats; i++)
        {
            runs.Add(await MeasureAsync(1, async (_, turn) =>
            {
                await using var reader = await log.OpenAsync(turn % log.Partitions, default);
                var read = 0;
                for (long from = 0; await reader.ReadAsync(from, 500, default) is { Count: > 0 } some; from += some.Count)
                {
                    read += some.Count;
                }

                return read;
            }));
        }

        report.Add("events read from the log, 500 at a time", [.. runs.Select(run => run.PerSecond)], "per s", null);
    }

    static async Task SizesAsync(Report report)
    {
        using var agents = new Temporary();
        await using (var database = Open(agents, Durability.Normal))
        {
            await FillAsync(new SqliteAgentStore(database));
        }

        report.Add("bytes stored for each agent with a 1 KB record", [new FileInfo(Path.Combine(agents.Path, SqliteOptions.FileName)).Length / (double)Keys], "bytes", RecordBytes);
        using var events = new Temporary();
        await using (var database = Open(events, Durability.Normal))
        {
            var log = new SqliteEventLog(database, TimeProvider.System);
            for (var batch = 0; batch < 500; batch++)
            {
                await log.AppendAsync([.. Enumerable.Range(0, BatchSize).Select(i => Event(batch * BatchSize + i))], [], default);
            }
        }

        report.Add("bytes stored for each event of 375 bytes", [new FileInfo(Path.Combine(events.Path, SqliteOptions.FileName)).Length / (500d * BatchSize)], "bytes", EventBytes);
    }

    static async Task<Sample> MeasureAsync(int callers, Func<int, int, Task<int>> once)
    {
        using var process = Process.GetCurrentProcess();
        long done = 0;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => LoopAsync(caller, 200 / callers + 1, Timeout.InfiniteTimeSpan)));
        done = 0;
        process.Refresh();
        var cpu = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => LoopAsync(caller, int.MaxValue, Span)));
        var elapsed = clock.Elapsed;
        process.Refresh();
        return new Sample(done / elapsed.TotalSeconds, (process.TotalProcessorTime - cpu).TotalMicroseconds / done);

        async Task LoopAsync(int caller, int turns, TimeSpan span)
        {
            await Task.Yield();
            var since = Stopwatch.StartNew();
            for (var turn = 0; turn < turns && (span == Timeout.InfiniteTimeSpan || since.Elapsed < span); turn++)
            {
                Interlocked.Add(ref done, await once(caller, turn));
            }
        }
    }

    static async Task<long[]> FillAsync(SqliteAgentStore store) =>
        await Task.WhenAll(Enumerable.Range(0, Keys).Select(key => store.CommitAsync(Commit(key, 0, 0), default).AsTask()));

    static AgentCommit Commit(int key, long version, int turn) => new()
    {
        Key = Key(key),
        ExpectedVersion = version,
        Record = Record,
        Partition = key % 64,
        Due = new Instant(1_700_000_000_000 + turn / 10),
        PanelRank = (long)StableHash.Of(Key(key)),
    };

    static readonly byte[] Record = new byte[RecordBytes];

    static string Key(int key) => string.Create(CultureInfo.InvariantCulture, $"default/u:user-{key}");

    static LoggedEvent Event(int number) => new()
    {
        Tenant = "default",
        Agent = string.Create(CultureInfo.InvariantCulture, $"u:user-{number % 997}"),
        Source = "web",
        Trusted = true,
        Kind = EventKind.Track,
        Name = (number % 4) switch { 0 => "Order Placed", 1 => "App Opened", 2 => "Product Viewed", _ => "Cart Updated" },
        MessageId = string.Create(CultureInfo.InvariantCulture, $"01890a5d-ac96-774b-bcce-{number:x12}"),
        OccurredAt = new Instant(1_700_000_000_000 + number),
        ReceivedAt = new Instant(1_700_000_000_250 + number),
        Payload = Payload,
    };

    static readonly byte[] Payload = new byte[EventBytes];

    static SqliteDatabase Open(Temporary place, Durability durability) => new(new SqliteOptions { Directory = place.Path, Synchronous = durability });

    readonly record struct Sample(double PerSecond, double CpuMicroseconds);

    sealed class Temporary : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("agents-bench-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
