using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrderGrpc.Tests.Running;

/// <summary>The real server binary, on a real socket and real files.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    // Below those that Linux gives to outgoing connections (32768 and up): a server that is started again
    // at its address would find it taken now and then, and a client that asks a dead one could reach itself.
    private const int FirstPort = 12_000;
    private const int Ports = 20_000;
    private static int port = Random.Shared.Next(Ports);

    private readonly Process process;
    private volatile bool asked;
    private readonly StringBuilder errors = new();
    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource endedByItself = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(TestFolder folder, string address, IReadOnlyDictionary<string, string> environment, IEnumerable<string> arguments)
    {
        (Folder, Address) = (folder, address);
        process = new Process { StartInfo = StartInfo(folder, [.. arguments.Contains("--store") || arguments.Contains("--data") ? [] : folder.Place, "--urls", address, .. arguments]) };
        foreach (var (name, value) in environment)
        {
            process.StartInfo.Environment[name] = value;
        }

        process.OutputDataReceived += (_, line) =>
        {
            Output.AppendLine(line.Data);
            if (line.Data?.StartsWith("  supplier-cli", StringComparison.Ordinal) == true)
            {
                listening.TrySetResult();
            }
        };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.AppendLine(line.Data);
            }
        };
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) =>
        {
            listening.TrySetException(new InvalidOperationException("the server ended: " + Errors));
            if (!asked)
            {
                endedByItself.SetResult();
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public TestFolder Folder { get; }

    public string Address { get; }

    public StringBuilder Output { get; } = new();

    public int Id => process.Id;

    /// <summary>Done when it has ended, and was not killed or stopped here.</summary>
    public Task EndedByItself => endedByItself.Task;

    public string Errors
    {
        get
        {
            lock (errors)
            {
                return errors.ToString();
            }
        }
    }

    /// <summary>A server that takes calls.</summary>
    public static Task<ServerProcess> StartAsync(TestFolder folder, string? address = null, params string[] arguments) =>
        StartAsync(folder, address, new Dictionary<string, string>(), arguments);

    /// <summary>A server that takes calls, with more in its environment.</summary>
    public static async Task<ServerProcess> StartAsync(
        TestFolder folder, string? address, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var server = new ServerProcess(folder, address ?? FreeAddress(), environment, arguments);
        await server.listening.Task.WaitAsync(Deadlines.Patience);
        return server;
    }

    /// <summary>Runs a command of the server's to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(TestFolder folder, params string[] arguments) =>
        RunAsync(folder, new Dictionary<string, string>(), arguments);

    /// <summary>Runs a command of the server's to its end, with more in its environment.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        TestFolder folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = StartInfo(folder, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a command of the server's, whose end is for the test.</summary>
    public static Process Start(TestFolder folder, params string[] arguments)
    {
        var start = StartInfo(folder, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (false, false);
        return Process.Start(start)!;
    }

    /// <summary>An address of this machine that nobody listens on, and that is not given twice.</summary>
    public static string FreeAddress()
    {
        while (true)
        {
            try
            {
                using var socket = new TcpListener(IPAddress.Loopback, FirstPort + (Interlocked.Increment(ref port) % Ports));
                socket.Start();
                return string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}");
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The next is tried.
            }
        }
    }

    public Party Client(string language = "en") => new(Address, Token("client"), language);

    public Party Supplier(string language = "en") => new(Address, Token("supplier"), language);

    /// <summary>A further party, whose token is issued while the server runs.</summary>
    public async Task<Party> OtherAsync(string role, string name)
    {
        var issued = await RunAsync(Folder, ["token", "issue", "--role", role, "--name", name, .. Folder.Place]);
        Assert.Equal(0, issued.ExitCode);
        return new Party(Address, issued.Output.Trim());
    }

    public string Token(string role) => File.ReadAllText(Path.Combine(
        Folder.Config, "ordergrpc", string.Create(CultureInfo.InvariantCulture, $"localhost_{new Uri(Address).Port}.{role}.token"))).Trim();

    /// <summary>kill -9: nothing is told to anybody.</summary>
    public async Task KillAsync()
    {
        asked = true;
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> StopAsync()
    {
        asked = true;
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        return await EndAsync();
    }

    /// <summary>Waits until it has ended by itself, and gives the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private static ProcessStartInfo StartInfo(TestFolder folder, IEnumerable<string> arguments)
    {
        // Another build of it, such as a release one for a long run.
        var binary = Environment.GetEnvironmentVariable("ORDERGRPC_TEST_SERVER") ?? Path.Combine(AppContext.BaseDirectory, "server");
        var start = new ProcessStartInfo(binary, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        start.Environment["XDG_CONFIG_HOME"] = folder.Config;
        return start;
    }
}
