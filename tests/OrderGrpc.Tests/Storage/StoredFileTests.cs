using System.Globalization;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using OrderGrpc.Tests.Documentation;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Services;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Storage;

/// <summary>
/// Files that earlier versions wrote, each with what its server answered then: this version must
/// still read them so. A released version adds its file and never changes one.
/// </summary>
public sealed class StoredFileTests
{
    private const string ThisVersion = "0.1.0";

    public static TheoryData<string> Versions => [.. Directory.GetFiles(Files, "*.db").Select(file => Path.GetFileNameWithoutExtension(file)!)];

    private static string Files => Path.Combine(Repository.Root, "tests", "OrderGrpc.Tests", "Storage", "Files");

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_file_of_a_version_reads_as_it_did_then_and_takes_new_orders(string version)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Data);
        File.Copy(Path.Combine(Files, version + ".db"), Path.Combine(folder.Data, "orders.db"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.SetUnixFileMode(Path.Combine(folder.Data, "orders.db"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await using var server = await ServerProcess.StartAsync(folder);
        using var client = server.Client();
        using var supplier = server.Supplier();
        var answers = await AnswersAsync(client, supplier);
        Assert.Equal(await File.ReadAllLinesAsync(Path.Combine(Files, version + ".jsonl")), answers);
        Assert.Equal(1, (await client.PlaceAsync("first", "first request")).Id);
        Assert.Equal(ProcessTable.States.Length + 2, (await client.PlaceAsync()).Id);
    }

    [Fact]
    public void This_version_has_its_file() => Assert.Contains(ThisVersion, Versions.Select(row => row.Data));

    /// <summary>Makes the file of this version anew; to be run by name before a release, never after it.</summary>
    [Fact(Explicit = true)]
    public async Task Make_the_file_of_this_version()
    {
        using var folder = new TestFolder();
        List<string> answers;
        await using (var server = await ServerProcess.StartAsync(folder))
        {
            using var client = server.Client();
            using var supplier = server.Supplier();
            await client.PlaceAsync("first", "first request");
            foreach (var row in ProcessTable.States)
            {
                var order = await client.PlaceAsync("Order that is " + row.Name);
                foreach (var (role, command) in ProcessTable.WayTo(row.State))
                {
                    await (role == Role.Client ? client : supplier).SendAsync(ProcessTable.Request(role, command, order));
                    order = await Shop.SeenByAsync(supplier, order.Id);
                }
            }

            answers = await AnswersAsync(client, supplier);
            Assert.Equal(0, await server.StopAsync());
        }

        Directory.CreateDirectory(Files);
        File.Delete(Path.Combine(Files, ThisVersion + ".db"));
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder.Data, "orders.db")};Pooling=False");
        connection.Open();
        using var vacuum = connection.CreateCommand();
        vacuum.CommandText = "VACUUM INTO $to";
        vacuum.Parameters.AddWithValue("$to", Path.Combine(Files, ThisVersion + ".db"));
        vacuum.ExecuteNonQuery();
        await File.WriteAllLinesAsync(Path.Combine(Files, ThisVersion + ".jsonl"), answers);
    }

    // Each order to both parties, its events, and the document of its quote, one JSON text a line.
    private static async Task<List<string>> AnswersAsync(Party client, Party supplier)
    {
        var answers = new List<IMessage>();
        for (var id = 1; id <= ProcessTable.States.Length + 1; id++)
        {
            answers.Add(await Shop.SeenByAsync(client, id));
            answers.Add(await Shop.SeenByAsync(supplier, id));
            answers.Add(await supplier.Query.ListOrderEventsAsync(new ListOrderEventsRequest { OrderId = id }));
            if (answers[^2] is Order { Quote.SendTime: not null })
            {
                answers.Add(await client.Query.GetQuoteDocumentAsync(new GetQuoteDocumentRequest { OrderId = id }));
            }
        }

        return [.. answers.Select(answer => answer.ToString()!.ToString(CultureInfo.InvariantCulture))];
    }
}
