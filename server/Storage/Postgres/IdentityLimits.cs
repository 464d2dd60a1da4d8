namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// Keys and tokens in a database: how long a read of what has changed may take, and one of all; how often
/// all are read anew; and for how long those known hold while the database is away.
/// </summary>
public static class IdentityLimits
{
    public static readonly TimeSpan Read = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan ReadAll = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan ReadAllAgain = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan KnownWithoutDatabase = TimeSpan.FromMinutes(15);
}
