using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Services;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Faults.Model;

/// <summary>One caller of a history, who plays any of its parties, and has watches of its own.</summary>
public sealed class Player(History history, ModelServer server)
{
    private static readonly State[][] Filters = [[], [], [State.QuoteSent, State.Realized], [State.Cancelled, State.Completed, State.Approved]];

    private static readonly (Role, Command)[] Way = ProcessTable.WayTo(State.Completed);

    private readonly List<ModelWatch> watches = [];

    private IReadOnlyList<ModelParty> Parties => history.Lane.Parties;

    public async Task DoAsync(Doing[] doings)
    {
        foreach (var doing in doings)
        {
            await DoAsync(doing);
        }
    }

    private Task DoAsync(Doing doing)
    {
        var known = history.Known;
        var (a, b, c) = (doing.A, doing.B, doing.C);
        return doing.Act switch
        {
            Act.Restart => server.RestartAsync(kill: a % 2 == 0),
            Act.List => ListAsync(Parties[a % 4], Filters[b % 4], oldestFirst: c % 2 == 0),
            Act.Watch => WatchAsync(Parties[a % 4], known, b, c),
            Act.Resume when watches.Count > 0 => ResumeAsync(watches[a % watches.Count]),
            Act.Read when watches.Count > 0 => watches[a % watches.Count].UntilAsync(0),
            Act.Repeat when history.Sent(a) is { } earlier => history.CommandAsync(earlier.Party, earlier.Command),
            Act.Reuse when history.Sent(a) is { } earlier && known.Length > 0 =>
                history.CommandAsync(earlier.Party, Any(earlier.Party.Role, known[b % known.Length], c, earlier.Command.RequestId)),
            _ when known.Length == 0 || doing.Act == Act.Place => PlaceAsync(known, a, b, c),
            _ => DoAsync(doing, known[a % known.Length]),
        };
    }

    private Task DoAsync(Doing doing, Order order) => doing.Act switch
    {
        Act.Get => GetAsync(Parties[doing.B % 4], order.Id),
        Act.Document => DocumentAsync(Parties[doing.B % 4], order.Id),
        Act.Attempt => AttemptAsync(Parties[doing.B % 4], order, doing.C),
        _ => StepAsync(order, doing.B, doing.C),
    };

    private Task PlaceAsync(Order[] known, int a, int b, int c)
    {
        var request = Requests.Place(requestId: history.NextRequestId());
        request.Supplier = Parties[2 + (b % 2)].Name;
        request.ClientReference = history.Name;
        request.ReplacesOrderId = c % 3 == 2 && known.Length > 0 ? known[a % known.Length].Id : 0;
        return history.CommandAsync(Parties[a % 2], request);
    }

    // What the order's state allows, by who may do it; of an order that has ended anything.
    private Task StepAsync(Order order, int which, int c)
    {
        var allowed = ProcessTable.Allowed.Where(step => step.From == order.State).ToList();
        if (allowed.Count == 0)
        {
            return AttemptAsync(Parties[which % 4], order, c);
        }

        // Mostly the way to the end, or few orders would come far.
        var forward = allowed.FindLastIndex(step => Way.Contains((step.Role, step.Command)));
        var (_, role, command, _, _) = allowed[which % 4 > 0 ? forward : which / 4 % allowed.Count];
        var name = role == Role.Client ? order.Client : order.Supplier;
        return history.CommandAsync(Parties.Single(party => party.Role == role && party.Name == name), Request(role, command, order, c));
    }

    private Task AttemptAsync(ModelParty party, Order order, int c) => history.CommandAsync(party, Any(party.Role, order, c, history.NextRequestId()));

    private static IOrderCommand Any(Role role, Order order, int c, string id)
    {
        var commands = ProcessTable.Commands.Where(command => command.Role == role).ToList();
        var request = ProcessTable.Request(role, commands[c % commands.Count].Command, order).With(("request_id", id));
        return c % 7 == 0 ? request.With(("expected_revision", order.Revision + (c % 2))) : request;
    }

    private IOrderCommand Request(Role role, Command command, Order order, int c)
    {
        var request = ProcessTable.Request(role, command, order).With(("request_id", history.NextRequestId()));
        if (request is DraftQuoteRequest draft)
        {
            draft.Lines.Single().UnitPrice.Units += c;
        }

        return c % 4 == 0 ? request.With(("expected_revision", order.Revision)) : request;
    }

    private Task GetAsync(ModelParty party, long id) => history.CallAsync(party, new GetOrderRequest { OrderId = id }, async () =>
        ([(await party.Party.Query.GetOrderAsync(new GetOrderRequest { OrderId = id })).Order], 0, null));

    private Task DocumentAsync(ModelParty party, long id)
    {
        var request = new GetQuoteDocumentRequest { OrderId = id };
        return history.CallAsync(party, request, async () => ([], 0, (await party.Party.Query.GetQuoteDocumentAsync(request)).Content.ToStringUtf8()));
    }

    private Task ListAsync(ModelParty party, State[] states, bool oldestFirst)
    {
        var request = new ListOrdersRequest { ClientReference = history.Name, States = { states }, OldestFirst = oldestFirst };
        return history.CallAsync(party, request, async () => ([.. (await party.Party.Query.ListOrdersAsync(request)).Orders], 0, null));
    }

    // All orders or some, from the beginning, after some position, from now, or with a snapshot.
    private async Task WatchAsync(ModelParty party, Order[] known, int b, int c)
    {
        var ids = b % 2 == 0 ? [] : known.Where(order => party.Name == (party.Role == Role.Client ? order.Client : order.Supplier)).Select(order => order.Id).ToArray();
        var request = new WatchOrdersRequest { OrderIds = { ids }, States = { Filters[b % 4] } };
        switch (c % 4)
        {
            case 0 when ids.Length > 0:
                request.Beginning = true;
                break;
            case 0 or 1:
                request.AfterPosition = c % 3 == 0 ? history.Position : history.Lane.Position;
                break;
            case 2:
                request.Snapshot = ids.Length > 0;
                break;
            default:
                break; // absent is now
        }

        watches.Add(await history.WatchAsync(party, request));
    }

    private static Task ResumeAsync(ModelWatch watch)
    {
        watch.Cut();
        return watch.UntilAsync(0);
    }
}
