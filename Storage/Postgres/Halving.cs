using Aampe.Agents.Storage.Commits;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Writes a batch so that somebody's bad data fails nobody else.</summary>
internal static class Halving
{
    const int Tries = 4;

    /// <summary>Stores all of a batch in one transaction; on an error of data halves it until only the bad work fails.</summary>
    /// <param name="store">Stores and completes a batch, or throws and has stored nothing (or nobody knows).</param>
    /// <param name="tell">What callers see of an error.</param>
    public static void Write<T>(List<T> batch, Action<List<T>> store, Func<Exception, Exception> tell)
        where T : class, IQueuedWork
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                store(batch);
                return;
            }
            catch (Exception why) when (PostgresFailure.IsOfOrder(why) && tries < Tries)
            {
                // Rolled back as a whole: the same again.
            }
            catch (Exception why) when (PostgresFailure.IsOfData(why) && batch.Count > 1)
            {
                var half = batch.Count / 2;
                Write(batch[..half], store, tell);
                Write(batch[half..], store, tell);
                return;
            }
            catch (Exception why)
            {
                var told = tell(why);
                batch.ForEach(work => work.Failed(told));
                return;
            }
        }
    }
}
