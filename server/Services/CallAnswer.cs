using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Services;

/// <summary>A refusal of the call path, told as the call was made: over gRPC, or as JSON.</summary>
public static class CallAnswer
{
    /// <summary>Answers with a refusal, in the language of the call.</summary>
    /// <param name="http">The status where it is told as JSON, and is another than that of the code.</param>
    public static void Refuse(HttpContext context, Refusal refusal, int? http = null)
    {
        if (GrpcAnswer.IsAskedFor(context))
        {
            GrpcAnswer.Refuse(context, refusal);
        }
        else
        {
            JsonAnswer.Refuse(context, refusal, http);
        }
    }
}
