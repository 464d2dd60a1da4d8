using Google.Rpc;
using Grpc.Core;

namespace OrderGrpc.Tests.Running;

/// <summary>What a call was refused with.</summary>
public sealed record Refused(StatusCode Code, string Reason, IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<string> Fields, string Message, string Localized)
{
    /// <summary>The refusal of a call, which must have one in the contract's form.</summary>
    public static async Task<Refused> By<T>(AsyncUnaryCall<T> call) =>
        Of(await Assert.ThrowsAsync<RpcException>(async () => await call));

    public static Refused Of(RpcException e)
    {
        var status = e.GetRpcStatus();
        Assert.True(status is not null, $"no google.rpc.Status with {e.Status}");
        var info = status.GetDetail<ErrorInfo>();
        Assert.Equal("ordergrpc", info.Domain);
        Assert.Equal((int)e.StatusCode, status.Code);
        return new Refused(
            e.StatusCode,
            info.Reason,
            info.Metadata,
            status.GetDetail<BadRequest>()?.FieldViolations.Select(v => v.Field).ToList() ?? [],
            e.Status.Detail,
            status.GetDetail<LocalizedMessage>().Message);
    }
}
