using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Orders;

public sealed class ProcessMatrixTests
{
    public static TheoryData<State, Role, Command> Pairs => ProcessTable.Pairs;

    public static TheoryData<State> EveryState => ProcessTable.EveryState;

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_command_in_a_state_leads_where_the_design_says_or_is_refused(State state, Role role, Command command)
    {
        var order = Given.In(state);
        var request = ProcessTable.Request(role, command, order);
        if (ProcessTable.Of(state, role, command) is var (happens, to))
        {
            var happened = Given.Happens(order, request);
            Assert.Equal(happens, happened.EventCase.ToString());
            Assert.Equal((order.Id, order.Revision + 1), (happened.OrderId, happened.Revision));
            Assert.Equal((role, role == Role.Client ? "client" : "supplier"), (happened.Actor.Role, happened.Actor.Name));
            Assert.Equal(Given.Noon, happened.Time.ToDateTimeOffset());
            Assert.Equal(to, Evolver.Evolve(order, happened).State);
        }
        else
        {
            var refused = Given.Refused(order, request);
            var (name, allowed) = ProcessTable.Refusal(state, role);
            Assert.Equal(ErrorReason.WrongState, refused.Reason);
            Assert.Equal((name, allowed), (refused.Values()["state"], refused.Values()["allowed_commands"]));
        }
    }

    [Fact]
    public void The_servers_table_has_the_steps_of_the_design_and_no_others()
    {
        var served = from step in OrderProcess.Steps
                     from state in step.From
                     select (state, step.Role, step.Command, step.Event.ToString(), step.To);
        Assert.Equal(ProcessTable.Allowed.ToHashSet(), served.ToHashSet());
        var placing = Assert.Single(OrderProcess.Steps, step => step.From.Count == 0);
        Assert.Equal((Command.PlaceOrder, Role.Client, "OrderPlaced", State.Placed), (placing.Command, placing.Role, placing.Event.ToString(), placing.To));
    }

    [Theory]
    [MemberData(nameof(EveryState))]
    public void A_state_waits_for_one_party_or_has_ended_and_allows_what_the_design_says(State state)
    {
        var (_, _, ofClient, ofSupplier, turn) = ProcessTable.States.Single(row => row.State == state);
        foreach (var (role, allowed) in new[] { (Role.Client, ofClient), (Role.Supplier, ofSupplier) })
        {
            var seen = Visibility.For(role, Given.In(state));
            Assert.Equal(turn, seen.WaitingOn);
            Assert.Equal(allowed, string.Join(",", seen.AllowedCommands.Select(Names.Of)));
        }

        Assert.Equal(turn == WaitingOn.Nobody, OrderProcess.IsTerminal(state));
    }

    [Fact]
    public void Every_state_and_every_event_and_every_command_of_the_contract_is_in_the_table()
    {
        Assert.Equal(Enum.GetValues<State>().Where(s => s != State.Unspecified).ToHashSet(), ProcessTable.States.Select(row => row.State).ToHashSet());
        Assert.Equal(
            Enum.GetNames<OrderEvent.EventOneofCase>().Where(e => e is not ("None" or "OrderPlaced")).ToHashSet(),
            ProcessTable.Allowed.Select(step => step.Event).ToHashSet());
        Assert.Equal(
            Enum.GetValues<Command>().Where(c => c is not (Command.Unspecified or Command.PlaceOrder)).ToHashSet(),
            ProcessTable.Commands.Select(c => c.Command).ToHashSet());
    }

    [Theory]
    [InlineData(State.Rejected, true)]
    [InlineData(State.QuoteWithheld, true)]
    [InlineData(State.QuoteDeclined, true)]
    [InlineData(State.Cancelled, true)]
    [InlineData(State.Completed, false)]
    [InlineData(State.Placed, false)]
    [InlineData(State.Approved, false)]
    [InlineData(State.QuoteDrafted, false)]
    [InlineData(State.QuoteSent, false)]
    [InlineData(State.InRealization, false)]
    [InlineData(State.Realized, false)]
    public void Only_an_order_that_ended_without_being_completed_can_be_replaced(State state, bool can)
    {
        var replaced = Given.In(state);
        var request = Requests.Place();
        request.ReplacesOrderId = replaced.Id;
        if (can)
        {
            Assert.Equal(replaced.Id, Given.Happens(replaced, request).OrderPlaced.ReplacesOrderId);
        }
        else
        {
            var refused = Given.Refused(replaced, request);
            Assert.Equal(ErrorReason.NotReplaceable, refused.Reason);
            Assert.Equal(("1", ProcessTable.Refusal(state, Role.Client).Name), (refused.Values()["order_id"], refused.Values()["state"]));
        }
    }
}
