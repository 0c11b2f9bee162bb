using System.Security.Cryptography;
using Aampe.Agents.Silo.Security.People;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Security;

/// <summary>Credentials that an operator sets instead of the ones that the first start would make (section <c>Bootstrap</c>).</summary>
public sealed class BootstrapOptions
{
    /// <summary>Write key of the source "default".</summary>
    public string? WriteKey { get; set; }

    /// <summary>Server key with all scopes, of the source "server".</summary>
    public string? ServerKey { get; set; }

    /// <summary>Password of the administrator.</summary>
    public string? AdminPassword { get; set; }
}

sealed class BootstrapOptionsCheck : IValidateOptions<BootstrapOptions>
{
    internal const int WriteKeyMin = 6, ServerKeyMin = 12;

    public ValidateOptionsResult Validate(string? name, BootstrapOptions options)
    {
        string?[] faults =
        [
            KeyFault(nameof(options.WriteKey), options.WriteKey, KeyKind.Write, WriteKeyMin),
            KeyFault(nameof(options.ServerKey), options.ServerKey, KeyKind.Server, ServerKeyMin),
            options.AdminPassword is { Length: < AdminPasswords.MinLength or > AdminPasswords.MaxLength } password
                ? $"Bootstrap:AdminPassword must have {AdminPasswords.MinLength} to {AdminPasswords.MaxLength} characters; it has {password.Length}."
                : null,
        ];
        var found = faults.OfType<string>().ToArray();
        return found.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    // A fault tells the shape of the value, never the value: it goes into logs.
    static string? KeyFault(string name, string? key, KeyKind kind, int min)
    {
        var prefix = KeyText.Prefix(kind);
        var allowed = $"Bootstrap:{name} must start with {prefix} and have {min} to {KeyText.MaxLength} characters out of A-Z, a-z, 0-9, '_', '-' and '.'";
        return key switch
        {
            null => null,
            _ when !key.StartsWith(prefix, StringComparison.Ordinal) => $"{allowed}; it starts otherwise ({key.Length} characters).",
            _ when key.Length < min || key.Length > KeyText.MaxLength => $"{allowed}; it has {key.Length} characters.",
            _ when key.FirstOrDefault(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.')) is var odd and not '\0' => $"{allowed}; it contains U+{(int)odd:X4}.",
            _ => null,
        };
    }
}

/// <summary>Before the first request: sources, keys and the administrator's password exist. What was made here is printed once, and never again.</summary>
sealed class Bootstrap(KeyRing keys, AdminPasswords passwords, IOptions<BootstrapOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await EnsureSourceAsync(new() { Id = EventSource.Default, Name = "Default", Trusted = false }, cancellationToken);
        await EnsureSourceAsync(new() { Id = EventSource.Server, Name = "Server", Trusted = true }, cancellationToken);

        var set = options.Value;
        var write = await EnsureKeyAsync(KeyKind.Write, set.WriteKey, EventSource.Default, [], cancellationToken);
        var server = await EnsureKeyAsync(KeyKind.Server, set.ServerKey, EventSource.Server, Scopes.All, cancellationToken);
        var password = await EnsurePasswordAsync(set.AdminPassword, cancellationToken);
        Print(write, server, password);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async ValueTask EnsureSourceAsync(EventSource source, CancellationToken stop)
    {
        if ((await keys.SourcesAsync(stop)).All(one => one.Id != source.Id))
        {
            await keys.SaveSourceAsync(source, null, stop);
        }
    }

    async ValueTask<string?> EnsureKeyAsync(KeyKind kind, string? configured, string source, IReadOnlyList<string> scopes, CancellationToken stop)
    {
        var ofKind = (await keys.KeysAsync(stop)).Where(key => key.Kind == kind).ToArray();
        var name = kind == KeyKind.Write ? "Default write key" : "Default server key";
        if (configured is null)
        {
            return ofKind.Length > 0 ? null : (await keys.CreateKeyAsync(kind, name, source, scopes, null, stop)).Text;
        }

        var id = KeyText.IdOf(configured, await keys.PepperAsync(stop));
        foreach (var old in ofKind.Where(key => key.Configured && key.Id != id))
        {
            await keys.DeleteKeyAsync(old.Id, null, stop);
        }

        if (ofKind.All(key => key.Id != id))
        {
            await keys.PutKeyAsync(configured, kind, name, source, scopes, null, configured: true, Person.BuiltIn, null, stop);
        }

        return null;
    }

    async ValueTask<string?> EnsurePasswordAsync(string? configured, CancellationToken stop)
    {
        if (configured is not null)
        {
            if (!await passwords.MatchesAsync(configured, stop))
            {
                await passwords.SetAsync(configured, stop);
            }

            return null;
        }

        if (await keys.PasswordHashAsync(stop) is not null)
        {
            return null;
        }

        var made = KeyText.Encode(RandomNumberGenerator.GetBytes(15));
        await passwords.SetAsync(made, stop);
        return made;
    }

    static void Print(string? write, string? server, string? password)
    {
        (string Label, string? Text)[] lines = [("Write key", write), ("Server key", server), ("Admin password", password)];
        var made = lines.Where(line => line.Text is not null).ToArray();
        if (made.Length == 0)
        {
            return;
        }

        Console.Out.WriteLine("=== Credentials of this deployment: shown once, keep them now ===");
        foreach (var (label, text) in made)
        {
            Console.Out.WriteLine($"  {label + ":",-16}{text}");
        }

        Console.Out.WriteLine("=================================================================");
        Console.Out.Flush();
    }
}
