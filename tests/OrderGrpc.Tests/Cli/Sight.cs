using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;
using OrderGrpc.CliShell;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>A terminal to look at, and some orders to see on it, at one moment in a zone an hour ahead of UTC.</summary>
public sealed class Sight
{
    private readonly StringWriter output = new() { NewLine = "\n" };

    public Sight(Language language, int width, Role role = Role.Supplier, Appearance? appearance = null, IDictionary<string, string>? environment = null)
    {
        var variables = environment ?? new Dictionary<string, string> { ["TERM"] = "xterm", ["NO_COLOR"] = "1" };
        var dependencies = new CliDependencies
        {
            Input = TextReader.Null,
            Output = output,
            Error = TextWriter.Null,
            Environment = name => variables.TryGetValue(name, out var value) ? value : null,
            Time = Clock(),
            OutputIsTerminal = width != CliDependencies.UnlimitedWidth,
            Width = width,
        };
        var server = ServerList.Parse(new Texts(language), "--server", "http://127.0.0.1:1");
        Session = new Session(role, new CliSettings { Server = server, Language = language, Appearance = appearance ?? new Appearance() }, dependencies);
    }

    public static DateTimeOffset Now { get; } = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    public Session Session { get; }

    public string Seen => output.ToString();

    public static FakeTimeProvider Clock()
    {
        var clock = new FakeTimeProvider(Now);
        clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("one ahead", TimeSpan.FromHours(1), null, null));
        return clock;
    }

    /// <summary>Orders of all lengths, in letters of one column and of two.</summary>
    public static IReadOnlyList<Order> Orders() =>
    [
        One(1, Order.Types.State.Placed, "Jon Doe", TimeSpan.FromMinutes(5), null, ("Garden fence", "1"), ("Gate", "2")),
        One(2, Order.Types.State.InRealization, "株式会社山田 庭園部", TimeSpan.FromHours(3), new Money { CurrencyCode = "EUR", Units = 12, Nanos = 500_000_000 }, ("竹の垣根", "1.5")),
        One(3, Order.Types.State.Approved, "The Society for the Keeping of Long Names", TimeSpan.FromDays(2), null, ("Garden fence with a gate wide enough for a cart 😀", "1"), ("a", "1"), ("b", "1")),
        One(14, Order.Types.State.QuoteDrafted, "Ann", TimeSpan.FromSeconds(2), new Money { CurrencyCode = "JPY", Units = 1_250_000 }, ("Donaudampfschifffahrtsgesellschaftskapitän", "1")),
    ];

    public static Order One(long id, Order.Types.State state, string customer, TimeSpan age, Money? total, params (string Description, string Quantity)[] lines)
    {
        var order = new Order
        {
            Id = id,
            State = state,
            WaitingOn = WaitingOn.Supplier,
            Client = "client",
            Supplier = "supplier",
            Customer = new Customer { Name = customer, Email = "john@example.com" },
            Revision = 3,
            PlaceTime = Timestamp.FromDateTimeOffset(Now - age),
            UpdateTime = Timestamp.FromDateTimeOffset(Now - age),
        };
        order.Lines.Add(lines.Select(line => new OrderLine { Description = line.Description, Quantity = line.Quantity }));
        order.AllowedCommands.Add(state switch
        {
            Order.Types.State.Placed => [Command.ApproveOrder, Command.RejectOrder],
            Order.Types.State.QuoteDrafted => [Command.DraftQuote, Command.ApproveQuote, Command.RejectQuote],
            Order.Types.State.Approved => [Command.DraftQuote],
            _ => [Command.ReportRealization],
        });
        if (total is not null)
        {
            order.Quote = new Quote { Revision = 1, Total = total, Digest = new string('a', 60) + "0123" };
        }

        return order;
    }

    /// <summary>What happened to an order, as its history has it.</summary>
    public static IReadOnlyList<OrderEvent> Events()
    {
        var (client, supplier) = (new Actor { Role = Role.Client, Name = "client" }, new Actor { Role = Role.Supplier, Name = "Garden & Sons" });
        var money = new Money { CurrencyCode = "EUR", Units = 12, Nanos = 500_000_000 };
        OrderEvent[] events =
        [
            new() { Actor = client, OrderPlaced = new OrderPlaced { Note = "The fence should stand before the wedding on Saturday, as the goats come back on Sunday.\nThe goats are two." } },
            new() { Actor = supplier, OrderApproved = new OrderApproved() },
            new() { Actor = supplier, QuoteSent = new QuoteSent { QuoteRevision = 1, Total = money } },
            new() { Actor = client, QuoteAccepted = new QuoteAccepted { QuoteRevision = 1 } },
            new() { Actor = supplier, RealizationReported = new RealizationReported { Note = "出来上がりました" } },
            new() { Actor = client, RealizationRejected = new RealizationRejected { Reason = "The gate is stuck" } },
        ];
        for (var i = 0; i < events.Length; i++)
        {
            events[i].Revision = i + 1;
            events[i].OrderId = 1;
            events[i].Position = 100 + i;
            events[i].Time = Timestamp.FromDateTimeOffset(Now - TimeSpan.FromMinutes(Math.Pow(5, events.Length - i)));
        }

        return events;
    }
}
