namespace Aampe.Agents.Storage.Sqlite;

/// <summary>Writes during which freed bytes are written over; elsewhere that would cost every delete of every day.</summary>
internal static class SecureDelete
{
    /// <summary>Runs a part of a transaction.</summary>
    public static T Run<T>(WriteTransaction transaction, Func<T> write)
    {
        transaction.Connection.Run("pragma secure_delete = on");
        try
        {
            return write();
        }
        finally
        {
            transaction.Connection.Run("pragma secure_delete = off");
        }
    }
}
