using Google.Protobuf;
using Grpc.Core;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Services;

/// <summary>Calls that no client of the contract makes: bytes that are no request, tokens that are none.</summary>
public sealed class MalformedCallTests(Shop shop) : IClassFixture<Shop>
{
    private const string English = "the message cannot be read as this RPC's request; use the .proto files of this server";
    private const string French = "le message n'est pas une requête de ce RPC ; utilisez les fichiers .proto de ce serveur";

    public static TheoryData<string> Methods =>
    [
        .. from service in new[] { ClientService.Descriptor, SupplierService.Descriptor, OrderQueryService.Descriptor }
           from method in service.Methods
           select $"{service.FullName}/{method.Name}",
    ];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Bytes_that_are_no_message_are_malformed_at_every_rpc(string method)
    {
        var (english, french) = method.Contains("Supplier", StringComparison.Ordinal)
            ? (shop.Supplier, shop.SupplierInFrench)
            : (shop.Client, shop.ClientInFrench);
        byte[][] malformed =
        [
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], // a tag without an end
            [0x0a, 0x7f, 0x01], // a field longer than the message
            [0x0f], // a wire type that there is not
            [0x08], // a number without its value
        ];
        foreach (var bytes in malformed)
        {
            await shop.RefusedAsync(
                english, french, party => SendAsync(party, method, bytes), StatusCode.InvalidArgument, "MALFORMED_MESSAGE", English, French);
        }
    }

    [Fact]
    public async Task A_text_that_is_not_utf_8_is_malformed()
    {
        var request = Requests.Place("garbled!").ToByteArray();
        request[request.AsSpan().IndexOf("!"u8)] = 0xff;
        await shop.RefusedAsync(
            shop.Client, shop.ClientInFrench, party => SendAsync(party, "ordergrpc.v1.ClientService/PlaceOrder", request),
            StatusCode.InvalidArgument, "MALFORMED_MESSAGE", English, French);
    }

    [Fact]
    public async Task Fields_of_a_later_contract_are_passed_over()
    {
        byte[] later = [.. Requests.Place().ToByteArray(), 0xd2, 0x85, 0xd8, 0xcc, 0x04, 0x01, 0x78];
        var placed = PlaceOrderResponse.Parser.ParseFrom(await SendAsync(shop.Client, "ordergrpc.v1.ClientService/PlaceOrder", later));
        Assert.Equal("Jon Doe", placed.Order.Customer.Name);
    }

    [Fact]
    public async Task A_message_of_many_megabytes_is_refused_and_changes_nothing()
    {
        var head = await shop.HeadAsync();
        var request = Requests.Place().With(("note", new string('n', 6 << 20)));
        var error = await Assert.ThrowsAsync<RpcException>(async () => await shop.Client.Client.PlaceOrderAsync(request));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal(head, await shop.HeadAsync());
    }

    [Fact]
    public async Task A_call_without_a_token_or_with_a_forged_one_is_refused_in_both_languages_and_changes_nothing()
    {
        var good = shop.Server.Issue(Role.Client, "client");
        var parts = good.Split('.');
        foreach (var (token, reason, english, french) in new[]
        {
            (null, "TOKEN_MISSING", "no token; send \"authorization: Bearer <token>\"", "pas de jeton ; envoyez « authorization: Bearer <jeton> »"),
            ("x.y.z", "TOKEN_INVALID", "the token is not valid on this server", "le jeton n'est pas valable sur ce serveur"),
            ($"{parts[0]}.{parts[1]}.{new string('A', 43)}", "TOKEN_INVALID", "the token is not valid on this server", "le jeton n'est pas valable sur ce serveur"),
        })
        {
            await TokenAsync(token, StatusCode.Unauthenticated, reason, english, french, party => party.SendAsync(Requests.Place()));
            await TokenAsync(token, StatusCode.Unauthenticated, reason, english, french, async party => await party.Query.ListOrdersAsync(new ListOrdersRequest()));
        }
    }

    [Fact]
    public async Task An_expired_token_is_refused_in_both_languages_and_changes_nothing()
    {
        var token = shop.Server.Issue(Role.Client, "client", TimeSpan.FromHours(1));
        using (var party = new Party(shop.Server.Address, token))
        {
            await party.PlaceAsync();
        }

        shop.Server.Time.Advance(TimeSpan.FromHours(2));
        await TokenAsync(token, StatusCode.Unauthenticated, "TOKEN_EXPIRED", "the token has expired; get a new one",
            "le jeton a expiré ; procurez-vous un nouveau jeton", party => party.SendAsync(Requests.Place()));
    }

    [Fact]
    public async Task A_token_of_the_other_role_is_refused_in_both_languages_and_changes_nothing()
    {
        var order = await shop.Client.PlaceAsync();
        foreach (var (token, command) in new (string, IOrderCommand)[]
        {
            (shop.Server.Issue(Role.Supplier, "supplier"), Requests.Place()),
            (shop.Server.Issue(Role.Supplier, "supplier"), new CancelOrderRequest { OrderId = order.Id }),
            (shop.Server.Issue(Role.Client, "client"), new ApproveOrderRequest { OrderId = order.Id }),
        })
        {
            await TokenAsync(token, StatusCode.PermissionDenied, "WRONG_ROLE", "this service is for the other role", "ce service est pour l'autre rôle", party => party.SendAsync(command));
        }

        Assert.Equal(order, await Shop.SeenByAsync(shop.Client, order.Id));
    }

    private async Task TokenAsync(string? token, StatusCode code, string reason, string english, string french, Func<Party, Task> call)
    {
        using var inEnglish = new Party(shop.Server.Address, token);
        using var inFrench = new Party(shop.Server.Address, token, "fr");
        await shop.RefusedAsync(inEnglish, inFrench, call, code, reason, english, french);
    }

    private static async Task<byte[]> SendAsync(Party party, string method, byte[] request)
    {
        var names = method.Split('/');
        var bytes = Marshallers.Create<byte[]>(sent => sent, received => received);
        var raw = new Method<byte[], byte[]>(MethodType.Unary, names[0], names[1], bytes, bytes);
        return await party.Invoker.AsyncUnaryCall(raw, null, new CallOptions(), request);
    }
}
