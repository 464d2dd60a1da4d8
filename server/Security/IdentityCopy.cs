using Microsoft.IdentityModel.Tokens;

namespace OrderGrpc.Server.Security;

/// <summary>Copies keys and tokens from one store to another, so that every token of the one is taken by the other as well, and sees that it is so.</summary>
public sealed class IdentityCopy(IIdentityStore from, IIdentityStore to)
{
    private static readonly Dictionary<string, SymmetricSecurityKey> NoKeys = [];
    private static readonly Dictionary<string, TokenRecord> NoTokens = [];

    /// <summary>Refuses a target that has keys or tokens of its own.</summary>
    /// <exception cref="StartException">It has.</exception>
    public async Task CheckAsync()
    {
        var keys = (await from.ReadKeysAsync(NoKeys)).ToDictionary(key => key.KeyId, key => Convert.ToHexString(key.Key));
        var tokens = await from.ReadTokensAsync(NoTokens, null);
        if ((await to.ReadKeysAsync(NoKeys)).Any(key => keys.GetValueOrDefault(key.KeyId) != Convert.ToHexString(key.Key))
            || (await to.ReadTokensAsync(NoTokens, null)).Values.Any(token => !tokens.TryGetValue(token.Id, out var known) || (known with { Revoked = token.Revoked }) != token))
        {
            throw new StartException("The target has keys or tokens of its own: a server has been started on it. Name an empty folder or database.");
        }
    }

    /// <summary>Copies what is missing.</summary>
    /// <exception cref="StartException">It cannot be read or written, or the target has keys or tokens of its own.</exception>
    public async Task<(int Keys, int Tokens)> RunAsync()
    {
        await CheckAsync();
        var keys = await from.ReadKeysAsync(NoKeys);
        var held = (await to.ReadKeysAsync(NoKeys)).Select(key => key.KeyId).ToHashSet();
        foreach (var key in keys.Where(key => !held.Contains(key.KeyId)))
        {
            await to.TakeKeyAsync(key);
        }

        var tokens = await from.ReadTokensAsync(NoTokens, null);
        var known = await to.ReadTokensAsync(NoTokens, null);
        foreach (var token in tokens.Values.OrderBy(token => token.Issued))
        {
            if (!known.ContainsKey(token.Id))
            {
                await to.AddTokenAsync(token);
            }

            if (token.Revoked is { } at && known.GetValueOrDefault(token.Id)?.Revoked is null)
            {
                await to.RevokeTokenAsync(token.Id, at);
            }
        }

        await VerifyAsync(keys, tokens);
        return (keys.Count, tokens.Count);
    }

    // A token that was left out is one that somebody can no longer call with; a revocation, one that somebody can again.
    private async Task VerifyAsync(IReadOnlyList<SymmetricSecurityKey> keys, IReadOnlyDictionary<string, TokenRecord> tokens)
    {
        var there = (await to.ReadKeysAsync(NoKeys)).ToDictionary(key => key.KeyId, key => Convert.ToHexString(key.Key));
        var known = await to.ReadTokensAsync(NoTokens, null);
        var missing = keys.Where(key => there.GetValueOrDefault(key.KeyId) != Convert.ToHexString(key.Key)).Select(key => "key " + key.KeyId)
            .Concat(tokens.Values.Where(token => known.GetValueOrDefault(token.Id) != token).Select(token => "token " + token.Id)).ToList();
        if (missing.Count > 0)
        {
            throw new StartException($"The target does not have {missing[0]} as the source has it ({missing.Count} such in all). The copy is not to be used. Remove it, and copy again.");
        }
    }
}
