using System.Globalization;
using Grpc.Core;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Server.Services;

/// <summary>What a call says of its caller.</summary>
public static class CallContext
{
    /// <summary>Who calls; authorization has made sure that there is somebody.</summary>
    public static Caller Caller(this ServerCallContext context) => context.GetHttpContext().User.ToCaller();

    /// <summary>The language of its texts. Not by RequestHeaders: those decode all headers, also what a caller got wrong.</summary>
    public static CultureInfo Culture(this ServerCallContext context) =>
        Texts.Choose(context.GetHttpContext().Request.Headers.AcceptLanguage);

    /// <summary>Fails the call with this refusal, if it is one.</summary>
    public static void ThrowIf(this ServerCallContext context, Refusal? refusal)
    {
        if (refusal is not null)
        {
            throw refusal.ToRpcException(context.Culture());
        }
    }
}
