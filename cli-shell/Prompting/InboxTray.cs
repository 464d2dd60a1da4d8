using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>
/// The orders that wait for the caller, each as it is now, handed out by ascending id. Filled by the
/// watch and emptied by the prompts, at the same time.
/// </summary>
public sealed class InboxTray(WaitingOn me) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, Order> waiting = [];
    private readonly Dictionary<long, long> handedOut = [];
    private readonly Dictionary<long, long> ahead = [];
    private readonly SemaphoreSlim arrived = new(0, 1);
    private (Order Order, CancellationTokenSource Withdrawn)? open;

    /// <summary>Takes in an order as the watch tells it, after an event or in a snapshot.</summary>
    public void Update(Order order)
    {
        lock (gate)
        {
            if (ahead.TryGetValue(order.Id, out var known))
            {
                if (order.Revision < known)
                {
                    return;
                }

                ahead.Remove(order.Id);
            }

            Take(order);
        }
    }

    /// <summary>
    /// Takes in an order as a command has answered it. The watch tells of it a moment later; what
    /// it tells before that is older and passed over.
    /// </summary>
    public void UpdateAhead(Order order)
    {
        lock (gate)
        {
            ahead[order.Id] = order.Revision;
            Take(order);
        }
    }

    /// <summary>Waits for the order with the lowest id and takes it out; what is asked about it is open until closed.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The order, and what is cancelled when the question about it no longer holds.</returns>
    public async Task<(Order Order, CancellationToken Withdrawn)> TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await arrived.WaitAsync(cancellation);
            lock (gate)
            {
                if (waiting.Count == 0)
                {
                    continue;
                }

                var order = waiting.Values.First();
                waiting.Remove(order.Id);
                handedOut[order.Id] = order.Revision;
                if (waiting.Count > 0)
                {
                    Signal();
                }

                var withdrawn = new CancellationTokenSource();
                open = (order, withdrawn);
                return (order, withdrawn.Token);
            }
        }
    }

    /// <summary>What was asked about the order taken last is answered, or left.</summary>
    public void Close()
    {
        lock (gate)
        {
            open?.Withdrawn.Dispose();
            open = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        arrived.Dispose();
    }

    private void Take(Order order)
    {
        if (order.WaitingOn != me)
        {
            waiting.Remove(order.Id);
            handedOut.Remove(order.Id);
        }
        else if (!handedOut.TryGetValue(order.Id, out var revision) || order.Revision > revision)
        {
            // A snapshot that is told again does not ask again.
            waiting[order.Id] = order;
            Signal();
        }

        if (open is { } question && question.Order.Id == order.Id && !Holds(question.Order, order))
        {
            // Not under the lock: who waits for it goes on at once.
            _ = question.Withdrawn.CancelAsync();
        }
    }

    // A comment changes nothing about what is asked.
    private static bool Holds(Order asked, Order now) =>
        now.Revision <= asked.Revision
        || (now.State == asked.State && now.WaitingOn == asked.WaitingOn && now.Quote?.Revision == asked.Quote?.Revision);

    private void Signal()
    {
        if (arrived.CurrentCount == 0)
        {
            arrived.Release();
        }
    }
}
