using Microsoft.IdentityModel.Tokens;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Tests;

/// <summary>
/// Keys and tokens of a data folder in one word. Its files are read and written before a call of it
/// returns, so there is nothing to wait for.
/// </summary>
internal static class IdentityOfAFolder
{
    public static void Now(ValueTask done)
    {
        Assert.True(done.IsCompleted);
        done.GetAwaiter().GetResult();
    }

    public static T Now<T>(ValueTask<T> done)
    {
        Assert.True(done.IsCompleted);
        return done.GetAwaiter().GetResult();
    }
}

public static class KeysOfAFolder
{
    extension(SigningKeys keys)
    {
        public static SigningKeys Open(string data) => IdentityOfAFolder.Now(SigningKeys.OpenAsync(new IdentityFolder(data)));

        public string Rotate() => IdentityOfAFolder.Now(keys.RotateAsync());

        public void Retire(string id) => IdentityOfAFolder.Now(keys.RetireAsync(id));

        public void Refresh() => IdentityOfAFolder.Now(keys.RefreshAsync());

        public SymmetricSecurityKey? Find(string id, TimeProvider time) => IdentityOfAFolder.Now(keys.FindAsync(id, time));
    }
}

public static class TokensOfAFolder
{
    extension(TokenRegistry registry)
    {
        public static TokenRegistry Open(string data, TimeProvider time) => IdentityOfAFolder.Now(TokenRegistry.OpenAsync(new IdentityFolder(data), time));

        public TokenRecord Issue(Caller caller, TimeSpan? lifetime, string key) => IdentityOfAFolder.Now(registry.IssueAsync(caller, lifetime, key));

        public bool? Revoke(string id) => IdentityOfAFolder.Now(registry.RevokeAsync(id));

        public void Refresh() => IdentityOfAFolder.Now(registry.RefreshAsync());

        public TokenRecord? Find(string id) => IdentityOfAFolder.Now(registry.FindAsync(id));
    }
}

public static class IssuerOfAFolder
{
    // Of a running server's registry: a test that asks for it at once may meet the server's own look.
    public static string Issue(this TokenIssuer issuer, Caller caller, TimeSpan? lifetime = null) => issuer.IssueAsync(caller, lifetime).AsTask().GetAwaiter().GetResult();
}
