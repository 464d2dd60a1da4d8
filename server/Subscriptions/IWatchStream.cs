namespace OrderGrpc.Server.Subscriptions;

/// <summary>Where a watch sends to.</summary>
public interface IWatchStream
{
    /// <summary>As what it takes its frames.</summary>
    FrameForm Form { get; }

    /// <summary>Begins a frame.</summary>
    void Begin(WatchFrame frame);

    /// <summary>The next bytes of the frame; only buffered.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Sends what was buffered; waits while the reader is slow, until the watch is to end.</summary>
    ValueTask FlushAsync();

    /// <summary>The watch is to end within a frame: what is left of it, where that is still kept.</summary>
    void Leave(ReadOnlyMemory<byte> rest);
}
