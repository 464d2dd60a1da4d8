using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using OrderGrpc.Contract;
using OrderGrpc.CliShell;
using OrderGrpc.ClientCli;
using OrderGrpc.SupplierCli;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>What was kept of the corpus, as both command lines show it and as a program of a watch gets it.</summary>
public sealed class HostileOutputTests(HostileOutputTests.Orders orders) : IClassFixture<HostileOutputTests.Orders>
{
    private const int Width = 100;

    [Fact]
    public async Task Lists_are_harmless_in_text_and_the_same_texts_in_json()
    {
        foreach (var role in new[] { Role.Client, Role.Supplier })
        {
            var text = await orders.RunAsync(role, "order", "list", "--all");
            HostileText.AssertHarmless(text, "order list");
            Assert.Equal(orders.Placed.Count + 1, text.TrimEnd('\n').Split('\n').Length);

            var json = await orders.RunAsync(role, "order", "list", "--all", "--output", "json");
            HostileText.AssertHarmless(json, "order list as JSON");
            var listed = JsonDocument.Parse(json).RootElement.EnumerateArray().ToDictionary(
                order => long.Parse(order.GetProperty("id").GetString()!, CultureInfo.InvariantCulture));
            foreach (var (id, hostile) in orders.Placed)
            {
                Assert.Equal(hostile.Text, listed[id].GetProperty("customer").GetProperty("name").GetString());
                Assert.Equal(hostile.Text, listed[id].GetProperty("lines")[0].GetProperty("description").GetString());
            }
        }
    }

    [Fact]
    public async Task Tables_keep_to_the_width_of_the_terminal_and_to_their_columns()
    {
        var narrow = await orders.RunAsync(Role.Supplier, Width, "order", "list", "--all");
        HostileText.AssertHarmless(narrow, "order list on a terminal");
        Assert.All(narrow.Split('\n'), line => Assert.True(CellWidth.Of(line) <= Width, line));

        // As wide as it needs: one line for each order, and the column behind the hostile ones begins at the same cell in each.
        var wide = (await orders.RunAsync(Role.Supplier, "order", "list", "--all")).TrimEnd('\n').Split('\n');
        var year = TimeProvider.System.GetUtcNow().Year.ToString(CultureInfo.InvariantCulture) + "-";
        var columns = wide.Skip(1).Select(line => CellWidth.Of(line.AsSpan(0, line.LastIndexOf(year, StringComparison.Ordinal)))).Distinct();
        Assert.Single(columns);
    }

    [Fact]
    public async Task An_order_its_history_and_its_quote_are_harmless()
    {
        foreach (var (id, hostile) in orders.Placed)
        {
            var number = id.ToString(CultureInfo.InvariantCulture);
            HostileText.AssertHarmless(await orders.RunAsync(Role.Client, "order", "show", number), $"order show of case {hostile.Id}");
            HostileText.AssertHarmless(await orders.RunAsync(Role.Supplier, "order", "history", number), $"order history of case {hostile.Id}");
        }

        var quoted = orders.Quoted.ToString(CultureInfo.InvariantCulture);
        foreach (var format in new[] { "text", "json" })
        {
            HostileText.AssertHarmless(await orders.RunAsync(Role.Client, "quote", "show", quoted, "--output", format), "quote show");
            HostileText.AssertHarmless(await orders.RunAsync(Role.Client, "order", "show", quoted, "--output", format), "order show of the quote");
            HostileText.AssertHarmless(await orders.RunAsync(Role.Supplier, "order", "history", quoted, "--output", format), "order history of the quote");
            HostileText.AssertHarmless(await orders.RunAsync(Role.Supplier, "inbox", "--output", format), "inbox");
        }
    }

