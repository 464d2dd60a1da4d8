using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace OrderGrpc.Bench.Subjects;

/// <summary>A fixed number of HTTP/2 connections, shared by callers in turn; the same for our server and for etcd.</summary>
public sealed class Connections : IDisposable
{
    private readonly GrpcChannel[] _channels;

    /// <summary>So many, to the servers in turn.</summary>
    public Connections(int count, params IReadOnlyList<string> addresses) =>
        _channels = [.. Enumerable.Range(0, count).Select(i => Open(addresses[i % addresses.Count]))];

    /// <summary>A client of each connection; the caller's number picks one.</summary>
    public T[] Clients<T>(Func<CallInvoker, T> client) => [.. _channels.Select(c => client(c.CreateCallInvoker()))];

    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }

    /// <summary>A port of loopback that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until a server accepts and answers; throws with its last output where it ends or stays silent.</summary>
    public static async Task UntilReadyAsync(ServerProcess process, string name, TimeSpan limit, Func<Task<bool>> isReady)
    {
        var pause = TimeSpan.FromMilliseconds(5);
        using var timeout = new CancellationTokenSource(limit);
        while (!await isReady())
        {
            if (process.HasExited || timeout.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{name} did not get ready. Its last output:\n{process.LastOutput}");
            }

            await Task.Delay(pause, CancellationToken.None);
        }
    }

    private static GrpcChannel Open(string address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false, UseProxy = false },
        DisposeHttpClient = true,
    });
}
