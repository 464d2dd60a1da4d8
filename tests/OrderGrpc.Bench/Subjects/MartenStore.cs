using JasperFx;
using JasperFx.Events;
using Marten;

namespace OrderGrpc.Bench.Subjects;

/// <summary>
/// The peer Marten: an event store on PostgreSQL as a library, so it runs in the bench's own process
/// and needs no call over gRPC. Its quickest way to append, by its own documentation.
/// </summary>
public sealed class MartenStore : IDisposable
{
    private readonly DocumentStore _store;
    private readonly string _note = OrderServer.NewOrder().Note;

    private MartenStore(DocumentStore store) => _store = store;

    /// <summary>Makes its tables in a database.</summary>
    public static async Task<MartenStore> StartAsync(string database)
    {
        var store = DocumentStore.For(options =>
        {
            options.Connection(database);
            options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;
            options.Events.AppendMode = EventAppendMode.Quick;
            options.Events.AddEventType<OrderNoted>();
        });
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        return new(store);
    }

    /// <summary>Appends one event to the caller's own stream, which must have the version that the caller knows.</summary>
    public Func<int, Task<bool>> AppendCall()
    {
        var streams = new Dictionary<int, (Guid Id, long Version)>();
        return async caller =>
        {
            (Guid Id, long Version) stream;
            lock (streams)
            {
                stream = streams.TryGetValue(caller, out var known) ? known : (Guid.CreateVersion7(), 0);
            }

            await using var session = _store.LightweightSession();
            var noted = new OrderNoted("Jon Doe", "john@example.com", "Garden fence", _note);
            if (stream.Version == 0)
            {
                session.Events.StartStream(stream.Id, noted);
            }
            else
            {
                session.Events.Append(stream.Id, stream.Version + 1, noted);
            }

            await session.SaveChangesAsync().ConfigureAwait(false);
            lock (streams)
            {
                streams[caller] = (stream.Id, stream.Version + 1);
            }

            return true;
        };
    }

    public void Dispose() => _store.Dispose();

    /// <summary>Some 250 bytes, as our order has.</summary>
    public sealed record OrderNoted(string Name, string Email, string Description, string Note);
}
