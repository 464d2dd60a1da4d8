using System.Collections.Concurrent;
using System.Collections.Frozen;
using Grpc.Core;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.Server.Telemetry;
using OrderGrpc.V1;
using StartCase = OrderGrpc.V1.WatchOrdersRequest.StartOneofCase;

namespace OrderGrpc.Server.Services;

/// <summary>The RPC WatchOrders: its rules, its start, its limit per caller, and how it ends.</summary>
public sealed class OrderWatches(
    IOrderStore store, LogTail tail, ReadTurns turns, TimeProvider time, ServerOptions options, TokenWatch tokens, IHostApplicationLifetime lifetime, SecurityLog log,
    WatchLimits limits, CallLimits callLimits, QueueLimits queue, WatchMeter meter)
{
    private readonly ConcurrentDictionary<Caller, int> open = new();
    private readonly WatchParts parts = new(store, tail, turns, new UnsentBytes(limits.KeptBytesPerCaller, limits.KeptBytesForAll), limits, time, meter);

    /// <summary>Runs one watch until its caller ends it, or the server stops.</summary>
    public async Task RunAsync(WatchOrdersRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        context.ThrowIf(Check(request));
        request = ResumedWatch.Of(request, context);
        using var token = tokens.Follow(context.GetHttpContext().User);
        Enter(caller, context); // before anything is read for it
        meter.Opened();
        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(
                context.CancellationToken, lifetime.ApplicationStopping, token.Ended);
            context.ThrowIf(await FindOrdersAsync(request, caller, ending.Token));
            context.ThrowIf(await CheckPositionAsync(request, ending.Token));
            var filter = new WatchFilter(caller, request.OrderIds.ToFrozenSet(), request.States.ToFrozenSet());
            var stream = Open(context.GetHttpContext(), request, ending.Token);
            try
            {
                var watch = new OrderWatch(parts, filter, stream, ending.Token);
                await (request.Snapshot ? watch.FromSnapshotAsync() : watch.FromAsync(Start(request)));
            }
            catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
            {
                await stream.EndAsync();
                throw;
            }
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            throw queue.Refuse(token.Reason ?? ErrorReason.ShuttingDown).ToRpcException(context.Culture());
        }
        finally
        {
            meter.Closed();
            Leave(caller);
        }
    }

    private WatchStream Open(HttpContext http, WatchOrdersRequest request, CancellationToken ending) => GrpcAnswer.IsAskedFor(http)
        ? new GrpcWatchStream(http, callLimits, meter, ending)
        : new JsonWatchStream(http, request.Snapshot, callLimits, meter, ending);

    private static Refusal? Check(WatchOrdersRequest request)
    {
        var rules = new RequestRules();
        if (request.OrderIds.Count > ContractLimits.OrderIdsPerWatch)
        {
            rules.Fault("order_ids", FieldRule.TooMany, $"{ContractLimits.OrderIdsPerWatch}");
        }
        else if (request.OrderIds.Any(id => id <= 0))
        {
            rules.Fault("order_ids", FieldRule.NotPositive);
        }

        rules.States("states", request.States);
        rules.NotNegative("after_position", request.AfterPosition, long.MaxValue);
        if (request.StartCase == StartCase.Now && !request.Now)
        {
            rules.Fault("now", FieldRule.NotTrue);
        }

        if (request.StartCase == StartCase.Beginning && !request.Beginning)
        {
            rules.Fault("beginning", FieldRule.NotTrue);
        }

        if (request.Snapshot && request.StartCase is StartCase.Beginning or StartCase.AfterPosition)
        {
            rules.Fault("snapshot", FieldRule.SnapshotWithPast);
        }

        return rules.Refusal;
    }

    private async ValueTask<Refusal?> FindOrdersAsync(WatchOrdersRequest request, Caller caller, CancellationToken cancellation)
    {
        if (request.OrderIds.Count == 0)
        {
            return null;
        }

        var missing = await turns.ReadAsync(
            caller, () => store.FindMissingAsync(request.OrderIds, caller, cancellation), _ => new ReadWork(request.OrderIds.Count, 0), cancellation);
        return missing is null ? null : new Refusal(ErrorReason.OrderNotFound, ("order_id", $"{missing}"));
    }

    // Where the log ends is not told: it is the pace of everybody's business.
    private async ValueTask<Refusal?> CheckPositionAsync(WatchOrdersRequest request, CancellationToken cancellation) =>
        request.AfterPosition > 0 && request.AfterPosition > await store.ReadHeadAsync(cancellation)
            ? new Refusal(ErrorReason.PositionAhead, ("after_position", $"{request.AfterPosition}"))
            : null;

    private static long? Start(WatchOrdersRequest request) => request.StartCase switch
    {
        StartCase.Beginning => 0,
        StartCase.AfterPosition => request.AfterPosition,
        _ => null,
    };

    private void Enter(Caller caller, ServerCallContext context)
    {
        var most = options.MaxWatchesPerCaller;
        if (open.AddOrUpdate(caller.Account, 1, (_, count) => count + 1) > most)
        {
            Leave(caller);
            log.LimitReached(context.GetHttpContext(), ErrorReason.TooManyWatches);
            context.ThrowIf(new Refusal(ErrorReason.TooManyWatches, ("limit", $"{most}")));
        }
    }

    private void Leave(Caller caller)
    {
        // Nothing is kept of a caller without watches.
        if (open.AddOrUpdate(caller.Account, 0, (_, count) => count - 1) == 0)
        {
            open.TryRemove(new(caller.Account, 0));
        }
    }
}
