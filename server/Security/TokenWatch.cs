using System.Security.Claims;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Security;

/// <summary>
/// Looks every second at what other processes did to keys and tokens, and ends what still runs on
/// a token that was revoked, expired, or lost its key.
/// </summary>
public sealed class TokenWatch(SigningKeys keys, TokenRegistry registry, TokenStanding standing, TokenLimits limits, ILogger<TokenWatch> logger) : IHostedService, IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<CallerIdentity, Followed> byToken = new(ReferenceEqualityComparer.Instance);
    private ITimer? timer;
    private int looking;
    private volatile bool ended;
    private string? problem; // that the last look had
    private IReadOnlyDictionary<string, TokenRecord> seenTokens = registry.All;
    private IReadOnlyList<string> seenKeys = keys.Ids;

    /// <summary>
    /// Follows the token of a call that may last. The call disposes it at its end, and ends itself
    /// when <see cref="FollowedToken.Ended"/> fires.
    /// </summary>
    public FollowedToken Follow(ClaimsPrincipal user)
    {
        var identity = user.Identify();
        Followed? followed;
        lock (gate)
        {
            if (!byToken.TryGetValue(identity, out followed))
            {
                byToken.Add(identity, followed = new Followed(identity));
            }

            followed.Calls++;
        }

        EndIfRefused(followed); // its token may have ended since the call was let in
        return new FollowedToken(this, followed);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        timer = registry.Time.CreateTimer(async _ => await LookAsync(), null, limits.TokenCheckInterval, limits.TokenCheckInterval);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ended = true;
        timer?.Dispose();
    }

    private async Task LookAsync()
    {
        // A store that is slow to answer keeps nobody's token from expiring.
        if (Interlocked.Exchange(ref looking, 1) == 0)
        {
            try
            {
                await standing.RefreshAsync();
                problem = null;
                LogChanges();
            }
            catch (StartException e)
            {
                if (e.Message != problem) // once, not every second
                {
                    Log.TokensNotReadable(logger, e.Message);
                }

                problem = e.Message;
            }
            catch (Exception) when (ended)
            {
                // It looked while the server ended, and the store has gone meanwhile.
            }
            finally
            {
                Interlocked.Exchange(ref looking, 0);
            }
        }

        Followed[] all;
        lock (gate)
        {
            all = [.. byToken.Values];
        }

        foreach (var followed in all)
        {
            EndIfRefused(followed);
        }
    }

    private void LogChanges()
    {
        foreach (var key in keys.Ids.Except(seenKeys))
        {
            Log.KeyAdded(logger, key);
        }

        foreach (var key in seenKeys.Except(keys.Ids))
        {
            Log.KeyRetired(logger, key);
        }

        var tokens = registry.All;
        foreach (var token in ReferenceEquals(tokens, seenTokens) ? [] : tokens.Values)
        {
            LogChange(token, seenTokens.GetValueOrDefault(token.Id));
        }

        (seenKeys, seenTokens) = (keys.Ids, tokens);
    }

    private void LogChange(TokenRecord token, TokenRecord? before)
    {
        var (role, name) = (RoleNames.Of(token.Caller.Role), SafeText.Of(token.Caller.Name));
        if (before is null)
        {
            Log.TokenIssued(logger, token.Id, role, name);
        }

        if (token.Revoked is not null && before?.Revoked is null)
        {
            Log.TokenRevoked(logger, token.Id, role, name);
        }
    }

    private void EndIfRefused(Followed followed)
    {
        if (standing.RefusalOf(followed.Identity) is { } reason)
        {
            lock (gate)
            {
                followed.Reason ??= reason;
            }

            // On other threads: what a call does on its end must not hold up the end of the others.
            _ = followed.Source.CancelAsync();
        }
    }

    internal void Leave(Followed followed)
    {
        lock (gate)
        {
            if (--followed.Calls == 0)
            {
                byToken.Remove(followed.Identity);
            }
        }
    }

    // No timer and no wait handle hang on the source, so it needs no disposing.
#pragma warning disable CA1001
    internal sealed class Followed(CallerIdentity identity)
#pragma warning restore CA1001
    {
        private int reason;

        public CallerIdentity Identity { get; } = identity;

        public CancellationTokenSource Source { get; } = new();

        // Read without the lock: one word, so that it is never seen half written.
        public ErrorReason? Reason
        {
            get => (ErrorReason)Volatile.Read(ref reason) is var known and not ErrorReason.Unspecified ? known : null;
            set => Volatile.Write(ref reason, (int)value.GetValueOrDefault());
        }

        public int Calls { get; set; }
    }
}

/// <summary>The token of a running call; disposed when the call ends.</summary>
public sealed class FollowedToken : IDisposable
{
    private readonly TokenWatch watch;
    private readonly TokenWatch.Followed followed;
    private bool left;

    internal FollowedToken(TokenWatch watch, TokenWatch.Followed followed) => (this.watch, this.followed) = (watch, followed);

    /// <summary>Fires within about a second of the token's end.</summary>
    public CancellationToken Ended => followed.Source.Token;

    /// <summary>Why it ended, for the call's answer; null while it holds.</summary>
    public ErrorReason? Reason => followed.Reason;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref left, true))
        {
            watch.Leave(followed);
        }
    }
}
