using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// Listens for what the database says beside the success of a commit: that its wait for the standby
/// was cancelled. The commit is then on the primary, and perhaps nowhere else.
/// </summary>
public sealed class CommitNotices : IDisposable
{
    private const string Warning = "01000";
    private readonly NpgsqlConnection connection;
    private PostgresNotice? cancelled;

    public CommitNotices(NpgsqlConnection connection)
    {
        this.connection = connection;
        connection.Notice += Take;
    }

    /// <summary>Throws where the wait for the standby was cancelled.</summary>
    public void ThrowIfCancelled()
    {
        if (cancelled is { } notice)
        {
            throw new NpgsqlException("the wait for the standby was cancelled: " + notice.MessageText);
        }
    }

    public void Dispose() => connection.Notice -= Take;

    private void Take(object sender, NpgsqlNoticeEventArgs e)
    {
        if (e.Notice.SqlState is Warning or PostgresErrorCodes.AdminShutdown)
        {
            cancelled = e.Notice;
        }
    }
}
