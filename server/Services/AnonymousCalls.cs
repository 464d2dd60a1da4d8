using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Server.Services;

/// <summary>
/// The calls that need no token, which are health's: so many of an address run at once, of those that are
/// answered once and of those that last, each kind for itself, and so many of all addresses. Nobody can tell
/// who is behind an address, so a new call takes the oldest's place: whoever holds calls keeps nobody from asking.
/// </summary>
public sealed class AnonymousCalls(CallLimits limits) : IMiddleware
{
    private readonly Lock gate = new();
    private readonly Dictionary<(IPAddress Address, bool Lasts), LinkedList<Place>> running = [];
    private readonly Dictionary<bool, LinkedList<Place>> ofAll = new() { [false] = [], [true] = [] };

    /// <summary>Whether the call had to make room for a newer one.</summary>
    public static bool HasMadeRoom(HttpContext context) => context.Features.Get<Place>() is { End.IsCancellationRequested: true };

    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        context.User.Identity is CallerIdentity ? next(context) : RunAsync(context, next);

    private async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var method = context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method;
        var key = (AddressKey.Of(context), method?.Type == MethodType.ServerStreaming);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var place = new Place(end);
        context.Features.Set(place);
        context.RequestAborted = end.Token; // by which the framework ends a call
        Enter(key, place);
        try
        {
            await next(context);
        }
        finally
        {
            Leave(key, place);
        }
    }

    private void Enter((IPAddress Address, bool Lasts) key, Place place)
    {
        lock (gate)
        {
            if (!running.TryGetValue(key, out var places))
            {
                running.Add(key, places = []);
            }

            place.AmongOwn = places.AddLast(place);
            place.AmongAll = ofAll[key.Lasts].AddLast(place);
            var most = key.Lasts ? limits.AnonymousWatchesPerAddress : limits.AnonymousCallsPerAddress;
            var oldest = places.Count > most ? places.First
                : ofAll[key.Lasts].Count > limits.AnonymousCallsOfAll ? ofAll[key.Lasts].First
                : null;
            if (oldest is not null)
            {
                // Under the lock by which its call leaves, so it is not disposed yet; what follows runs elsewhere.
                _ = oldest.Value.End.CancelAsync();
                Take(oldest.Value);
            }
        }
    }

    private void Leave((IPAddress Address, bool Lasts) key, Place place)
    {
        lock (gate)
        {
            Take(place);
            if (running.TryGetValue(key, out var places) && places.Count == 0)
            {
                running.Remove(key);
            }
        }
    }

    private static void Take(Place place)
    {
        place.AmongOwn!.List?.Remove(place.AmongOwn);
        place.AmongAll!.List?.Remove(place.AmongAll);
    }

    private sealed class Place(CancellationTokenSource end)
    {
        public CancellationTokenSource End { get; } = end;

        public LinkedListNode<Place>? AmongOwn { get; set; }

        public LinkedListNode<Place>? AmongAll { get; set; }
    }
}
