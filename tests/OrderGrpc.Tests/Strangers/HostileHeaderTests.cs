using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>Headers that no client of gRPC would send.</summary>
public sealed class HostileHeaderTests
{
    [Fact]
    public async Task A_binary_header_that_is_none_does_no_harm()
    {
        await using var server = await TestServer.StartAsync();
        using var raw = new RawCall(server.Address);
        var token = server.Issue(Role.Client, "acme");
        foreach (var method in EveryMethod.All.Where(method => method.Service.Name is not nameof(SupplierService) && !method.IsServerStreaming && !EveryMethod.Places(method)))
        {
            var answer = await raw.SendAsync(
                EveryMethod.PathOf(method), RawCall.Frame(EveryMethod.RequestOf(method, 1)), token, headers: [("x-bin", "not base 64!"), ("accept-language", "fr;q=nan,,;;q=1e999,\u007f")]);
            Assert.True(answer.Told is "NotFound ORDER_NOT_FOUND" or "OK", answer.Told);
        }
    }
}
