namespace Aampe.Agents.Silo.Delivery.Providers;

/// <summary>Checks the settings of providers at start. What is secret is named, never shown.</summary>
static class ProviderRules
{
    /// <summary>What is wrong with those of mobile push, a sentence each.</summary>
    public static IEnumerable<string> Fcm(string key, ChannelOptions options, bool allowPrivate)
    {
        if (options.CredentialsFile.Length == 0)
        {
            yield return $"{key}:CredentialsFile must name the file of the service account; was empty.";
        }
        else if (ServiceAccount.Read(options.CredentialsFile) is { Fault: { } fault })
        {
            yield return $"{key}:CredentialsFile '{options.CredentialsFile}' {fault}.";
        }
        else if (WebhookTarget.Refusal(ServiceAccount.Read(options.CredentialsFile).Account!.TokenUri.OriginalString, allowPrivate) is { } refusal)
        {
            yield return $"{key}:CredentialsFile '{options.CredentialsFile}' has a token_uri that cannot be called: {refusal}";
        }

        foreach (var one in Address(key, options, allowPrivate).Concat(Signed(key, options)))
        {
            yield return one;
        }
    }

    /// <summary>What is wrong with those of text messages, a sentence each.</summary>
    public static IEnumerable<string> Twilio(string key, ChannelOptions options, bool allowPrivate)
    {
        if (!(options.Account.Length == 34 && options.Account.StartsWith("AC", StringComparison.Ordinal) && options.Account[2..].All(char.IsAsciiHexDigitLower)))
        {
            yield return $"{key}:Account must be an account SID, AC and 32 hexadecimal digits; was '{options.Account}'.";
        }

        if (options.Secret.Length < 16)
        {
            yield return $"{key}:Secret must be the auth token of the account; it has {options.Secret.Length} characters.";
        }

        if (!(options.From.Length is > 1 and <= 34 && (options.From[0] == '+' ? options.From[1..].All(char.IsAsciiDigit) : options.From.All(c => char.IsAsciiLetterOrDigit(c) || c == ' '))))
        {
            yield return $"{key}:From must be a number such as +15005550006, a messaging service (MG…) or a sender's name; was '{options.From}'.";
        }

        foreach (var one in Address(key, options, allowPrivate))
        {
            yield return one;
        }
    }

    /// <summary>What is wrong with those of WhatsApp, a sentence each.</summary>
    public static IEnumerable<string> WhatsApp(string key, ChannelOptions options, bool allowPrivate)
    {
        if (options.Account.Length is 0 or > 32 || !options.Account.All(char.IsAsciiDigit))
        {
            yield return $"{key}:Account must be a phone number id, digits only; was '{options.Account}'.";
        }

        if (options.Secret.Length < 16)
        {
            yield return $"{key}:Secret must be the access token; it has {options.Secret.Length} characters.";
        }

        foreach (var one in Address(key, options, allowPrivate))
        {
            yield return one;
        }
    }

    /// <summary>What is wrong with a secret that callbacks in our own shape are signed with; it may be absent.</summary>
    public static IEnumerable<string> Signed(string key, ChannelOptions options)
    {
        if (options.CallbackSecret.Length > 0 && WebhookSignature.SecretFault(options.CallbackSecret) is { } fault)
        {
            yield return $"{key}:CallbackSecret {fault}";
        }
    }

    static IEnumerable<string> Address(string key, ChannelOptions options, bool allowPrivate)
    {
        if (options.Url.Length > 0 && WebhookTarget.Refusal(options.Url, allowPrivate) is { } refusal)
        {
            yield return $"{key}:Url is '{options.Url}': {refusal}";
        }
    }
}
