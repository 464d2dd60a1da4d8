using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Http;

/// <summary>An answer of HTTP/1.1 as it was on the wire.</summary>
public sealed record HttpAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The reason of the error that the body tells; empty where it tells none.</summary>
    public string Reason => Body.StartsWith('{') && Json.TryGetProperty("details", out var details)
        ? details.EnumerateArray().Select(detail => detail.TryGetProperty("reason", out var reason) ? reason.GetString()! : "").First(reason => reason.Length > 0)
        : "";

    /// <summary>What the error says, for people.</summary>
    public string Message => Json.GetProperty("message").GetString()!;

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>A connection on which bytes are sent as they are, and the answers of HTTP/1.1 read.</summary>
public sealed class RawHttp1 : IAsyncDisposable
{
    private readonly TcpClient tcp = new();
    private readonly CancellationTokenSource patience = new(Deadlines.Patience);
    private NetworkStream stream = null!;
    private bool headIsToCome = true;

    public static async Task<RawHttp1> ConnectAsync(string address)
    {
        var raw = new RawHttp1();
        await raw.tcp.ConnectAsync(IPAddress.Loopback, new Uri(address).Port);
        raw.stream = raw.tcp.GetStream();
        return raw;
    }

    /// <summary>One request on a connection of its own, and its answer.</summary>
    public static async Task<HttpAnswer> AskAsync(string address, string request)
    {
        await using var raw = await ConnectAsync(address);
        await raw.SendAsync(request);
        return await raw.AnswerAsync() ?? throw new IOException("the connection was closed without an answer");
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte[] bytes) => stream.WriteAsync(bytes, patience.Token).AsTask();

    /// <summary>The next answer; null where the connection ended before one began.</summary>
    public async Task<HttpAnswer?> AnswerAsync()
    {
        var head = await LineAsync();
        if (head is null)
        {
            return null;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(line[..colon], line[(colon + 1)..].Trim());
        }

        return new HttpAnswer(int.Parse(head.Split(' ')[1], CultureInfo.InvariantCulture), headers, Encoding.UTF8.GetString(await BodyAsync(headers)));
    }

    /// <summary>The next chunk of an answer without end, whose head is passed over.</summary>
    public async Task<string> ChunkAsync()
    {
        while (headIsToCome && await LineAsync() is { Length: > 0 })
        {
        }

        headIsToCome = false;
        var chunk = Encoding.UTF8.GetString(await BytesAsync(int.Parse((await LineAsync())!, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        await LineAsync();
        return chunk;
    }

    /// <summary>Whether the server has closed the connection, waiting until it has.</summary>
    public async Task ClosedAsync()
    {
        try
        {
            while (await stream.ReadAsync(new byte[1024], patience.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // It was reset.
        }
    }

    public ValueTask DisposeAsync()
    {
        tcp.Dispose();
        patience.Dispose();
        return default;
    }

    private async Task<byte[]> BodyAsync(Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("Content-Length", out var length))
        {
            return await BytesAsync(int.Parse(length, CultureInfo.InvariantCulture));
        }

        var body = new List<byte>();
        while (headers.ContainsKey("Transfer-Encoding") && int.Parse((await LineAsync())!, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var chunk)
        {
            body.AddRange(await BytesAsync(chunk));
            await LineAsync();
        }

        if (headers.ContainsKey("Transfer-Encoding"))
        {
            await LineAsync();
        }

        return [.. body];
    }

    private async Task<byte[]> BytesAsync(int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, patience.Token);
        return bytes;
    }

    private async Task<string?> LineAsync()
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, patience.Token) == 1)
        {
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }
}
