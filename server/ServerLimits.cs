using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Services;
using OrderGrpc.Server.Subscriptions;

namespace OrderGrpc.Server;

/// <summary>
/// The limits of a server that are no settings: each part's are beside it, and this is all of them
/// together. An operator has the defaults; a test has what it needs.
/// </summary>
public sealed record ServerLimits
{
    /// <summary>What every server runs with.</summary>
    public static ServerLimits Default { get; } = new();

    public HostLimits Host { get; init; } = new();

    public QueueLimits Queue { get; init; } = new();

    public WatchLimits Watches { get; init; } = new();

    public ConnectionLimits Connections { get; init; } = new();

    public TokenLimits Tokens { get; init; } = new();

    public CallLimits Calls { get; init; } = new();

    /// <summary>Gives each part its own.</summary>
    public void AddTo(IServiceCollection services) =>
        services.AddSingleton(Queue).AddSingleton(Watches).AddSingleton(Connections).AddSingleton(Tokens).AddSingleton(Calls);
}
