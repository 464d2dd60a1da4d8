namespace OrderGrpc.CliShell;

/// <summary>Names of requests: made once per command and sent with each attempt, so that it is done once.</summary>
public static class RequestIds
{
    /// <summary>A new one. Version 7 ids ascend with time, which keeps the server's index of them compact.</summary>
    public static string New(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow()).ToString();
}
