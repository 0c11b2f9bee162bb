using Aampe.Agents.Core.Agents;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Grains.Agents;

/// <content>Cards for streams that are open.</content>
public sealed partial class UserAgentGrain
{
    /// <inheritdoc/>
    public async ValueTask<CardsResult> TakeCardsAsync(CardsRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (state.MergedInto.Length > 0)
        {
            return new CardsResult([], [], new AgentKey(key.Tenant, state.MergedInto).ToString());
        }

        var (step, taken) = await PayingAsync(request.At, step => CardQueue.Take(step, request.After));
        if (step.JournalEntries > 0)
        {
            await CommitAsync([step]);
            await PaidForAsync(step);
        }

        var handed = new List<HandedCard>(taken.Count);
        foreach (var card in taken)
        {
            handed.Add(new HandedCard(card.Id, await RecordAsync(card.Id), card.ExpiresAt));
        }

        return new CardsResult([.. handed], handed.Count > 0 ? Attributes() : [], null);
    }
}
