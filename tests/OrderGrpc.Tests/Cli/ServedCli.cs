using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Cli;

/// <summary>Both tools and a server of their own.</summary>
public abstract class ServedCli : IAsyncLifetime
{
    private readonly TestFolder folder = new();

    protected static readonly string[] Place = ["order", "place", "--name", "Jon Doe", "--email", "john@example.com", "--line", "Garden fence", "--line", "Gate=2"];

    protected TestServer Server { get; private set; } = null!;

    protected CliRun Cli { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await TestServer.StartAsync();
        Cli = new CliRun(Server.Address, folder.Path) { SupplierServer = Server.AddressOf(1) };
        Directory.CreateDirectory(folder.File("ordergrpc"));
        CliRun.WriteToken(TokenFile(Server.Address, "client"), Server.Issue(V1.Role.Client, "client"));
        CliRun.WriteToken(TokenFile(Server.AddressOf(1), "supplier"), Server.Issue(V1.Role.Supplier, "supplier"));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A folder that only this test knows.</summary>
    protected string Folder => folder.Path;

    protected string Scratch(string name) => folder.File(name);

    /// <summary>Runs a command of the client's that must be done; its output.</summary>
    protected async Task<string> ClientDoesAsync(params string[] arguments) => Done(await Cli.ClientAsync(arguments));

    /// <summary>Runs a command of the supplier's that must be done; its output.</summary>
    protected async Task<string> SupplierDoesAsync(params string[] arguments) => Done(await Cli.SupplierAsync(arguments));

    private string TokenFile(string server, string role)
    {
        Assert.True(CliShell.ServerAddress.TryParse(server, out var address));
        return folder.File($"ordergrpc/{address.FileStem}.{role}.token");
    }

    private static string Done(CliResult result)
    {
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
