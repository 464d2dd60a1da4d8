using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrderGrpc.Bench.Strangers;

/// <summary>What a stranger does with one of its connections, again and again until told to stop.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Connections">How many at once.</param>
/// <param name="Addresses">From how many addresses of loopback, from 127.0.0.2 on.</param>
/// <param name="Play">What one connection does; where it ends, the next one is made.</param>
public sealed record Attack(string Name, int Connections, int Addresses, Func<WireStranger, CancellationToken, Task> Play)
{
    private const string GetOrder = "/ordergrpc.v1.OrderQueryService/GetOrder";
    private const string HealthWatch = "/grpc.health.v1.Health/Watch";
    private const string HealthCheck = "/grpc.health.v1.Health/Check";
    private const int Streams = 1_000;
    private const int TokenLength = 3_800;
    private const int HealthWatches = 150;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>All that a stranger without a token tries.</summary>
    public static IEnumerable<Attack> All(string goodToken)
    {
        var bad = "Bearer " + Forged(goodToken, TokenLength);
        byte[] first = WireStranger.Block(GetOrder, bad, index: true), next = WireStranger.IndexedBlock(GetOrder), bare = WireStranger.Block(GetOrder);
        yield return new("indexed token, 60 connections", 60, 1, (c, stop) => IndexedAsync(c, first, next, stop));
        yield return new("indexed token, 200 connections", 200, 1, (c, stop) => IndexedAsync(c, first, next, stop));
        yield return new("rapid reset, 4 connections", 4, 1, (c, stop) => ResetAsync(c, bare, stop));
        yield return new("rapid reset, 16 connections", 16, 1, (c, stop) => ResetAsync(c, bare, stop));
        yield return new("rapid reset of health, 16 connections", 16, 1, (c, stop) => ResetAsync(c, WireStranger.Block(HealthCheck), stop));
        yield return new("reconnecting, 64 at once", 64, 1, async (c, stop) =>
        {
            await c.GreetAsync(stop);
            await c.OpenAsync(first, 1, reset: false, stop);
            await c.OpenAsync(next, 100, reset: false, stop);
        });
        yield return new("10 addresses, 1,000 silent connections each", 10_000, 10, (_, stop) => Task.Delay(Timeout.Infinite, stop));
        yield return new("150 anonymous health watches", 1, 1, async (c, stop) =>
        {
            await c.GreetAsync(stop);
            for (var i = 0; i < HealthWatches; i++)
            {
                await c.CallAsync(WireStranger.Block(HealthWatch), [], stop);
            }

            await Task.Delay(Timeout.Infinite, stop);
        });
        yield return new("unknown keys, 16 connections", 16, 1, async (c, stop) =>
        {
            await c.GreetAsync(stop);
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await c.OpenAsync(WireStranger.Block(GetOrder, "Bearer " + UnknownKey(goodToken, i)), 1, reset: false, stop, end: true);
            }
        });
        yield return new("pings, 4 connections", 4, 1, async (c, stop) =>
        {
            await c.GreetAsync(stop);
            byte[] ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            var many = Enumerable.Repeat(ping, Streams).SelectMany(b => b).ToArray();
            while (!stop.IsCancellationRequested)
            {
                await c.SendAsync(many, stop);
            }
        });
    }

    /// <summary>What somebody with a good token tries, beside calls: to have others pay for its streams, and to fill the memory of tokens.</summary>
    public static IEnumerable<Attack> OfCaller(string goodToken)
    {
        byte[] first = WireStranger.Block(GetOrder, "Bearer " + goodToken, index: true), next = WireStranger.IndexedBlock(GetOrder);
        yield return new("rapid reset with a good token, 4 connections", 4, 1, (c, stop) => ResetAsync(c, first, stop, next));
        yield return new("rapid reset with a good token, 16 connections", 16, 1, (c, stop) => ResetAsync(c, first, stop, next));
        yield return Spellings(goodToken);
    }

    // Not a stranger, but one who would fill the memory of tokens.
    private static Attack Spellings(string goodToken) => new("one good token in many spellings", 4, 1, async (c, stop) =>
    {
        await c.GreetAsync(stop);
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var scheme = string.Concat("bearer".Select((letter, bit) => (i >> bit & 1) == 1 ? char.ToUpperInvariant(letter) : letter));
            var authorization = scheme + new string(' ', 1 + ((i >> 6) % TokenLength)) + goodToken;
            await c.OpenAsync(WireStranger.Block(GetOrder, authorization), 1, reset: false, stop, end: true);
        }
    });

    /// <summary>Goes on until told to stop; returns how many connections it made.</summary>
    public async Task<long> RunAsync(int port, CancellationToken stop)
    {
        long made = 0;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(i => Task.Run(async () =>
        {
            var from = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.0.0.{2 + (i % Addresses)}"));
            while (!stop.IsCancellationRequested)
            {
                using var connection = await WireStranger.ConnectAsync(from, port, stop);
                try
                {
                    if (connection is null)
                    {
                        await Task.Delay(Pause, stop);
                        continue;
                    }

                    Interlocked.Increment(ref made);
                    await Play(connection, stop);
                }
                catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
                {
                }
            }
        }, CancellationToken.None)));
        return made;
    }

    private static async Task IndexedAsync(WireStranger connection, byte[] first, byte[] next, CancellationToken stop)
    {
        await connection.GreetAsync(stop);
        await connection.OpenAsync(first, 1, reset: false, stop);
        while (!stop.IsCancellationRequested)
        {
            await connection.OpenAsync(next, Streams, reset: false, stop);
        }
    }

    private static async Task ResetAsync(WireStranger connection, byte[] first, CancellationToken stop, byte[]? next = null)
    {
        await connection.GreetAsync(stop);
        await connection.OpenAsync(first, 1, reset: true, stop);
        while (!stop.IsCancellationRequested)
        {
            await connection.OpenAsync(next ?? first, Streams, reset: true, stop);
        }
    }

    // The head and the key of a good token, claims of any length, and a signature that is none.
    private static string Forged(string good, int length) =>
        good.Split('.') is [var head, var claims, var signature] ? head + "." + claims.PadRight(length - head.Length - signature.Length - 2, 'A') + "." + signature : good;

    private static string UnknownKey(string good, int number)
    {
        var head = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{{\"alg\":\"HS256\",\"kid\":\"{number}-00000000\",\"typ\":\"JWT\"}}"))).TrimEnd('=');
        return head + good[good.IndexOf('.', StringComparison.Ordinal)..];
    }
}
