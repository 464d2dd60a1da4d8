using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The proxies that the operator named. Who calls through one is who its X-Forwarded-For says: the last
/// address there that is no such proxy's, as what stands before it was written by strangers. The connection
/// itself is shared by all who come that way, so nothing that one of them does ends or slows it.
/// </summary>
public sealed class TrustedProxies
{
    /// <summary>What each of the setting must be.</summary>
    public const string Rule = "each must be an address or a network with its prefix, such as 127.0.0.1,10.0.0.0/8, with nothing but 0 behind the prefix, and not everybody's";

    private readonly IReadOnlyList<IPNetwork> networks;

    public TrustedProxies(ServerOptions options) => networks = [.. Words(options.TrustedProxies).Select(word => Parse(word)!.Value)];

    /// <summary>Whether none was named.</summary>
    public bool AreNone => networks.Count == 0;

    /// <summary>The first of the setting that is none; null where all are.</summary>
    public static string? FaultOf(string setting) => Words(setting).FirstOrDefault(word => Parse(word) is null);

    /// <summary>Whether it is one of theirs.</summary>
    public bool Contain(IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The step of a call that finds who is behind a proxy; none where there is none.</summary>
    public void AddTo(IApplicationBuilder app, ConnectionLimits limits)
    {
        if (AreNone)
        {
            return;
        }

        var step = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = limits.ForwardedHops };
        step.KnownProxies.Clear();
        step.KnownIPNetworks.Clear();
        foreach (var network in networks)
        {
            step.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(step);
    }

    private static string[] Words(string setting) => setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    // Not by the short forms of an address: "10" would be 0.0.0.10.
    private static IPNetwork? Parse(string word)
    {
        var isWhole = word.Contains(':', StringComparison.Ordinal) || word.Split('.').Length == 4;
        return !isWhole || word.Contains('%', StringComparison.Ordinal) ? null
            : IPAddress.TryParse(word, out var address) ? Single(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
            : IPNetwork.TryParse(word, out var network) && network.PrefixLength > 0 && network.BaseAddress.Equals(IPAddress.Parse(word[..word.IndexOf('/', StringComparison.Ordinal)])) ? network
            : null;
    }

    private static IPNetwork Single(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);
}
