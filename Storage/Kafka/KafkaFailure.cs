using System.Globalization;
using Confluent.Kafka;

namespace Aampe.Agents.Storage.Kafka;

/// <summary>Tells a failed call by what went wrong and what to do.</summary>
internal sealed class KafkaFailure(KafkaSettings settings)
{
    static readonly TimeSpan soon = TimeSpan.FromSeconds(2);
    static readonly TimeSpan later = TimeSpan.FromSeconds(15);
    volatile Error? last;

    /// <summary>The client's own complaint, kept for the next failure: a message that timed out does not say why.</summary>
    public void Note(Error error) => last = error;

    /// <summary>A call succeeded: what was noted is over.</summary>
    public void Forget() => last = null;

    public StoreUnavailableException Of(string what, Error error, Exception? inner)
    {
        var cause = error.Code is ErrorCode.Local_MsgTimedOut or ErrorCode.Local_TimedOut or ErrorCode.RequestTimedOut && last is { } known ? known : error;
        var (advice, retryAfter) = Advice(cause.Code);
        return new StoreUnavailableException($"{what} failed on topic {settings.Topic} at {settings.Servers}: {cause.Reason.TrimEnd('.')} ({cause.Code}). {advice}", retryAfter, inner);
    }

    public StoreUnavailableException Silent(string what) =>
        last is { } known
            ? Of(what, known, null)
            : new StoreUnavailableException(
                $"{what} had no answer on topic {settings.Topic} at {settings.Servers} for {settings.Options.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s (Log:Kafka:Timeout). Check that the brokers run.", soon, null);

    (string Advice, TimeSpan RetryAfter) Advice(ErrorCode code) => code switch
    {
        ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed =>
            ("The brokers refuse the login: check Log:Kafka:Username and Log:Kafka:Password, or Log:Kafka:EventHubs.", later),
        ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed =>
            ("The login may not use the topic: allow it to read, write and describe (an idempotent write needs IdempotentWrite before Kafka 3.0).", later),
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition =>
            ($"Make the topic: {KafkaTopic.Command(settings)}", later),
        ErrorCode.MsgSizeTooLarge or ErrorCode.Local_BadMsg =>
            ($"Log:Kafka:MessageBytes is {settings.Options.MessageBytes}: lower it to max.message.bytes of the topic, or raise that.", later),
        ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend =>
            ("Fewer replicas are in sync than min.insync.replicas asks for: bring the missing brokers back.", soon),
        ErrorCode.Local_QueueFull => ("More is waiting for the brokers than 64 MB: send slower.", soon),
        ErrorCode.Local_Ssl => ("The encrypted connection failed: check Log:Kafka:SecurityProtocol and Log:Kafka:CertificateAuthorities.", later),
        _ => ("Check that the brokers run and that Log:Kafka:BootstrapServers names them; it goes on by itself when they answer.", soon),
    };
}
