using System.Net.Sockets;
using Aampe.Agents.Storage.Postgres;
using Npgsql;

namespace Aampe.Agents.Storage.Tests.Postgres;

public sealed class PostgresFailureTests
{
    static PostgresException Refused(string state) => new("what the server said", "ERROR", "ERROR", state);

    [Theory]
    [InlineData(PostgresErrorCodes.DiskFull, "Make room")]
    [InlineData(PostgresErrorCodes.TooManyConnections, "max_connections")]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction, "standby")]
    [InlineData(PostgresErrorCodes.CannotConnectNow, "57P03")]
    [InlineData(PostgresErrorCodes.AdminShutdown, "57P01")]
    [InlineData(PostgresErrorCodes.CrashShutdown, "57P02")]
    [InlineData(PostgresErrorCodes.OutOfMemory, "53200")]
    [InlineData(PostgresErrorCodes.IoError, "58030")]
    [InlineData(PostgresErrorCodes.DeadlockDetected, "40P01")]
    public void What_passes_by_itself_is_told_with_when_to_ask_again(string state, string told)
    {
        var seen = Assert.IsType<StoreUnavailableException>(PostgresFailure.Tell(Refused(state), "The server db:5432"));
        Assert.Contains("The server db:5432", seen.Message, StringComparison.Ordinal);
        Assert.Contains("what the server said", seen.Message, StringComparison.Ordinal);
        Assert.Contains(told, seen.Message, StringComparison.Ordinal);
        Assert.InRange(seen.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(PostgresErrorCodes.InvalidPassword, "Password")]
    [InlineData(PostgresErrorCodes.InvalidCatalogName, "create database")]
    [InlineData(PostgresErrorCodes.InsufficientPrivilege, "rights")]
    public void What_only_a_setting_mends_names_it(string state, string told)
    {
        var seen = Assert.IsType<StoreSettingException>(PostgresFailure.Tell(Refused(state), "The server db:5432"));
        Assert.Contains("Data:Postgres", seen.Message, StringComparison.Ordinal);
        Assert.Contains(told, seen.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_connection_and_silence_are_told_alike()
    {
        Exception[] all = [new NpgsqlException("gone", new SocketException(111)), new NpgsqlException("silent", new TimeoutException()), new SocketException(104), new IOException("cut")];
        Assert.All(all, one => Assert.IsType<StoreUnavailableException>(PostgresFailure.Tell(one, "The server")));
    }

    [Theory]
    [InlineData("FATAL", true)]
    [InlineData("ERROR", false)]
    public void A_connection_that_is_not_let_in_is_told_as_one_that_is_lost_and_a_statement_that_fails_is_not(string severity, bool passes)
    {
        var told = PostgresFailure.Tell(new PostgresException("could not write init file", severity, severity, "XX000"), "The server");
        Assert.Equal(passes, told is StoreUnavailableException);
    }

    [Fact]
    [Trait("proves", "R20")]
    public void A_full_disk_is_told_from_other_faults()
    {
        Assert.True(Assert.IsType<StoreUnavailableException>(PostgresFailure.Tell(Refused(PostgresErrorCodes.DiskFull), "The server")).NoRoom);
        Assert.False(Assert.IsType<StoreUnavailableException>(PostgresFailure.Tell(Refused(PostgresErrorCodes.IoError), "The server")).NoRoom);
    }

    [Fact]
    public void What_is_wrong_with_one_commit_stays_what_it_is()
    {
        var twice = Refused(PostgresErrorCodes.UniqueViolation);
        Assert.True(PostgresFailure.IsOfData(twice));
        Assert.False(PostgresFailure.IsOfData(Refused(PostgresErrorCodes.DiskFull)));
        Assert.Same(twice, PostgresFailure.Tell(twice, "The server"));
    }
}
