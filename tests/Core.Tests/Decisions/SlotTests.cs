using Aampe.Agents.Core.Decisions;

namespace Aampe.Agents.Core.Tests.Decisions;

public sealed class SlotTests
{
    [Theory]
    [InlineData("2026-11-24T06:00", "morning-weekday")]
    [InlineData("2026-11-24T10:59", "morning-weekday")]
    [InlineData("2026-11-24T11:00", "midday-weekday")]
    [InlineData("2026-11-28T15:00", "afternoon-weekend")]
    [InlineData("2026-11-29T22:59", "evening-weekend")]
    [InlineData("2026-11-29T23:00", "")]
    [InlineData("2026-11-24T05:59", "")]
    public void A_local_time_lies_in_one_slot_or_in_the_night(string local, string slot) =>
        Assert.Equal(slot, Slot.SlotAt(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Every_slot_contains_its_first_hour() =>
        Assert.All(Slot.All, slot => Assert.Equal(slot, Slot.SlotAt(new DateTime(2026, 11, Slot.IsWeekend(slot) ? 28 : 24, Slot.Hours(slot).FromHour, 0, 0, DateTimeKind.Unspecified))));

    [Fact]
    public void The_sets_of_fixed_meaning_are_those_of_the_method()
    {
        Assert.Equal([1, 2, 3, 5, 7], StandardSets.GapDays.AsEnumerable());
        Assert.Equal([0, 15, 60, 240], StandardSets.TriggerDelayMinutes.AsEnumerable());
        Assert.Equal(("frequency", "hold", "send"), (StandardSets.Frequency, StandardSets.Hold, StandardSets.Send));
    }

    [Fact]
    public void There_are_eight_slots() => Assert.Equal(8, Slot.All.Distinct().Count());

    [Fact]
    public void An_unknown_slot_is_refused_by_name() =>
        Assert.Contains("night-weekday", Assert.Throws<ArgumentException>(() => Slot.Hours("night-weekday")).Message, StringComparison.Ordinal);
}
