using System.Net;
using OrderGrpc.Server;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;

namespace OrderGrpc.Tests.Http;

/// <summary>Watching as server-sent events: the same promise as over gRPC, by a position that is the event's id.</summary>
public sealed class WatchOverHttpTests : IAsyncLifetime
{
    private static readonly ServerLimits Few = new() { Watches = new WatchLimits { RingEntries = 64 } };

    private TestServer server = null!;
    private Party client = null!;
    private string token = "";

    public async ValueTask InitializeAsync()
    {
        server = await TestServer.StartAsync(options => options.MaxWatchesPerCaller = 2, Few);
        (client, token) = (server.Client(), server.Issue(Role.Client, "client"));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task An_event_has_its_position_as_id_and_Last_Event_ID_goes_on_behind_it()
    {
        for (var i = 0; i < 3; i++)
        {
            await client.PlaceAsync();
        }

        using (var source = await EventSource.OpenAsync(server.Address, token, "?beginning=true"))
        {
            Assert.Equal("text/event-stream", source.ContentType!.MediaType);
            foreach (var position in new long[] { 1, 2, 3 })
            {
                var told = (await source.NextAsync())!;
                Assert.Equal((position, "message", Kind.Event, position), (told.Id, told.Type, told.Message.MessageCase, told.Message.Event.Event.Position));
            }

            Assert.Equal((3, Kind.CaughtUp), (await source.NextAsync())! is var told2 ? (told2.Id, told2.Message.MessageCase) : default);
        }

        using var again = await EventSource.OpenAsync(server.Address, token, "?beginning=true", lastEventId: 2); // as a browser asks: the same URL
        Assert.Equal(3, (await again.NextAsync())!.Id);
        Assert.Equal(Kind.CaughtUp, (await again.NextAsync())!.Message.MessageCase);
    }

    [Fact]
    public async Task A_snapshot_has_no_id_before_it_is_whole_so_that_it_is_asked_for_again()
    {
        await client.PlaceAsync();
        await client.PlaceAsync();
        using var source = await EventSource.OpenAsync(server.Address, token, "?snapshot=true");
        Assert.Equal((null, 1), await source.NextAsync() is { } first ? (first.Id, first.Message.SnapshotOrder.Id) : default);
        Assert.Equal((null, 2), await source.NextAsync() is { } second ? (second.Id, second.Message.SnapshotOrder.Id) : default);
        Assert.Equal((2, Kind.CaughtUp), await source.NextAsync() is { } end ? (end.Id, end.Message.MessageCase) : default);
        using var again = await EventSource.OpenAsync(server.Address, token, "?snapshot=true", lastEventId: 1);
        Assert.Equal((2, Kind.Event), await again.NextAsync() is { } next ? (next.Id, next.Message.MessageCase) : default);
    }

    [Fact]
    public async Task A_quiet_stream_says_that_it_is_alive()
    {
        using var source = await EventSource.OpenAsync(server.Address, token);
        Assert.Equal(Kind.CaughtUp, (await source.NextAsync())!.Message.MessageCase);
        var next = source.NextAsync();
        while (!next.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        Assert.Equal((0, Kind.Heartbeat), (await next)! is var told ? (told.Id, told.Message.MessageCase) : default);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_ends_with_the_reason(bool asEvents)
    {
        using var source = await EventSource.OpenAsync(server.Address, token);
        await source.NextAsync();
        await using var lines = await RawHttp1.ConnectAsync(server.Address);
        await lines.SendAsync($"GET /v1/orders:watch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
        await lines.ChunkAsync();
        server.Revoke(token);
        string told;
        if (asEvents)
        {
            ServerSent end;
            do
            {
                var next = source.NextAsync();
                await AdvanceAsync(next);
                end = (await next)!;
            }
            while (end.Data.Contains("heartbeat", StringComparison.Ordinal));
            Assert.Equal((null, "end"), (end.Id, end.Type));
            told = end.Data;
            Assert.Null(await source.NextAsync());
        }
        else
        {
            do
            {
                var next = lines.ChunkAsync();
                await AdvanceAsync(next);
                told = await next;
            }
            while (told.Contains("heartbeat", StringComparison.Ordinal));
            Assert.EndsWith("\n", told, StringComparison.Ordinal);
            Assert.Equal("", await lines.ChunkAsync());
        }

        Assert.Equal("TOKEN_REVOKED", HttpInvoker.ErrorOf(told) is var error ? Refused.Of(error).Reason : "");
    }

    [Fact]
    public async Task What_is_refused_is_refused_before_it_begins()
    {
        Assert.Equal(HttpStatusCode.BadRequest, await RefusalAsync("?afterPosition=7"));
        Assert.Equal(HttpStatusCode.BadRequest, await RefusalAsync("?beginning=false"));
        Assert.Equal(HttpStatusCode.NotFound, await RefusalAsync("?orderIds=9"));
        Assert.Equal(HttpStatusCode.BadRequest, await RefusalAsync("", lastEventId: 7));
        using var one = await EventSource.OpenAsync(server.Address, token);
        using var two = await EventSource.OpenAsync(server.Address, token);
        Assert.Equal(HttpStatusCode.TooManyRequests, await RefusalAsync(""));
    }

    [Fact]
    public async Task A_reader_that_does_not_read_holds_nobody_up_and_misses_nothing()
    {
        using var source = await EventSource.OpenAsync(server.Address, token);
        Assert.Equal(Kind.CaughtUp, (await source.NextAsync())!.Message.MessageCase); // from here on it does not read
        const int Orders = 1024;
        var note = new string('é', 2000); // 8 KB of each event: more in all than sockets hold
        await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
        {
            for (var i = 0; i < Orders / 32; i++)
            {
                var request = Requests.Place();
                request.Note = note;
                await client.Client.PlaceOrderAsync(request);
            }
        }));

        var told = new List<ServerSent>();
        do
        {
            told.Add((await source.NextAsync())!);
        }
        while (told[^1].Message.MessageCase != Kind.CaughtUp); // which is said again as it had fallen behind
        Assert.Equal(Enumerable.Range(1, told.Count - 1).Select(id => (long?)id), told.SkipLast(1).Select(one => one.Id));
        Assert.True(told.Count > Few.Watches.RingEntries);
    }

    private async Task<HttpStatusCode?> RefusalAsync(string query, long? lastEventId = null) =>
        (await Assert.ThrowsAsync<HttpRequestException>(() => EventSource.OpenAsync(server.Address, token, query, lastEventId))).StatusCode;

    private async Task AdvanceAsync(Task next)
    {
        while (!next.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(1)); // TokenWatch looks each second
            await Task.Yield();
        }
    }
}
