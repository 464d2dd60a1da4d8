using System.Xml.Linq;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Orders;

/// <summary>
/// The BPMN model says what the table says, nothing more and nothing less: each transition goes in both
/// pools from the places of its state to those of the next, and along every flow there goes one.
/// </summary>
public sealed class ProcessModelTests
{
    private static readonly ProcessModel Model = new();

    // By the name that the model has for it.
    private static readonly Dictionary<string, (Role Role, State? From, State To)> Table =
        (from step in OrderProcess.Steps
         from start in step.From.Count == 0 ? [default(State?)] : step.From.Cast<State?>()
         select (step.Role, step.Command, From: start, step.To))
        .ToDictionary(row => ProcessModel.NameOf(row.Role, row.Command, row.From), row => (row.Role, row.From, row.To));

    public static TheoryData<string> Transitions => [.. Table.Keys];

    public static TheoryData<State> States => [.. OrderProcess.Turns.Keys];

    [Fact]
    public void Each_transition_has_its_flow_and_each_flow_its_transition()
    {
        Assert.Equal(Table.Keys.Order(), Model.Flows.SelectMany(flow => flow.Transitions).Distinct().Order());
        Assert.All(Model.Flows, flow => Assert.True(flow.Transitions.Count > 0, $"nothing goes along {flow.Id}"));
    }

    [Theory]
    [MemberData(nameof(States))]
    public void A_state_has_one_place_with_whose_turn_it_is_and_one_with_the_other(State state)
    {
        var place = Assert.Single(Model.Places(state));
        var other = Assert.Single(Model.PlacesMeanwhile(state));
        var turn = OrderProcess.TurnIn(state);
        Assert.Equal(turn == WaitingOn.Nobody ? "CLIENT" : Names.Of(turn), Model.RoleOf(place)); // of an order that has ended: its client's
        Assert.NotEqual(Model.RoleOf(place), Model.RoleOf(other));
        Assert.True(ProcessModel.IsA(place, turn == WaitingOn.Nobody ? "endEvent" : "userTask"), $"{ProcessModel.Id(place)} is a {place.Name.LocalName}");
        Assert.Equal(turn == WaitingOn.Nobody, ProcessModel.IsA(other, "endEvent"));
    }

    [Theory]
    [InlineData("state")]
    [InlineData("meanwhile")]
    public void A_state_that_the_model_names_is_one(string attribute) =>
        Assert.Equal(OrderProcess.Turns.Keys.Select(Names.Of).Order(), Model.AllNamed(attribute).Order());

    [Theory]
    [MemberData(nameof(Transitions))]
    public void The_way_of_a_transition_goes_from_the_places_of_its_state_to_those_of_the_next(string transition)
    {
        var (_, from, to) = Table[transition];
        var way = Model.Flows.Where(flow => flow.Transitions.Contains(transition)).ToList();
        var moves = Moves(way, Places(from));
        var reached = Places(from).ToHashSet();
        while (moves.Concat(Messages(way)).Any(move => reached.Contains(move.From) && reached.Add(move.To)))
        {
        }

        Assert.All(way, flow => Assert.True(reached.Contains(flow.Source), $"{transition} does not come to {flow.Id}"));
        var ends = reached.Where(element => moves.All(move => move.From != element));
        var cameBack = Places(from).Where(place => moves.Any(move => move.From == place) && moves.Any(move => move.To == place));
        Assert.Equal(Places(to).Select(ProcessModel.Id).Order(), ends.Concat(cameBack).Select(ProcessModel.Id).Order());
    }

    [Theory]
    [MemberData(nameof(Transitions))]
    public void Who_acts_tells_the_other_who_does_not_move_otherwise(string transition)
    {
        var (role, from, _) = Table[transition];
        var way = Model.Flows.Where(flow => flow.Transitions.Contains(transition)).ToList();
        var sent = way.Where(flow => flow.IsMessage).ToList();
        Assert.All(sent, flow => Assert.Equal(Names.Of(role), Model.RoleOf(flow.Source)));
        Assert.All(
            way.Where(flow => !flow.IsMessage).SelectMany(flow => new[] { flow.Source, flow.Target }).Distinct().Where(ProcessModel.IsOfMessage)
                .Where(element => ProcessModel.IsA(element, "endEvent") || way.Any(flow => !flow.IsMessage && flow.Source == element)), // it does not only wait there
            element => Assert.True(sent.Count(flow => flow.Source == element || flow.Target == element) == 1, $"{transition}: {ProcessModel.Id(element)} has no message of its own"));

        // A place is left for an event of a message, or is one itself.
        var places = Places(from);
        Assert.All(
            Moves(way, places).Where(move => places.Contains(move.From) && Model.RoleOf(move.From) != Names.Of(role)),
            move => Assert.True(ProcessModel.IsOfMessage(move.To) || ProcessModel.IsOfMessage(move.From), $"{transition}: {ProcessModel.Id(move.From)} is left without a message"));
    }

    [Fact]
    public void Who_waits_for_one_of_several_answers_does_so_at_an_event_based_gateway()
    {
        foreach (var state in OrderProcess.Turns.Keys.Where(state => !OrderProcess.IsTerminal(state)))
        {
            var other = Assert.Single(Model.PlacesMeanwhile(state));
            var answers = Model.Flows.Count(flow => !flow.IsMessage && flow.Source == other);
            Assert.True(ProcessModel.IsA(other, answers > 1 ? "eventBasedGateway" : "intermediateCatchEvent"), $"{ProcessModel.Id(other)} is a {other.Name.LocalName}");
        }
    }

    private static IReadOnlyList<XElement> Places(State? state) =>
        state is { } known ? [.. Model.Places(known), .. Model.PlacesMeanwhile(known)] : Model.Beginnings();

    // How an order moves within a pool: along the flows, and from where it is to an event that interrupts.
    private static List<(XElement From, XElement To)> Moves(IReadOnlyList<ModelFlow> way, IReadOnlyList<XElement> places) =>
    [
        .. way.Where(flow => !flow.IsMessage).Select(flow => (flow.Source, flow.Target)),
        .. from flow in way
           from place in places
           where Model.Interrupts(flow.Source, place)
           select (place, flow.Source),
    ];

    private static IEnumerable<(XElement From, XElement To)> Messages(IEnumerable<ModelFlow> way) =>
        way.Where(flow => flow.IsMessage).Select(flow => (flow.Source, flow.Target));
}
