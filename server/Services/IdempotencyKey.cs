namespace OrderGrpc.Server.Services;

/// <summary>The request_id of a command over HTTP that has none in its body: the header Idempotency-Key, as other services have it.</summary>
public static class IdempotencyKey
{
    private const string Header = "Idempotency-Key";

    /// <summary>What the header says, with or without quotes; empty where there is none, and over gRPC.</summary>
    public static string Of(HttpContext context) =>
        GrpcAnswer.IsAskedFor(context) || context.Request.Headers[Header] is not [{ } key] ? ""
        : key is ['"', .. var quoted, '"'] ? quoted : key;
}
