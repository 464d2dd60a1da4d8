using OrderGrpc.Server;
using OrderGrpc.Server.Services;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Services;

/// <summary>What a caller learns of itself and of its server.</summary>
public sealed class GetCallerTests(Shop shop) : IClassFixture<Shop>
{
    [Fact]
    public async Task A_caller_learns_its_role_its_name_and_the_version_of_the_server()
    {
        foreach (var (party, role, name) in new[] { (shop.Client, Role.Client, "client"), (shop.OtherSupplier, Role.Supplier, "other") })
        {
            var caller = await party.Query.GetCallerAsync(new GetCallerRequest());
            Assert.Equal((role, name, ServerVersion.Text), (caller.Role, caller.Name, caller.ServerVersion));
        }
    }

    [Fact]
    public async Task A_caller_learns_until_when_its_token_holds()
    {
        using var party = new Party(shop.Server.Address, shop.Server.Issue(Role.Client, "guest", TimeSpan.FromDays(3)));
        var caller = await party.Query.GetCallerAsync(new GetCallerRequest());
        Assert.Equal(shop.Server.Time.GetUtcNow().AddDays(3), caller.TokenExpireTime.ToDateTimeOffset());
    }

    [Fact]
    public async Task A_call_that_asks_for_the_version_gets_it_with_its_answer_and_no_other_does()
    {
        using var asking = shop.Client.Query.DescribeProcessAsync(new DescribeProcessRequest(), new Grpc.Core.Metadata { { VersionHeader.Name, "0.1.0" } });
        Assert.Equal(ServerVersion.Text, (await asking.ResponseHeadersAsync).GetValue(VersionHeader.Name));
        using var silent = shop.Client.Query.DescribeProcessAsync(new DescribeProcessRequest());
        Assert.Null((await silent.ResponseHeadersAsync).GetValue(VersionHeader.Name));
    }
}
