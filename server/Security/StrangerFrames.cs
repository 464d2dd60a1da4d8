using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace OrderGrpc.Server.Security;

/// <summary>
/// What is read of a connection before its first good call: the heads of its frames (RFC 9113, 4.1) are
/// counted, and what is more than a stranger may send waits in the socket, where it costs nothing. So a
/// gateway may open a thousand streams at once, of which all but a few wait for the first to be let in; and
/// whoever opens streams that nobody lets in, or resets them, gets no further. Then it is out of
/// the way, unless the connection's caller floods: see <see cref="ConnectionUse.Pause"/>.
/// </summary>
public sealed class StrangerFrames : PipeReader, IDuplexPipe
{
    private const int FrameHeadBytes = 9;
    private const byte HeadersFrame = 1;

    private readonly PipeReader inner;
    private readonly ConnectionUse use;
    private readonly CancellationToken closed;
    private readonly bool hasFrames; // of HTTP/1.1 one request is read after the other, and each that is refused is counted
    private ReadOnlySequence<byte> given;
    private long passed; // bytes at the begin of what is unread that were let through before
    private long left = SpokenProtocol.Preface.Length; // of the frame whose head was let through

    private StrangerFrames(IDuplexPipe transport, ConnectionUse use, bool hasFrames, CancellationToken closed)
    {
        (inner, Output, this.use, this.hasFrames, this.closed) = (transport.Input, transport.Output, use, hasFrames, closed);
    }

    public PipeReader Input => this;

    public PipeWriter Output { get; }

    /// <summary>The step of a connection after TLS.</summary>
    public static ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        var (transport, use) = (connection.Transport, connection.Features.Get<ConnectionUse>()!);
        using var end = connection.ConnectionClosed.UnsafeRegister(static use => ((ConnectionUse)use!).Wake(), use);
        connection.Transport = new StrangerFrames(transport, use, SpokenProtocol.IsHttp2(connection), connection.ConnectionClosed);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    };

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        hasFrames && !use.IsProven ? ReadSomeAsync(cancellationToken)
        : use.EndOfPause() is { } end ? ReadAfterAsync(end, cancellationToken)
        : inner.ReadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result) || use.IsProven || !hasFrames)
        {
            return !result.Buffer.IsEmpty || result.IsCompleted || result.IsCanceled;
        }

        if (Pass(ref result, out _))
        {
            return true;
        }

        inner.AdvanceTo(result.Buffer.Start);
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // Nothing was given by us where all was: the connection is a caller's now.
        passed = given.IsEmpty || consumed.Equals(given.End) ? 0 : given.Slice(consumed).Length;
        given = default;

        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead()
    {
        inner.CancelPendingRead();
        use.Wake();
    }

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private async ValueTask<ReadResult> ReadAfterAsync(Task pause, CancellationToken cancellationToken)
    {
        await pause;
        return await inner.ReadAsync(cancellationToken);
    }

    private async ValueTask<ReadResult> ReadSomeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var change = use.NextChange();
            var result = await inner.ReadAsync(cancellationToken);
            if (use.IsProven || Pass(ref result, out var headIsWhole))
            {
                return result;
            }

            if (headIsWhole)
            {
                inner.AdvanceTo(result.Buffer.Start);
                await change;
                if (closed.IsCancellationRequested)
                {
                    return new ReadResult(default, isCanceled: false, isCompleted: true);
                }
            }
            else
            {
                inner.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
    }

    // Cuts the result to what may pass; false where that is nothing, and the reader has to wait.
    private bool Pass(ref ReadResult result, out bool headIsWhole)
    {
        headIsWhole = true;
        var buffer = result.Buffer;
        var reader = new SequenceReader<byte>(buffer);
        reader.Advance(passed);
        Span<byte> head = stackalloc byte[FrameHeadBytes];
        while (!reader.End)
        {
            if (left > 0)
            {
                var part = Math.Min(left, reader.Remaining);
                reader.Advance(part);
                left -= part;
                continue;
            }

            headIsWhole = reader.TryCopyTo(head);
            if (!headIsWhole || !use.Take(head[3] == HeadersFrame))
            {
                break;
            }

            left = FrameHeadBytes + ((head[0] << 16) | (head[1] << 8) | head[2]);
        }

        passed = reader.Consumed;
        given = buffer.Slice(0, passed);
        if (passed == 0 && !buffer.IsEmpty && !result.IsCanceled && !(result.IsCompleted && !headIsWhole))
        {
            return false;
        }

        if (passed < buffer.Length && !(result.IsCompleted && !headIsWhole))
        {
            result = new ReadResult(given, result.IsCanceled, isCompleted: false);
        }

        return true;
    }
}
