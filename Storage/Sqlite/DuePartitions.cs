using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>
/// Directories of earlier releases kept due moments by a hash of their own; since agents are owned by partition, by that of the log. Done once.
/// </summary>
internal static class DuePartitions
{
    const string Setting = "due moments by partition";

    public static void Apply(Connection connection, int partitions)
    {
        using (var known = connection.Use("select 1 from settings where name = ?1"))
        {
            if (known.Text(1, Setting).Step())
            {
                return;
            }
        }

        connection.Run("begin immediate");
        using (var agents = connection.Use("select number, key from agents"))
        {
            while (agents.Step())
            {
                using var place = connection.Use("update agents set shard = ?2 where number = ?1");
                place.Int(1, agents.Int(0)).Int(2, Partitioning.OfKey(agents.Text(1), partitions)).Run();
            }
        }

        using (var done = connection.Use("insert into settings (name, value) values (?1, 'yes')"))
        {
            done.Text(1, Setting).Run();
        }

        connection.Run("commit");
    }
}
