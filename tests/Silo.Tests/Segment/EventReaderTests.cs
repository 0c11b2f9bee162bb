using System.Globalization;
using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Silo.Ingest;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Tests.Segment;

/// <summary>The short way through an event finds what the long one does.</summary>
public sealed class EventReaderTests
{
    static readonly Instant received = Instant.From(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
    static readonly Caller caller = new(CallerKind.Write, "key", "web", false, []);
    static readonly EventReader reader = new(new IngestOptions());

    static ReadEvent Read(string fields) => reader.Read(Encoding.UTF8.GetBytes($$"""{"type":"track","userId":"ada",{{fields}}}"""), null, null, received, caller);

    static string Spelt(string timestamp) => Read($"\"event\":\"x\",\"timestamp\":\"{timestamp}\"") is ReadEvent.Good good ? good.Event.OccurredAt.ToString() : "bad";

    [Fact]
    public void A_time_in_the_usual_spelling_is_the_time_that_any_other_spelling_of_it_is()
    {
        for (var i = 0; i < 2_000; i++)
        {
            var at = DateTimeOffset.UnixEpoch.AddMilliseconds(i * 1_234_567_891L % 4_000_000_000_000);
            Assert.Equal(Spelt(at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+00:00'", CultureInfo.InvariantCulture)), Spelt(at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)));
            Assert.Equal(Spelt(at.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture)), Spelt(at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        }
    }

    [Theory]
    [InlineData("2026-02-30T10:00:00.000Z")]
    [InlineData("2026-13-01T10:00:00.000Z")]
    [InlineData("2026-00-01T10:00:00.000Z")]
    [InlineData("2026-01-01T25:00:00.000Z")]
    [InlineData("2026-01-01T10:60:00.000Z")]
    [InlineData("2026-01-01T10:00:61.000Z")]
    [InlineData("1969-12-31T23:59:59.999Z")]
    [InlineData("2026-01-01T1O:00:00.000Z")]
    public void A_time_that_there_is_not_is_refused_in_the_usual_spelling_too(string timestamp) => Assert.Equal("bad", Spelt(timestamp));

    [Theory]
    [InlineData("\"ev\\u0065nt\":\"x\"", "x")]
    [InlineData("\"event\":\"Caf\\u00e9\"", "Café")]
    [InlineData("\"event\":12", "12")]
    [InlineData("\"event\":\"old\",\"event\":\"new\"", "new")]
    public void Escapes_numbers_and_repeats_are_read_as_they_were(string fields, string name) => Assert.Equal(name, Assert.IsType<ReadEvent.Good>(Read(fields)).Event.Name);

    [Theory]
    [InlineData("\"event\":\"x\",\"note\":\"\\ud800\"", "note holds half of a surrogate pair")]
    [InlineData("\"event\":\"x\",\"t\\u0061gs\":[\"\\ud800\"]", "tags holds half of a surrogate pair")]
    [InlineData("\"event\":\"x\",\"properties\":{\"a\":\"\\ud800\"}", "a string holds half of a surrogate pair")]
    [InlineData("\"event\":\"x\",\"\\ud800\":1", "a property name holds half of a surrogate pair")]
    [InlineData("\"event\":\"x\",\"timest\\u0061mp\":true", "timestamp must be text")]
    [InlineData("\"event\":\"x\",\"sentAt\":{}", "sentAt must be text")]
    [InlineData("\"event\":\"x\",\"worth\":1e999", "worth must be a finite number")]
    public void A_fault_names_its_field(string fields, string detail) =>
        Assert.StartsWith(detail, Assert.IsType<ReadEvent.Bad>(Read(fields)).Detail, StringComparison.Ordinal);
}
