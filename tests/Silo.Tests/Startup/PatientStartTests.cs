using Aampe.Agents.Silo.Startup;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Aampe.Agents.Silo.Tests.Startup;

/// <summary>A start that meets a silo which is just dying.</summary>
public sealed class PatientStartTests
{
    readonly FakeTimeProvider time = new();
    readonly Said said = new();

    [Fact]
    [Trait("proves", "R18")]
    public async Task It_asks_again_until_the_grain_answers_elsewhere_and_says_so()
    {
        var asked = 0;
        await OutAsync(new PatientStart(time, said).RunAsync("Asking for the rules", _ => ++asked < 5 ? throw new SiloUnavailableException("gone") : Task.CompletedTask, default));
        Assert.Equal(5, asked);
        Assert.Equal(4, said.Lines.Count);
        Assert.All(said.Lines, line => Assert.Equal(LogLevel.Warning, line.Level));
        Assert.StartsWith("Asking for the rules failed: a silo of the cluster does not answer. The next try is in 250 ms.", said.Lines[0].Text, StringComparison.Ordinal);
        Assert.Contains("in 2000 ms", said.Lines[3].Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("proves", "R18")]
    public async Task It_gives_up_after_a_minute_with_one_sentence()
    {
        var started = time.GetUtcNow();
        var fault = await Assert.ThrowsAsync<StartGivenUpException>(() => OutAsync(new PatientStart(time, said).RunAsync("Asking for the rules", _ => throw new TimeoutException("no answer"), default)));
        Assert.InRange(time.GetUtcNow() - started, PatientStart.Longest, PatientStart.Longest * 2);
        Assert.Equal("Asking for the rules failed for 60 seconds, since silos of the cluster do not answer: no answer", Assert.Single(StartFaults.Of(fault)));
    }

    [Fact]
    [Trait("proves", "R18")]
    public async Task A_fault_of_the_rules_themselves_ends_the_start_at_once()
    {
        var asked = 0;
        await Assert.ThrowsAsync<InvalidDataException>(() => new PatientStart(time, said).RunAsync("Loading programs", _ => ++asked > 0 ? throw new InvalidDataException("bad") : Task.CompletedTask, default));
        Assert.Equal(1, asked);
        Assert.Empty(said.Lines);
    }

    // Every wait is over as soon as it has begun.
    async Task OutAsync(Task work)
    {
        while (!work.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        await work;
    }

    sealed class Said : ILogger<PatientStart>
    {
        public List<(LogLevel Level, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add((logLevel, formatter(state, exception)));
    }
}
