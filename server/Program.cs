using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;
using OrderGrpc.Server;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Storage.Postgres;

try
{
    var root = ServerCommand.Build(RunAsync, TokenCommands.Build(shared: PostgresIdentity.OpenAsync), StoreCommands.Backup(), StoreCommands.Verify(), StoreCommands.Copy(TimeProvider.System), ProcessCommand.Build());
    return await root.Parse(args).InvokeAsync(new()
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = ServerLimits.Default.Host.ShutdownTimeout + ServerLimits.Default.Connections.HandshakeTimeout
            + TimeSpan.FromSeconds(HostLimits.MostDrainSeconds), // its own is shorter than an orderly end may take
    });
}
catch (StartException e)
{
    await Console.Error.WriteLineAsync("server: " + e.Message);
    return ServerExitCodes.CannotStart;
}

static async Task<int> RunAsync(ServerOptions options, CancellationToken cancellation)
{
    ConfigFile.WarnOfFormer(Console.Error);
    ServerOptions.WarnOfNearVariables(Console.Error);
    await using var server = await ServerHost.StartAsync(options, TimeProvider.System, TokenFiles.DefaultFolder, Console.Error, cancellation);
    await server.PrintWelcomeAsync(Console.Out);
    Notify(ServiceState.Ready);
    using var stopping = server.Draining.Register(() => Notify(ServiceState.Stopping));
    return await server.WaitForShutdownAsync(cancellation);
}

// Of systemd, or whoever else sets NOTIFY_SOCKET; nobody where it is not set.
static void Notify(ServiceState state)
{
    try
    {
        new SystemdNotifier().Notify(state);
    }
    catch (SocketException e)
    {
        Console.Error.WriteLine($"server: WARNING: the service manager of NOTIFY_SOCKET cannot be told {state}: {e.Message}");
    }
}
