using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using OrderGrpc.Server;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Services;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Security;

namespace OrderGrpc.Tests.Strangers;

/// <summary>Steps of a connection by themselves, where a socket leaves to chance what comes first.</summary>
public sealed class ConnectionStepTests : IAsyncLifetime
{
    private readonly PrivateFolder folder = new();
    private readonly WebApplication app;

    public ConnectionStepTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        ServerLimits.Default.AddTo(builder.Services);
        builder.Services.AddCallerAuthentication(
            new ServerOptions(), ServerLimits.Default, SigningKeys.Open(folder.Path), TokenRegistry.Open(folder.Path, TimeProvider.System));
        app = builder.Build();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Calls_of_a_connection_that_was_ended_are_not_run()
    {
        var (step, run) = (new EndedConnection(), 0);
        await ConnectionUse.Guard(async connection =>
        {
            var call = new DefaultHttpContext();
            var use = connection.Features.Get<ConnectionUse>()!;
            call.Features.Set(use);
            await step.InvokeAsync(call, RunAsync);
            use.Abort("too many refused calls");
            await step.InvokeAsync(call, RunAsync); // it was sent before
        }, app.Services)(new DefaultConnectionContext());
        Assert.Equal(1, run);

        Task RunAsync(HttpContext call)
        {
            run++;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_call_that_ends_as_a_newer_one_takes_its_place_does_the_newer_no_harm()
    {
        var step = new AnonymousCalls(new CallLimits { AnonymousCallsPerAddress = 1 });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                await step.InvokeAsync(new DefaultHttpContext(), async _ => await Task.Yield());
            }
        })));
    }

    [Fact]
    public async Task What_was_let_through_and_left_by_the_reader_goes_on_once_the_connection_is_proven()
    {
        byte[] headers = RawHttp2.Opening(1, "/any", null), ping = RawHttp2.Frame(Http2Frame.Ping, 0, 0, new byte[8]);
        var (sent, answers) = (new Pipe(), new Pipe());
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        await sent.Writer.WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. headers, .. ping[..12]], patience.Token);
        await ConnectionUse.Guard(StrangerFrames.Guard(async connection =>
        {
            var input = connection.Transport.Input;
            var read = await input.ReadAsync(patience.Token);
            input.AdvanceTo(read.Buffer.GetPosition(24 + headers.Length), read.Buffer.End); // all but the ping, which is not whole
            var use = connection.Features.Get<ConnectionUse>()!;
            use.Prove();
            await sent.Writer.WriteAsync((byte[])[.. ping[12..], .. ping], patience.Token);
            read = await input.ReadAsync(patience.Token);
            Assert.Equal(2 * ping.Length, read.Buffer.Length);
            input.AdvanceTo(read.Buffer.End);
        }), app.Services)(new DefaultConnectionContext("any", new Duplex(sent.Reader, answers.Writer), new Duplex(answers.Reader, sent.Writer)));
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
