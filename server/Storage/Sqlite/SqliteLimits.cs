namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>The limits of the database file.</summary>
public static class SqliteLimits
{
    public const int CachedOrders = 20_000;
    public const long CachedBytes = 64 << 20;
    public const int ReaderConnections = 16;
    public const int StepsPerLook = 10_000; // of SQLite's machine, after which a read looks whether it was cancelled
    public const int WalCheckpointPages = 2000; // of 4 KiB
    public const long WalBytesKept = 16 << 20;
    public const long WalBytesUntilWait = 32 << 20; // then the writer waits for readers, to start the WAL anew
    public const long WalBytesBetweenWaits = 4 << 20;
    public const int WalWaitMilliseconds = 100;
    public const int BusyTimeoutMilliseconds = 5000;
    public const int WriterCacheKibibytes = 64 << 10;
    public const int ReaderCacheKibibytes = 8 << 10;
    public const int ValueBytes = 16 << 20; // of one value or row; ours are of a megabyte at most
    public const int SchemaNameLength = 200;
    public const long VerifyHeapBytes = 256 << 20;
    public const int StepsBetweenLooks = 100_000;
    public const long StepsOfAnyFile = 100_000_000;
    public const long StepsPerByte = 16; // of a check: several times what a sound file takes
    public const long FileBytesCheckedAtStart = 64 << 20; // a larger one only after a failure
}
