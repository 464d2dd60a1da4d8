using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace OrderGrpc.Server.Services;

/// <summary>
/// grpc.health.v1: readiness for the server as a whole, which has no name, and for each service by its own; and
/// liveness, which is true for as long as there is an answer. A watch is told at once that the server drains, and
/// ends when it stops.
/// </summary>
public sealed class HealthGrpcService(Readiness readiness, HealthGrpcService.Known known, IHostApplicationLifetime lifetime) : Health.HealthBase
{
    /// <summary>What is asked for liveness.</summary>
    public const string Liveness = "liveness";

    /// <summary>The services of the contract, by their full names.</summary>
    public sealed record Known(IReadOnlySet<string> Services);

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        StatusOf(request.Service) is var status && status != ServingStatus.ServiceUnknown
            ? Task.FromResult(new HealthCheckResponse { Status = status })
            : throw Errors.NoSuchService();

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        for (ServingStatus? told = null; !context.CancellationToken.IsCancellationRequested;)
        {
            var ends = ending.IsCancellationRequested; // looked at first: the server drains before it stops, so the last status is of one that drains
            var change = readiness.NextChange();
            var status = StatusOf(request.Service);
            if (status != told)
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, context.CancellationToken);
                told = status;
            }

            if (ends)
            {
                return;
            }

            await change.WaitAsync(ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private ServingStatus StatusOf(string service) =>
        service == Liveness ? ServingStatus.Serving
        : service.Length > 0 && !known.Services.Contains(service) ? ServingStatus.ServiceUnknown
        : readiness.IsReady ? ServingStatus.Serving : ServingStatus.NotServing;
}
