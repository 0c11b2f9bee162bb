using Aampe.Agents.Silo.Delivery;
using Aampe.Agents.Silo.Tests.Security;

namespace Aampe.Agents.Silo.Tests.Delivery.Adapters;

public sealed class WebhookAdapterTests : HttpAdapterContract
{
    protected override string Channel => "hook";

    protected override string Address => "anything";

    protected override Answer Taken => new(200, "{}");

    protected override Answer Refused => new(400, "{}");

    protected override Answer NoSuchAddress => new(404, "{}");

    protected override string KeyOf(Call call) => call.Headers["webhook-id"];

    protected override IChannelAdapter Of(StandIn other) => new WebhookAdapter(
        Channel, new ChannelOptions { Url = other.Url, Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }, WebhookTarget.Handler(allowPrivate: true), new StoppedEndpoints(new MemoryDocuments()), Time);
}
