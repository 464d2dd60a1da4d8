using System.Globalization;
using System.Net.Http.Json;

namespace OrderGrpc.Bench.Subjects;

/// <summary>The peer that stands for the prototype: prototype/app.py under uvicorn, one process.</summary>
public sealed class PrototypeServer : IAsyncDisposable
{
    // Debian's own Python, which is the one that sees Debian's packages.
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    // SQLite under SQLAlchemy gives up after 5 s of waiting for the lock.
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(20);

    // uvicorn closes what is idle for 5 s; earlier than that, a call cannot meet the close.
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http;

    private PrototypeServer(ServerProcess process, string address)
    {
        Process = process;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = IdleLimit }) { BaseAddress = new Uri(address), Timeout = CallLimit };
    }

    public ServerProcess Process { get; }

    /// <summary>Starts it on a fresh file; null where its packages are not installed.</summary>
    public static async Task<PrototypeServer?> StartAsync(Run run)
    {
        if (!File.Exists(Python)
            || (await Executable.RunAsync(Python, ["-c", "import fastapi, uvicorn, sqlalchemy"], StartLimit)).ExitCode != 0)
        {
            run.Missing("the prototype's stack is not installed (Debian: python3-fastapi uvicorn python3-sqlalchemy)");
            return null;
        }

        var port = Connections.FreePort().ToString(CultureInfo.InvariantCulture);
        var database = Path.Combine(run.NewFolder("prototype"), "orders.db");
        var process = ServerProcess.Start(Python,
            ["-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", port, "--log-level", "error", "--no-access-log"],
            new Dictionary<string, string> { ["PROTOTYPE_DATABASE"] = database, ["PYTHONDONTWRITEBYTECODE"] = "1" },
            Path.Combine(AppContext.BaseDirectory, "prototype"));
        var server = new PrototypeServer(process, $"http://127.0.0.1:{port}");
        await Connections.UntilReadyAsync(process, "The prototype", StartLimit, server.PlaceAsync);
        return server;
    }

    /// <summary>Places an order.</summary>
    public Task<bool> PlaceAsync()
    {
        var order = OrderServer.NewOrder();
        var body = new { name = order.Customer.Name, email = order.Customer.Email, description = order.Lines[0].Description, note = order.Note };
        return SucceedsAsync(() => _http.PostAsJsonAsync("/orders", body));
    }

    /// <summary>Checks the order of this id.</summary>
    public Task<bool> CheckAsync(long id) =>
        SucceedsAsync(() => _http.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/orders/{id}"), UriKind.Relative)));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }

    /// <summary>A refusal ("database is locked") or a lost connection is a failed call, not an error of the bench.</summary>
    private static async Task<bool> SucceedsAsync(Func<Task<HttpResponseMessage>> call)
    {
        try
        {
            using var answer = await call().ConfigureAwait(false);
            await answer.Content.CopyToAsync(Stream.Null).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
