using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The tokens that make one machine work without configuration: a client's and a supplier's, in
/// files that only this user can read, where both tools look for the address that they call.
/// </summary>
public sealed class TokenFiles(SigningKeys keys, TokenRegistry registry, string folder)
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>A file with a token that this server takes.</summary>
    public readonly record struct TokenFile(Role Role, string Path);

    /// <summary>
    /// Where the files are: $XDG_CONFIG_HOME/ordergrpc, else ~/.config/ordergrpc. A relative
    /// XDG_CONFIG_HOME is passed over, as its specification asks.
    /// </summary>
    public static string DefaultFolder
    {
        get
        {
            var config = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
            return Path.Combine(Path.IsPathRooted(config)
                ? config
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"), "ordergrpc");
        }
    }

    /// <summary>
    /// The file's name for an address and a role, such as localhost_8803.client.token. Loopback and
    /// wildcard hosts are all localhost: the same server answers.
    /// </summary>
    public static string NameOf(string address, Role role)
    {
        var binding = BindingAddress.Parse(address);
        var host = binding.Host.ToLowerInvariant();
        host = host is "127.0.0.1" or "[::1]" or "0.0.0.0" or "[::]" or "*" or "+" ? "localhost" : host;
        var safe = string.Concat(host.Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' ? c : '-'));
        return FormattableString.Invariant($"{safe}_{binding.Port}.{RoleNames.Of(role)}.token");
    }

    /// <summary>
    /// Sees to it that each address has its two files. One whose token this server takes, for this
    /// role, is kept; else a new token is issued.
    /// </summary>
    /// <exception cref="StartException">A file cannot be written.</exception>
    public async Task<IReadOnlyList<TokenFile>> EnsureAsync(IEnumerable<string> addresses, string defaultSupplier)
    {
        var files = new List<TokenFile>();
        foreach (var address in addresses)
        {
            foreach (var caller in new[] { new Caller(Role.Client, "client"), new Caller(Role.Supplier, defaultSupplier) })
            {
                var file = new TokenFile(caller.Role, Path.Combine(folder, NameOf(address, caller.Role)));
                if (!files.Contains(file))
                {
                    await EnsureAsync(file.Path, caller);
                    files.Add(file);
                }
            }
        }

        return files;
    }

    private async Task EnsureAsync(string path, Caller caller)
    {
        try
        {
            OwnerOnly.CloseFolder(folder);
            if (!File.Exists(path) || !await IsGoodAsync(path, caller))
            {
                OwnerOnly.Write(path, new TokenIssuer(keys, registry).Issue(caller) + "\n");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The token file {path} cannot be written: {e.Message} Set XDG_CONFIG_HOME to a folder of this user.", e);
        }
    }

    // A file that others could read may have been read: its token is not kept.
    private async Task<bool> IsGoodAsync(string path, Caller caller)
    {
        try
        {
            OwnerOnly.Check(path);
            var standing = new TokenStanding(keys, registry);
            var result = await Handler.ValidateTokenAsync((await File.ReadAllTextAsync(path)).Trim(), standing.Parameters);
            return result.IsValid && standing.Identify((JsonWebToken)result.SecurityToken).Caller == caller;
        }
        catch (Exception e) when (e is StartException or RefusedTokenException)
        {
            return false;
        }
    }
}
