using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Contract;
using OrderGrpc.Server.Files;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The tokens that make one machine work without configuration: a client's and a supplier's, in
/// files that only this user can read, where both tools look for the address that they call.
/// </summary>
/// <param name="needed">Whether a server that cannot write them must not start; else it says how to have them, and goes on.</param>
public sealed class TokenFiles(SigningKeys keys, TokenRegistry registry, string folder, TextWriter notes, bool needed = true)
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
    /// role, is kept; else a new token is issued. But what was revoked stays so: no other token takes
    /// the place of one that was, nor does a party get one all of whose tokens were.
    /// </summary>
    /// <exception cref="StartException">A file cannot be written, and is needed.</exception>
    public async Task<IReadOnlyList<TokenFile>> EnsureAsync(IEnumerable<string> addresses, string defaultSupplier)
    {
        var files = new List<TokenFile>();
        if (!await IsWritableAsync(defaultSupplier))
        {
            return files;
        }

        foreach (var address in addresses)
        {
            foreach (var caller in new[] { new Caller(Role.Client, "client"), new Caller(Role.Supplier, defaultSupplier) })
            {
                var file = new TokenFile(caller.Role, Path.Combine(folder, NameOf(address, caller.Role)));
                if (!files.Contains(file) && await EnsureAsync(file.Path, caller))
                {
                    files.Add(file);
                }
            }
        }

        return files;
    }

    // Before any token is issued: one that nobody gets must not be made at each start.
    private async Task<bool> IsWritableAsync(string defaultSupplier)
    {
        try
        {
            OwnerOnly.CloseFolder(folder);
            OwnerOnly.CheckWritable(folder);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return needed ? throw NotWritable(folder, e) : await GoOnAsync(e);
        }
        catch (StartException e) when (!needed)
        {
            return await GoOnAsync(e);
        }

        async Task<bool> GoOnAsync(Exception e)
        {
            await notes.WriteLineAsync($"server: No token files are made in {folder}: {e.Message} "
                + $"To make tokens: server token issue --role client --name client --out FILE, and --role supplier --name '{defaultSupplier}'.");
            return false;
        }
    }

    private static StartException NotWritable(string path, Exception e) =>
        new($"The token file {path} cannot be written: {e.Message} Set XDG_CONFIG_HOME to a folder of this user.", e);

    private async Task<bool> EnsureAsync(string path, Caller caller)
    {
        try
        {
            var held = File.Exists(path) ? await ReadAsync(path) : default;
            if (held.Id is { } exposed && !held.IsPrivate && held.Refusal is null)
            {
                await registry.RevokeAsync(exposed); // others may have read it
            }
            else if (held.Caller == caller && held.Refusal is null)
            {
                return true;
            }
            else if (held.Refusal == ErrorReason.TokenRevoked || IsShutOut(caller))
            {
                await notes.WriteLineAsync($"server: The token of {RoleNames.Of(caller.Role)} {caller.Name} was revoked, and no other is made for {path}. "
                    + $"To make one: server token issue --role {RoleNames.Of(caller.Role)} --name '{caller.Name}' --out '{path}'");
                return false;
            }

            OwnerOnly.Write(path, await new TokenIssuer(keys, registry).IssueAsync(caller) + "\n");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, e);
        }
    }

    private bool IsShutOut(Caller caller)
    {
        var tokens = registry.All.Values.Where(token => token.Caller == caller).ToList();
        return tokens.Count > 0 && tokens.TrueForAll(token => token.Revoked is not null);
    }

    // A file of somebody else, or a link to where anything may be, is not read at all.
    private async Task<Held> ReadAsync(string path)
    {
        var isPrivate = true;
        try
        {
            OwnerOnly.Check(path);
        }
        catch (StartException)
        {
            isPrivate = false;
            if (FileOwner.Of(path) is { IsLink: true } or { IsTrusted: false })
            {
                return default;
            }
        }

        var standing = new TokenStanding(keys, registry);
        var result = await Handler.ValidateTokenAsync((await File.ReadAllTextAsync(path)).Trim(), standing.Parameters);
        try
        {
            return result.IsValid && result.SecurityToken is JsonWebToken token
                ? new Held(token.Id, (await standing.IdentifyAsync(token)).Caller, isPrivate, null) : default;
        }
        catch (RefusedTokenException e)
        {
            return new Held(null, null, isPrivate, e.Reason);
        }
    }

    private readonly record struct Held(string? Id, Caller? Caller, bool IsPrivate, ErrorReason? Refusal);
}
