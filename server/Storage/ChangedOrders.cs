using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage;

/// <summary>
/// For a snapshot of orders in some states at a position: which of a party's orders have changed since,
/// as far as the log was looked at, and so may have left the states. Where too much has happened, it is
/// the orders of all states that must be gone through instead: so some ids are kept at most, however
/// many orders there are.
/// </summary>
public sealed class ChangedOrders(IReadOnlyCollection<State> states, long position)
{
    private readonly IReadOnlyCollection<State> wanted = states;
    private readonly SortedSet<long> changed = [];
    private bool ofAllStates = states.Count == 0;

    /// <summary>The states whose orders are to be gone through; none for all. Then nothing more is to be looked for.</summary>
    public IReadOnlyCollection<State> States => ofAllStates ? [] : wanted;

    /// <summary>From where on in the log the next look is.</summary>
    public long LookedTo { get; private set; } = position;

    /// <summary>Takes what a look has found, of at most <see cref="StoreLimits.RowsLookedAtPerSlice"/> rows; false where it is too much.</summary>
    public bool Add(IReadOnlyCollection<long> found, long head)
    {
        LookedTo = head;
        changed.UnionWith(found);
        if (found.Count < StoreLimits.RowsLookedAtPerSlice && changed.Count <= StoreLimits.RowsLookedAtPerSlice)
        {
            return true;
        }

        ofAllStates = true;
        changed.Clear();
        return false;
    }

    /// <summary>Those after an id and up to another, ascending.</summary>
    public IEnumerable<long> Between(long afterId, long upToId) => upToId > afterId ? changed.GetViewBetween(afterId + 1, upToId) : [];
}
