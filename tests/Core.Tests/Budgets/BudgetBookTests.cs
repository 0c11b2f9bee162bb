using Aampe.Agents.Core.Budgets;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Budgets;

/// <summary>The book of budgets: what is taken, told, given back and read again.</summary>
public sealed class BudgetBookTests
{
    static readonly SpendingSlot day = new("workspace/day/day/EUR", "2026-11-24"), month = new("workspace/month/month/EUR", "2026-11");

    static Bill Of(string decision, decimal cost, params (SpendingSlot Slot, decimal Limit)[] slots) => new(decision, [.. slots.Select(one => new BillLine(one.Slot, cost, one.Limit))]);

    [Fact]
    public void What_two_budgets_must_pay_is_taken_from_both_or_from_none()
    {
        var book = new BudgetBook();
        Assert.True(book.Take("a", [Of("d1", 3, (day, 5), (month, 100))]));
        Assert.False(book.Take("a", [Of("d2", 3, (day, 5), (month, 100))]));
        Assert.Equal((3m, 3m), (book.SpentOf(day), book.SpentOf(month)));
        // To the last cent, and not one more.
        Assert.True(book.Take("a", [Of("d3", 2, (day, 5), (month, 100))]));
        Assert.False(book.Take("a", [Of("d4", 0.000001m, (day, 5))]));
        Assert.Equal((5m, 5m), (book.SpentOf(day), book.OpenOf(day)));
    }

    [Fact]
    public void Several_decisions_of_one_step_are_paid_together()
    {
        var book = new BudgetBook();
        Assert.False(book.Take("a", [Of("d1", 3, (day, 5)), Of("d2", 3, (day, 5))]));
        Assert.Equal(0, book.SpentOf(day));
        Assert.True(book.Take("a", [Of("d1", 3, (day, 6)), Of("d2", 3, (day, 6))]));
        Assert.Equal(6, book.SpentOf(day));
    }

    [Fact]
    public void A_decision_is_paid_once_and_its_fate_is_told_once()
    {
        var book = new BudgetBook();
        Assert.True(book.Take("a", [Of("d1", 3, (day, 3))]));
        Assert.True(book.Take("a", [Of("d1", 3, (day, 3))]));
        Assert.Equal(3, book.SpentOf(day));
        Assert.Equal([day], book.Settle("d1", kept: false).AsEnumerable());
        Assert.Empty(book.Settle("d1", kept: false));
        Assert.Empty(book.Settle("d1", kept: true));
        Assert.Equal(0, book.SpentOf(day));
        Assert.True(book.Take("a", [Of("d2", 3, (day, 3))]));
        book.Settle("d2", kept: true);
        Assert.Equal((3m, 0m), (book.SpentOf(day), book.OpenOf(day)));
        book.Refund(Of("d2", 3, (day, 3)));
        Assert.Equal(0, book.SpentOf(day));
    }

    [Fact]
    public void An_answer_about_an_earlier_taking_does_not_free_a_later_one()
    {
        var book = new BudgetBook();
        book.Take("a", [Of("d1", 3, (day, 9))]);
        var asked = book.Open.Single().Stamp;
        book.Take("a", [Of("d1", 3, (day, 9))]);
        Assert.Empty(book.Settle("d1", kept: false, asked));
        Assert.Equal(3, book.SpentOf(day));
        Assert.NotEmpty(book.Settle("d1", kept: false, book.Open.Single().Stamp));
    }

    [Fact]
    public void Money_that_comes_back_while_its_bill_is_open_comes_back_once()
    {
        var book = new BudgetBook();
        book.Take("a", [Of("d1", 3, (day, 9))]);
        book.Take("a", [Of("d2", 3, (day, 9))]);
        book.Refund(Of("d1", 3, (day, 9)));
        Assert.Empty(book.Settle("d1", kept: false));
        Assert.Equal(3, book.SpentOf(day));
    }

    [Fact]
    public void A_period_that_was_let_go_pays_nothing_any_more()
    {
        var book = new BudgetBook();
        for (var i = 0; i <= BudgetBook.Kept; i++)
        {
            Assert.True(book.Take("a", [Of("d" + i, 1, (new SpendingSlot("b", $"2026-{i:00}"), 1))]));
        }

        Assert.False(book.Take("a", [Of("late", 1, (new SpendingSlot("b", "2026-00"), 1))]));
        Assert.False(book.Take("a", [Of("again", 1, (new SpendingSlot("b", "2026-01"), 1))]));
        Assert.Equal(BudgetBook.Kept, book.Spent.Count());
    }

    [Fact]
    public void A_book_reads_as_it_was_written()
    {
        var book = new BudgetBook();
        book.Take("default/u:ada", [Of("d1", 0.00645m, (day, 5), (month, 100.5m))]);
        book.Take("default/u:bob", [Of("d2", 0.07m, (month, 100.5m))]);
        book.Settle("d2", kept: true);
        var read = BudgetBook.Read(book.Write());
        Assert.Equal(book.Spent, read.Spent);
        var open = read.Open.Single();
        Assert.Equal(("default/u:ada", "d1"), (open.Agent, open.Bill.DecisionId));
        Assert.Equal(book.Open.Single().Bill.Lines.AsEnumerable(), open.Bill.Lines);
        read.Settle("d1", kept: false);
        Assert.Equal(0.07m, read.SpentOf(month));
    }

    // Any order of takings, ends, refunds, repeats and crashes: a period never passes its limit, and what is spent is what counts as sent.
    [Fact]
    public void No_order_of_things_overspends_or_loses_money()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new SeededRandom($"budget book {seed}");
            var (book, limit) = (new BudgetBook(), (Day: 20m + random.Next(10), Month: 25m + random.Next(10)));
            var (open, kept) = (new Dictionary<string, decimal>(), new Dictionary<string, decimal>());
            for (var i = 0; i < 200; i++)
            {
                var some = open.Keys.Concat(kept.Keys).Append("d" + i).ElementAt(random.Next(open.Count + kept.Count + 1));
                switch (random.Next(5))
                {
                    case 0 or 1 when !kept.ContainsKey(some):
                        var cost = open.GetValueOrDefault(some, 0.5m + random.Next(4));
                        var before = (book.SpentOf(day), book.SpentOf(month));
                        var fits = open.ContainsKey(some) || (before.Item1 + cost <= limit.Day && before.Item2 + cost <= limit.Month);
                        Assert.Equal(fits, book.Take("a", [Of(some, cost, (day, limit.Day), (month, limit.Month))]));
                        if (fits)
                        {
                            open[some] = cost;
                        }

                        break;
                    case 2 when open.Remove(some, out var ended):
                        var counts = random.Next(2) == 0;
                        book.Settle(some, counts);
                        if (counts)
                        {
                            kept[some] = ended;
                        }

                        break;
                    case 3 when kept.Remove(some, out var paid):
                        book.Refund(Of(some, paid, (day, limit.Day), (month, limit.Month)));
                        break;
                    case 4:
                        book = BudgetBook.Read(book.Write());
                        break;
                }

                var sum = open.Values.Sum() + kept.Values.Sum();
                Assert.Equal((sum, sum), (book.SpentOf(day), book.SpentOf(month)));
                Assert.True(sum <= Math.Min(limit.Day, limit.Month));
                Assert.Equal(open.Keys.Order(StringComparer.Ordinal), book.Open.Select(one => one.Bill.DecisionId));
            }
        }
    }
}
