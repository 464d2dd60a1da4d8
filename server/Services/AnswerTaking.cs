using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace OrderGrpc.Server.Services;

/// <summary>
/// A call that is answered once runs until its reader has taken the answer, but for what waits of any stream.
/// gRPC only buffers it, and Kestrel ends a call with all of it still to be sent: a thousand answers that
/// nobody reads would be counted nowhere. Who has not taken it within as long again as the call's deadline
/// gets a reset.
/// </summary>
public sealed class AnswerTaking(CallDeadline deadline, CallLimits limits, TimeProvider time) : IMiddleware
{
    private const int CancelledStream = 8; // of HTTP/2

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var answering = next(context);
        return answering.IsCompletedSuccessfully && !IsLarge(context.Response.BodyWriter) ? Task.CompletedTask : TakeAsync(answering, context);
    }

    private bool IsLarge(PipeWriter body) => body.CanGetUnflushedBytes && body.UnflushedBytes > limits.SmallAnswerBytes;

    private async Task TakeAsync(Task answering, HttpContext context)
    {
        await answering;
        if (!IsLarge(context.Response.BodyWriter))
        {
            return;
        }

        using var late = new CancellationTokenSource(deadline.Of(context), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        try
        {
            await context.Response.BodyWriter.FlushAsync(CancellationToken.None).AsTask().WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            if (context.Features.Get<IHttpResetFeature>() is { } stream)
            {
                stream.Reset(CancelledStream);
            }
            else
            {
                context.Abort(); // of HTTP/1.1
            }
        }
    }
}
