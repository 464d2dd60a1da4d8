using System.Collections;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using OrderGrpc.V1;
using Health = Grpc.Health.V1.Health;
using ReflectionV1 = Grpc.Reflection.V1.ServerReflection;
using ReflectionV1Alpha = Grpc.Reflection.V1Alpha.ServerReflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace OrderGrpc.Tests.Strangers;

/// <summary>
/// Every RPC there is, from the descriptors of the contract and of gRPC's own two services, and a
/// request for each that names an order wherever one can be named.
/// </summary>
public static class EveryMethod
{
    /// <summary>The services of the contract's assembly, and those that come with gRPC.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services { get; } =
    [
        .. typeof(ErrorReason).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal) && type.IsAbstract && type.IsSealed)
            .Select(type => (FileDescriptor)type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!)
            .SelectMany(file => file.Services)
            .OrderBy(service => service.FullName, StringComparer.Ordinal),
        Health.Descriptor,
        ReflectionV1.Descriptor,
        ReflectionV1Alpha.Descriptor,
    ];

    public static IReadOnlyList<MethodDescriptor> All { get; } = [.. Services.SelectMany(service => service.Methods)];

    /// <summary>The path of the RPC.</summary>
    public static string PathOf(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";

    /// <summary>Whether its request can name an order.</summary>
    public static bool NamesAnOrder(MethodDescriptor method) => method.InputType.Fields.InFieldNumberOrder().Any(IsOrder);

    /// <summary>A request that nothing but its order speaks against, filled in field by field.</summary>
    public static byte[] RequestOf(MethodDescriptor method, long orderId) => Places(method) ? [] : Fill(method.InputType, orderId).ToByteArray();

    /// <summary>Whether it places an order without naming one: what it is asked for is missing then, so that no call of the matrix changes anything.</summary>
    public static bool Places(MethodDescriptor method) => method.InputType.Name == nameof(PrototypeServicePlaceOrderRequest);

    private static bool IsOrder(FieldDescriptor field) => field.Name is "order_id" or "order_ids" or "replaces_order_id";

    private static IMessage Fill(MessageDescriptor type, long orderId)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            if (ValueOf(field, orderId) is not { } value)
            {
                continue;
            }

            if (field.IsRepeated)
            {
                ((IList)field.Accessor.GetValue(message)).Add(value);
            }
            else
            {
                field.Accessor.SetValue(message, value);
            }
        }

        return message;
    }

    // A field that is not here stays empty; where a new RPC requires it, the matrix shows INVALID_ARGUMENT.
    private static object? ValueOf(FieldDescriptor field, long orderId) => field.Name switch
    {
        _ when IsOrder(field) => orderId,
        "digest" => new string('0', 64),
        "quantity" => "1",
        "email" => "john@example.com",
        "currency_code" => "EUR",
        "client" => "client",
        "supplier" => "supplier",
        "client_reference" => StrangersShop.Marker,
        "list_services" => "*",
        "name" or "description" or "note" or "reason" => "text",
        "quote_revision" => 1,
        "units" => 38L,
        "beginning" => true,
        "customer" or "unit_price" or "lines" => Fill(field.MessageType, orderId),
        _ => null,
    };
}
