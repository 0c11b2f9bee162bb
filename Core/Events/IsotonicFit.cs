namespace Aampe.Agents.Core.Events;

/// <summary>Weighted isotonic regression by pool adjacent violators: the nearest non-falling sequence in weighted squares.</summary>
static class IsotonicFit
{
    /// <summary>Replaces the values by their isotonic fit.</summary>
    public static void Apply(Span<double> values, ReadOnlySpan<double> weights)
    {
        var blocks = new Stack<(double Mean, double Weight, int Length)>();
        for (var i = 0; i < values.Length; i++)
        {
            var block = (Mean: values[i], Weight: weights[i], Length: 1);
            while (blocks.TryPeek(out var before) && before.Mean > block.Mean)
            {
                blocks.Pop();
                var weight = before.Weight + block.Weight;
                block = ((before.Mean * before.Weight + block.Mean * block.Weight) / weight, weight, before.Length + block.Length);
            }

            blocks.Push(block);
        }

        for (var end = values.Length; blocks.TryPop(out var block); end -= block.Length)
        {
            values.Slice(end - block.Length, block.Length).Fill(block.Mean);
        }
    }
}
