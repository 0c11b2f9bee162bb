using System.Collections.Concurrent;
using Aampe.Agents.Silo.Security.People;
using Microsoft.AspNetCore.Identity;

namespace Aampe.Agents.Silo.Security;

/// <summary>What became of a sign-in.</summary>
public abstract record SignIn
{
    SignIn()
    {
    }

    /// <summary>The password is right.</summary>
    /// <param name="Person">Whose it is.</param>
    public sealed record Accepted(Person Person) : SignIn;

    /// <summary>The password is wrong, or there is nobody of that name: the answer does not tell which.</summary>
    public sealed record Refused : SignIn;

    /// <summary>Too many wrong ones from this address; the password was not looked at.</summary>
    /// <param name="Wait">How long to wait before the next.</param>
    public sealed record TooSoon(TimeSpan Wait) : SignIn;
}

/// <summary>Passwords of people.</summary>
public interface IAdminPasswords
{
    /// <summary>Checks a person's password. After five failures from an address, each further one doubles the wait before its next is looked at.</summary>
    /// <param name="personId">Sign-in name.</param>
    /// <param name="address">Address that the caller comes from.</param>
    ValueTask<SignIn> VerifyAsync(string personId, string password, string address, CancellationToken stop);

    /// <summary>A password as it is kept.</summary>
    /// <exception cref="ArgumentException">It has fewer than 12 or more than 256 characters.</exception>
    string Hash(string password);

    /// <summary>Sets the built-in administrator's password; ends all tokens.</summary>
    /// <exception cref="ArgumentException">It has fewer than 12 or more than 256 characters.</exception>
    ValueTask SetAsync(string password, CancellationToken stop);
}

/// <summary>The built-in administrator's password is kept with the keys, everybody else's with the person.</summary>
public sealed class AdminPasswords : IAdminPasswords
{
    public const int MinLength = 12, MaxLength = 256;
    const int FreeFailures = 5, MaxAddresses = 10_000;
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    static readonly object Admin = new();

    // PBKDF2-HMAC-SHA-512; the framework's default of 100,000 rounds is below OWASP's figure for it.
    readonly PasswordHasher<object> hasher = new(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));
    readonly Lazy<string> nobody;
    readonly ConcurrentDictionary<string, Failures> failures = new(StringComparer.Ordinal);

    readonly KeyRing keys;
    readonly PeopleBook people;
    readonly TimeProvider time;

    public AdminPasswords(KeyRing keys, PeopleBook people, TimeProvider time)
    {
        (this.keys, this.people, this.time) = (keys, people, time);
        nobody = new(() => hasher.HashPassword(Admin, Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16))));
    }

    readonly record struct Failures(int Count, DateTimeOffset NotBefore);

    public async ValueTask<SignIn> VerifyAsync(string personId, string password, string address, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(personId);
        ArgumentNullException.ThrowIfNull(password);
        if (Enter(address) is { } wait)
        {
            return new SignIn.TooSoon(wait);
        }

        var person = await people.FindAsync(personId, stop);
        if (!await MatchesAsync(person, password, stop) || person!.Disabled)
        {
            return new SignIn.Refused();
        }

        failures.TryRemove(address, out _);
        return new SignIn.Accepted(person);
    }

    public string Hash(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        return password.Length is < MinLength or > MaxLength
            ? throw new ArgumentException($"The password must have {MinLength} to {MaxLength} characters; it has {password.Length}.", nameof(password))
            : hasher.HashPassword(Admin, password);
    }

    public async ValueTask SetAsync(string password, CancellationToken stop) => await keys.SavePasswordHashAsync(Hash(password), stop);

    // Nobody of that name takes as long as somebody: the time of an answer must not tell who there is.
    async ValueTask<bool> MatchesAsync(Person? person, string password, CancellationToken stop)
    {
        if (person is { PasswordHash.Length: 0 })
        {
            return await MatchesAsync(password, stop);
        }

        var fits = password.Length <= MaxLength;
        return hasher.VerifyHashedPassword(Admin, person?.PasswordHash ?? nobody.Value, fits ? password : "") != PasswordVerificationResult.Failed && fits && person is not null;
    }

    internal async ValueTask<bool> MatchesAsync(string password, CancellationToken stop)
    {
        var hash = await keys.PasswordHashAsync(stop);
        if (hash is null || password.Length > MaxLength)
        {
            return false;
        }

        var verdict = hasher.VerifyHashedPassword(Admin, hash, password);
        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
        {
            await SetAsync(password, stop);
        }

        return verdict != PasswordVerificationResult.Failed;
    }

    // An attempt counts as a failure when it starts, so that many at once are not all free; a right password clears the count.
    TimeSpan? Enter(string address)
    {
        var now = time.GetUtcNow();
        Trim(now);
        while (true)
        {
            var seen = failures.TryGetValue(address, out var before);
            if (seen && before.NotBefore > now)
            {
                return before.NotBefore - now;
            }

            var after = new Failures(before.Count + 1, now + WaitAfter(before.Count + 1));
            if (seen ? failures.TryUpdate(address, after, before) : failures.TryAdd(address, after))
            {
                return null;
            }
        }
    }

    static TimeSpan WaitAfter(int count) =>
        count < FreeFailures ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, count - FreeFailures)));

    void Trim(DateTimeOffset now)
    {
        if (failures.Count < MaxAddresses)
        {
            return;
        }

        foreach (var (address, one) in failures)
        {
            if (one.NotBefore + LongestWait < now || failures.Count >= 2 * MaxAddresses)
            {
                failures.TryRemove(address, out _);
            }
        }
    }
}
