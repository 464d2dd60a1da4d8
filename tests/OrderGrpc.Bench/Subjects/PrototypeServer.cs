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

    private readonly HttpClient _http;

    private PrototypeServer(ServerProcess process, string address)
    {
        Process = process;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address), Timeout = CallLimit };
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
        await Connections.UntilReadyAsync(process, "The prototype", StartLimit, server.AnswersAsync);
        return server;
    }

    /// <summary>Places an order; a refusal ("database is locked") is a failed call, not an error of the bench.</summary>
    public async Task<bool> PlaceAsync()
    {
        var order = OrderServer.NewOrder();
        var body = new { name = order.Customer.Name, email = order.Customer.Email, description = order.Lines[0].Description, note = order.Note };
        using var answer = await _http.PostAsJsonAsync("/orders", body).ConfigureAwait(false);
        await answer.Content.CopyToAsync(Stream.Null).ConfigureAwait(false);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Checks the order of this id.</summary>
    public async Task<bool> CheckAsync(long id)
    {
        using var answer = await _http.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/orders/{id}"), UriKind.Relative)).ConfigureAwait(false);
        await answer.Content.CopyToAsync(Stream.Null).ConfigureAwait(false);
        return answer.IsSuccessStatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await PlaceAsync();
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
