using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>What a call says of its caller.</summary>
public static class CallContext
{
    /// <summary>Who calls; authorization has made sure that there is somebody.</summary>
    public static Caller Caller(this ServerCallContext context) => context.GetHttpContext().User.ToCaller();

    /// <summary>The language of its texts. Not by RequestHeaders: those decode all headers, also what a caller got wrong.</summary>
    public static CultureInfo Culture(this ServerCallContext context) =>
        ServerTexts.Choose(context.GetHttpContext().Request.Headers.AcceptLanguage);

    /// <summary>By what an error of the server is found: the W3C trace id where the call is followed, else the connection's and the stream's.</summary>
    public static string TraceId(this HttpContext context) =>
        context.Features.Get<IHttpActivityFeature>()?.Activity.TraceId.ToHexString() ?? context.TraceIdentifier;

    /// <summary>Fails the call with this refusal, if it is one.</summary>
    public static void ThrowIf(this ServerCallContext context, Refusal? refusal)
    {
        if (refusal is null)
        {
            return;
        }

        // Not there or somebody else's: the log does not tell which either, but shows who tries out ids, and what a link is tried for.
        if (refusal.Reason is ErrorReason.OrderNotFound or ErrorReason.NotByOrderLink)
        {
            var http = context.GetHttpContext();
            http.RequestServices.GetRequiredService<SecurityLog>().AccessRefused(http, refusal.Reason);
        }

        throw refusal.ToRpcException(context.Culture());
    }
}
