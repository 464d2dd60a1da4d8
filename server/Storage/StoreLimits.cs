namespace OrderGrpc.Server.Storage;

/// <summary>What every engine keeps to. A slice ends at the first of its bounds that it reaches.</summary>
public static class StoreLimits
{
    public const int BytesPerRead = 256 << 10; // of the rows of a slice
    public const int RowsPerSlice = 256; // read whole
    public const int RowsLookedAtPerSlice = 2000; // of an index or of columns
    public const int CommitsAhead = 8; // of the tail; what is dropped it reads from the store
    public const int ReadPlaces = 2; // of slices that run at the same time, of all callers
}
