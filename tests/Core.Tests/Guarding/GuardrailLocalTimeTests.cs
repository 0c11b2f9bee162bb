using System.Globalization;
using Aampe.Agents.Core.Guarding;
using CsCheck;
using static Aampe.Agents.Core.Tests.Guarding.GuardrailZones;

namespace Aampe.Agents.Core.Tests.Guarding;

[Trait("proves", "R15")]
public class GuardrailLocalTimeTests
{
    [Theory]
    [InlineData("America/New_York", "2026-03-08", 23)]
    [InlineData("America/New_York", "2026-11-01", 25)]
    [InlineData("Europe/Berlin", "2026-03-29", 23)]
    [InlineData("Europe/Berlin", "2026-10-25", 25)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", 24.5)]
    [InlineData("Australia/Lord_Howe", "2026-10-04", 23.5)]
    [InlineData("America/Havana", "2026-03-08", 23)]
    [InlineData("America/Havana", "2026-11-01", 25)]
    [InlineData("Africa/Cairo", "2026-04-24", 23)]
    [InlineData("Asia/Kathmandu", "2026-03-29", 24)]
    public void A_local_day_has_its_own_length(string zone, string date, double hours)
    {
        var day = DateOnly.Parse(date, CultureInfo.InvariantCulture);

        Assert.Equal(hours, (LocalTime.StartOf(day.AddDays(1), LocalTime.Zone(zone)) - LocalTime.StartOf(day, LocalTime.Zone(zone))).TotalHours);
    }

    [Theory]
    [InlineData("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30Z", "2026-03-08T07:30Z")] // skipped: 03:30 EDT
    [InlineData("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30Z", "2026-11-01T06:30Z")] // repeated
    [InlineData("America/New_York", "2026-11-01T02:00", "2026-11-01T07:00Z", "2026-11-01T07:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00Z", "2026-03-29T01:00Z")]
    [InlineData("Europe/Berlin", "2026-10-25T02:59", "2026-10-25T00:59Z", "2026-10-25T01:59Z")]
    [InlineData("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45Z", "2026-10-03T15:45Z")] // half an hour skipped
    [InlineData("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45Z", "2026-04-04T15:15Z")] // half an hour repeated
    [InlineData("Asia/Kathmandu", "2026-03-29T00:00", "2026-03-28T18:15Z", "2026-03-28T18:15Z")]
    [InlineData("America/Havana", "2026-11-01T00:30", "2026-11-01T04:30Z", "2026-11-01T05:30Z")]
    public void A_wall_clock_has_one_moment_or_two(string zone, string local, string first, string last) =>
        Assert.Equal((Utc(first), Utc(last)), LocalTime.MomentsOf(DateTime.Parse(local, CultureInfo.InvariantCulture), LocalTime.Zone(zone)));

    [Fact]
    public void Every_moment_is_among_those_of_its_wall_clock() =>
        Gen.Select(Gen.OneOf(All.Select(Gen.Const).ToArray()), Gen.Int[0, 60 * 24 * 365 * 3]).Sample(
            (id, minute) =>
            {
                var zone = LocalTime.Zone(id);
                var at = Utc("2025-01-01T00:00Z") + TimeSpan.FromMinutes(minute);
                var (first, last) = LocalTime.MomentsOf(LocalTime.Of(at, zone), zone);
                return at == first || at == last;
            },
            iter: 20_000,
            seed: "0000KOIPe182");

    [Fact]
    public void An_unknown_zone_is_refused_by_name()
    {
        Assert.False(LocalTime.IsZone("Europe/Atlantis"));
        Assert.False(LocalTime.IsZone(""));
        Assert.Contains("Europe/Atlantis", Assert.Throws<TimeZoneNotFoundException>(() => LocalTime.Zone("Europe/Atlantis")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_carries_the_offset_of_the_zone() =>
        Assert.Equal("2026-11-24T14:45:00.000+05:45", LocalTime.Text(Utc("2026-11-24T09:00Z"), "Asia/Kathmandu"));
}