    [Fact]
    public async Task A_program_of_a_watch_gets_every_text_on_its_input_alone_and_whole()
    {
        using var folder = new TestFolder();
        var pipe = folder.File("events");
        await Process.Start("mkfifo", [pipe]).WaitForExitAsync();
        await using var events = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite); // both ways: it has no end while we read
        using var reader = new StreamReader(events);
        using var stop = new CancellationTokenSource();
        var watch = orders.StartAsync(Role.Supplier, CliDependencies.UnlimitedWidth, stop.Token, "order", "watch", "--from-beginning", "--", "dd", "status=none", "of=" + pipe);
        foreach (var (id, hostile) in orders.Placed)
        {
            var line = await reader.ReadLineAsync().WaitAsync(Deadlines.Patience);
            HostileText.AssertHarmless(line!, $"the input of the program for case {hostile.Id}");
            var order = JsonParser.Default.Parse<WatchOrdersResponse>(line).Event.Order;
            Assert.Equal((id, hostile.Text, hostile.Text), (order.Id, order.Customer.Name, order.Lines[0].Description));
        }

        await stop.CancelAsync();
        await watch;
    }

    [Fact]
    public void The_log_of_the_server_has_no_text_of_others() => HostileText.AssertHarmless(orders.Log, "the server's log");

    /// <summary>A server with an order for each case that a name may hold, and one with a quote of many.</summary>
    public sealed class Orders : IAsyncLifetime
    {
        private readonly TestFolder folder = new();
        private ServerProcess server = null!;

        /// <summary>The orders in the order of their placing.</summary>
        public List<(long Id, HostileText Hostile)> Placed { get; } = [];

        public long Quoted { get; private set; }

        public string Log => server.Errors;

        public async ValueTask InitializeAsync()
        {
            server = await ServerProcess.StartAsync(folder, null, "--log-level", "Information");
            using var client = server.Client();
            using var supplier = server.Supplier();
            foreach (var hostile in HostileText.Kept)
            {
                var request = Requests.Place(hostile.Text!);
                request.Customer.Name = hostile.Text;
                request.ClientReference = hostile.IsKeptIn(ContractLimits.ReferenceLength, required: false) ? hostile.Text : "";
                request.Note = hostile.Text + "\n" + hostile.Text;
                Placed.Add(((await client.Client.PlaceOrderAsync(request)).Order.Id, hostile));
            }

            Quoted = Placed[^1].Id;
            await supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = Quoted });
            var draft = new DraftQuoteRequest { OrderId = Quoted };
            draft.Lines.AddRange(HostileText.Kept.Take(ContractLimits.LinesPerOrder).Select(hostile => new QuoteLine
            {
                Description = hostile.Text,
                Quantity = "1",
                UnitPrice = new Money { CurrencyCode = "EUR", Units = 1 },
            }));
            await supplier.Supplier.DraftQuoteAsync(draft);
            await supplier.Supplier.ApproveQuoteAsync(new SupplierServiceApproveQuoteRequest { OrderId = Quoted });
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            folder.Dispose();
        }

        public Task<string> RunAsync(Role role, params string[] arguments) => RunAsync(role, CliDependencies.UnlimitedWidth, arguments);

        public Task<string> RunAsync(Role role, int width, params string[] arguments) => StartAsync(role, width, CancellationToken.None, arguments);

        public async Task<string> StartAsync(Role role, int width, CancellationToken cancellation, params string[] arguments)
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            var exit = await CliShell.Cli.RunAsync(arguments, role, new CliDependencies
            {
                Input = TextReader.Null,
                Output = output,
                Error = error,
                OutputIsTerminal = width != CliDependencies.UnlimitedWidth,
                Width = width,
                Environment = name => name switch
                {
                    "ORDERGRPC_SERVER" => server.Address,
                    "XDG_CONFIG_HOME" => folder.Config,
                    "NO_COLOR" => "1",
                    "PATH" => Environment.GetEnvironmentVariable("PATH"),
                    _ => null,
                },
            }, role == Role.Client ? ClientTool.BuildRootCommand : SupplierTool.BuildRootCommand, cancellation);
            Assert.True(exit == 0, error.ToString());
            HostileText.AssertHarmless(error.ToString(), string.Join(' ', arguments));
            return output.ToString();
        }
    }
}
