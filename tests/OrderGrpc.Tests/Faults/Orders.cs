using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Faults;

/// <summary>Orders placed by many callers at once, for what they weigh.</summary>
public static class Orders
{
    private const int Callers = 16;

    /// <summary>Places so many orders, of a few hundred bytes or of about so many kibibytes, and gives the last position.</summary>
    public static async Task<long> PlaceAsync(Party client, int count, int kibibytes = 0)
    {
        var request = Requests.Place();
        request.Lines.Add(Enumerable.Repeat(new OrderLine { Description = new string('x', 500), Quantity = "1" }, kibibytes * 2));
        var (left, last) = (count, 0L);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var position = (await client.Client.PlaceOrderAsync(request)).Position;
                for (var known = Volatile.Read(ref last); position > known; known = Volatile.Read(ref last))
                {
                    Interlocked.CompareExchange(ref last, position, known);
                }
            }
        })));
        return last;
    }
}
