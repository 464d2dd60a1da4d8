using System.IO.Compression;
using Grpc.Net.Compression;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// gzip for messages, where the sender does not say how large the content is: it is read up to the
/// limit of a message and no further, and what is no gzip is the sender's error.
/// </summary>
/// <param name="most">The bytes of a message.</param>
public sealed class BoundedGzip(int most) : ICompressionProvider
{
    public string EncodingName => "gzip";

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new GZipStream(stream, compressionLevel ?? CompressionLevel.Fastest, leaveOpen: true);

    public Stream CreateDecompressionStream(Stream stream) => new Bounded(new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true), most);

    private sealed class Bounded(Stream inner, int most) : Stream
    {
        private int left = most;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            try
            {
                var read = inner.Read(buffer);
                left -= read;
                return left >= 0 ? read : throw new Refusal(ErrorReason.MessageTooLarge).ToRpcException(ServerTexts.English);
            }
            catch (InvalidDataException)
            {
                throw new Refusal(ErrorReason.MalformedMessage).ToRpcException(ServerTexts.English);
            }
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
