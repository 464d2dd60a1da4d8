using Grpc.Core;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;

namespace OrderGrpc.Tests.Faults.Model;

/// <summary>
/// One watch of a history, resumed after the last position it had whenever it is cut or the server
/// goes. It reads only when it is asked to, so that it mostly waits on the server's side.
/// </summary>
public sealed class ModelWatch(ModelServer server, ModelParty party, WatchOrdersRequest request, long known) : IDisposable
{
    private readonly List<WatchOrdersResponse> told = [];
    private AsyncServerStreamingCall<WatchOrdersResponse>? call;
    private bool caughtUp; // since it was opened
    private bool resumes;

    public ModelParty Party => party;

    public WatchOrdersRequest Request => request;

    /// <summary>All messages, in order, across every resumption.</summary>
    public IReadOnlyList<WatchOrdersResponse> Told => told;

    /// <summary>The last position that was known when it was opened.</summary>
    public long Known => known;

    /// <summary>After which position it tells events.</summary>
    public long From { get; private set; } = request.AfterPosition;

    private long Position => told.Count == 0 ? From : told[^1].Position;

    /// <summary>Opens it; where its start is now, reads until it is known which position that is.</summary>
    public async Task OpenAsync()
    {
        await ConnectAsync();
        if (request.StartCase == WatchOrdersRequest.StartOneofCase.None)
        {
            await UntilAsync(0);
            From = told[0].MessageCase == Kind.Event ? told[0].Position - 1 : told[0].Position;
        }
    }

    /// <summary>Ends the call; the next read resumes.</summary>
    public void Cut()
    {
        call?.Dispose();
        call = null;
    }

    /// <summary>Reads up to a position, and to the end of the past.</summary>
    public async Task UntilAsync(long position)
    {
        while (Position < position || !caughtUp)
        {
            await NextAsync();
        }
    }

    public void Dispose() => Cut();

    private async Task NextAsync()
    {
        if (call is null)
        {
            await ConnectAsync();
        }

        using var patience = new CancellationTokenSource(Deadlines.Patience);
        try
        {
            Assert.True(await server.UnlessEndedAsync(call!.ResponseStream.MoveNext(patience.Token)), "a watch ended without an error");
            var message = call.ResponseStream.Current;
            told.Add(message);
            caughtUp |= message.MessageCase == Kind.CaughtUp;
            resumes |= message.MessageCase != Kind.SnapshotOrder;
        }
        catch (RpcException e) when (!patience.IsCancellationRequested && ModelServer.IsLost(e))
        {
            Cut();
            server.Lost();
        }
    }

    private async Task ConnectAsync()
    {
        await server.UpAsync();
        if (!resumes)
        {
            told.Clear(); // of a snapshot that did not come to its end
        }

        caughtUp = false;
        var from = resumes ? new WatchOrdersRequest { OrderIds = { request.OrderIds }, States = { request.States }, AfterPosition = Position } : request;
        call = party.Party.Query.WatchOrders(from);
    }
}
