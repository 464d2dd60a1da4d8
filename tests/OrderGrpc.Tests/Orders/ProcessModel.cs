using System.Xml.Linq;
using OrderGrpc.Contract;
using OrderGrpc.Tests.Documentation;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Orders;

/// <summary>A sequence flow or a message flow, and the transitions that go along it.</summary>
public sealed record ModelFlow(string Id, XElement Source, XElement Target, bool IsMessage, IReadOnlyList<string> Transitions);

/// <summary>docs/process.bpmn as its attributes tie it to the table: places of states, and flows of transitions.</summary>
public sealed class ProcessModel
{
    private static readonly XNamespace Bpmn = "http://www.omg.org/spec/BPMN/20100524/MODEL";
    private static readonly XNamespace Own = "urn:ordergrpc:process";
    private readonly Dictionary<string, XElement> elements;
    private readonly Dictionary<string, string> roles;

    public ProcessModel()
    {
        var model = XDocument.Load(Path);
        elements = model.Descendants().Where(element => element.Attribute("id") is not null).ToDictionary(element => (string)element.Attribute("id")!);
        roles = model.Descendants(Bpmn + "participant").ToDictionary(pool => (string)pool.Attribute("processRef")!, pool => (string)pool.Attribute(Own + "role")!);
        Flows =
        [
            .. from flow in elements.Values
               where flow.Name == Bpmn + "sequenceFlow" || flow.Name == Bpmn + "messageFlow"
               select new ModelFlow(
                   Id(flow), Of(flow, "sourceRef"), Of(flow, "targetRef"), flow.Name == Bpmn + "messageFlow", Words(flow, "transitions")),
        ];
    }

    /// <summary>The file.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Repository.Root, "docs", "process.bpmn");

    public IReadOnlyList<ModelFlow> Flows { get; }

    /// <summary>How a flow names a transition.</summary>
    public static string NameOf(Role role, Command command, State? from) =>
        $"{Names.Of(role)}:{Names.Of(command)}" + (from is { } state ? ":" + Names.Of(state) : "");

    public static string Id(XElement element) => (string)element.Attribute("id")!;

    /// <summary>Where orders in the state are counted.</summary>
    public IReadOnlyList<XElement> Places(State state) => Named("state", state);

    /// <summary>Where the other party is.</summary>
    public IReadOnlyList<XElement> PlacesMeanwhile(State state) => Named("meanwhile", state);

    /// <summary>Where an order begins: the start that waits for nothing.</summary>
    public IReadOnlyList<XElement> Beginnings() =>
        [.. elements.Values.Where(element => IsA(element, "startEvent") && !IsEventSubProcess(element.Parent!) && !HasDefinition(element))];

    /// <summary>The states that an attribute of any element names.</summary>
    public IReadOnlyList<string> AllNamed(string attribute) => [.. elements.Values.SelectMany(element => Words(element, attribute))];

    /// <summary>CLIENT or SUPPLIER: the role of the pool that the element is in.</summary>
    public string RoleOf(XElement element) => roles[Id(element.Ancestors(Bpmn + "process").Single())];

    public static bool IsA(XElement element, string kind) => element.Name == Bpmn + kind;

    public static bool IsOfMessage(XElement element) => element.Element(Bpmn + "messageEventDefinition") is not null;

    /// <summary>Whether the event takes the order away from where it is, unasked: of an activity's edge, or of a whole pool.</summary>
    public bool Interrupts(XElement source, XElement place) =>
        IsA(source, "boundaryEvent") ? Of(source, "attachedToRef") == place
        : IsA(source, "startEvent") && IsEventSubProcess(source.Parent!) && RoleOf(source) == RoleOf(place);

    private static bool IsEventSubProcess(XElement element) => (bool?)element.Attribute("triggeredByEvent") ?? false;

    private static bool HasDefinition(XElement element) => element.Elements().Any(part => part.Name.LocalName.EndsWith("EventDefinition", StringComparison.Ordinal));

    private static string[] Words(XElement element, string attribute) =>
        ((string?)element.Attribute(Own + attribute))?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private XElement Of(XElement element, string reference) => elements[(string)element.Attribute(reference)!];

    private XElement[] Named(string attribute, State state) => [.. elements.Values.Where(element => Words(element, attribute).Contains(Names.Of(state)))];
}
