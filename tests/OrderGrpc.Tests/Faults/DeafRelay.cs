using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrderGrpc.Tests.Faults;

/// <summary>
/// A TCP relay before a server that can go deaf: then it reads and forwards nothing more and closes
/// nothing, as a peer whose machine or network is gone without a word.
/// </summary>
public sealed class DeafRelay : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint target;
    private readonly List<Socket> sockets = [];
    private readonly TaskCompletionSource deaf = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DeafRelay(string address)
    {
        target = new IPEndPoint(IPAddress.Loopback, new Uri(address).Port);
        listener.Start();
        Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public string Address { get; }

    public void GoDeaf() => deaf.SetResult();

    public void Dispose()
    {
        listener.Dispose();
        lock (sockets)
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptSocketAsync();
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                lock (sockets)
                {
                    sockets.AddRange([near, far]);
                }

                await far.ConnectAsync(target);
                _ = ForwardAsync(near, far);
                _ = ForwardAsync(far, near);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task ForwardAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (true)
            {
                // What is read after the relay went deaf is dropped, and nothing is read after it.
                var read = from.ReceiveAsync(buffer);
                if (await Task.WhenAny(read, deaf.Task) == deaf.Task || await read == 0)
                {
                    return;
                }

                for (var sent = 0; sent < read.Result;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read.Result - sent));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server has dropped the connection, or the test has ended.
        }
    }
}
