using Aampe.Agents.Core.Canonical;
using Microsoft.Data.Sqlite;
using ZstdSharp;

namespace Aampe.Agents.Bench.Storage;

/// <summary>
/// Trains the dictionary that records are packed with out of embedded stores, and prints what it makes of records that it was not trained on, beside
/// the dictionary of this release. A new one gets the next number (docs/adr/0023); the old ones stay.
/// </summary>
static class DictionaryRows
{
    const int DictionaryBytes = 32 << 10, MostOfAKind = 6_000, Level = 3;

    static readonly (string Kind, string Query)[] kinds =
    [
        ("decision", "select record from decisions order by id limit $most"),
        ("effect", "select receipt from effects order by decision limit $most"),
        // Rows that hold events alone are short, and not packed.
        ("journal", "select entries from journal where length(entries) > 60 order by place * 2654435761 % 4294967291 limit $most"),
    ];

    public static void Run(Report report, IReadOnlyList<string> stores, string? to)
    {
        var all = stores.SelectMany(store => kinds.Select(kind => (Store: store, kind.Kind, Records: Read(store, kind.Query)))).ToList();
        // Each store weighs the same, however much it holds.
        var fewest = all.GroupBy(one => one.Kind).ToDictionary(kind => kind.Key, kind => kind.Min(one => one.Records.Count));
        var samples = all.SelectMany(one => one.Records.Take(fewest[one.Kind]).Where((_, i) => i % 2 == 0)).ToList();
        var trained = DictBuilder.TrainFromBuffer(samples, DictionaryBytes);
        using var compressor = new Compressor(Level);
        compressor.LoadDictionary(trained);
        foreach (var (store, kind, records) in all)
        {
            var unseen = records.Where((_, i) => i % 2 == 1).ToList();
            if (unseen.Count == 0)
            {
                continue;
            }

            var plain = unseen.Average(record => record.Length);
            report.Add($"{Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(store)))}: {kind}, this release", [unseen.Average(record => RecordPacking.Pack(record).Length)], "bytes", plain);
            report.Add($"{Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(store)))}: {kind}, trained anew", [unseen.Average(record => compressor.Wrap(record).Length)], "bytes", plain);
        }

        if (to is not null)
        {
            File.WriteAllBytes(to, trained);
        }
    }

    static List<byte[]> Read(string store, string query)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = store, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        command.Parameters.AddWithValue("$most", MostOfAKind);
        using var rows = command.ExecuteReader();
        var found = new List<byte[]>();
        while (rows.Read())
        {
            found.AddRange(Parts((byte[])rows[0]).Where(record => record.Length >= RecordPacking.Shortest));
        }

        return found;
    }

    // A checkpoint's row of the journal holds several, each packed alone.
    static IEnumerable<byte[]> Parts(ReadOnlyMemory<byte> stored) =>
        stored.Span is [Core.Agents.AgentJournal.Several, ..] ? Core.Agents.AgentJournal.Split(stored).Select(part => RecordPacking.Unpack(part).ToArray()) : [RecordPacking.Unpack(stored).ToArray()];
}
