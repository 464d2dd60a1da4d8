using Grpc.Core;
using Grpc.Net.Client;

namespace OrderGrpc.CliShell;

/// <summary>
/// The servers of a deployment as one to call. All calls go to the same one until it fails, then to the next,
/// and after the last to the first again. Each has a channel of its own, made when it is first called, so its
/// certificate is held against its own name.
/// </summary>
public sealed class ServerInvoker(IReadOnlyList<ServerAddress> servers, Func<ServerAddress, GrpcChannel> connect) : CallInvoker, IDisposable
{
    private readonly Lazy<GrpcChannel>[] channels = [.. servers.Select(server => new Lazy<GrpcChannel>(() => connect(server)))];
    private readonly RpcException?[] failures = new RpcException?[servers.Count];
    private readonly Lock gate = new();
    private int current;

    /// <summary>The one that calls go to now.</summary>
    public ServerAddress Server => servers[Volatile.Read(ref current)];

    /// <summary>How many there are.</summary>
    public int Count => servers.Count;

    /// <summary>Why each was left that has not answered since; null of the others.</summary>
    public IReadOnlyList<(ServerAddress Server, RpcException? Failure)> Tried
    {
        get
        {
            lock (gate)
            {
                return [.. servers.Zip(failures)];
            }
        }
    }

    /// <summary>Whether the current one was reached at all, for telling an address that leads nowhere from a slow answer.</summary>
    public bool IsReached => Channel.State is ConnectivityState.Ready or ConnectivityState.Idle;

    private GrpcChannel Channel => channels[Volatile.Read(ref current)].Value;

    private CallInvoker Invoker => Channel.CreateCallInvoker();

    /// <summary>It failed: calls go to the next, unless another call has found out before.</summary>
    public void GoOn(ServerAddress failed, RpcException failure)
    {
        lock (gate)
        {
            failures[IndexOf(failed)] = failure;
            current = servers[current] == failed ? (current + 1) % servers.Count : current;
        }
    }

    /// <summary>It has answered.</summary>
    public void Stay(ServerAddress answered)
    {
        lock (gate)
        {
            failures[IndexOf(answered)] = null;
        }
    }

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        Invoker.BlockingUnaryCall(method, host, options, request);

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        Invoker.AsyncUnaryCall(method, host, options, request);

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        Invoker.AsyncServerStreamingCall(method, host, options, request);

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        Invoker.AsyncClientStreamingCall(method, host, options);

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        Invoker.AsyncDuplexStreamingCall(method, host, options);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in channels.Where(channel => channel.IsValueCreated))
        {
            channel.Value.Dispose();
        }
    }

    private int IndexOf(ServerAddress server) => servers.TakeWhile(other => other != server).Count();
}
