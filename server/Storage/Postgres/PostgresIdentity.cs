using System.Globalization;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// Keys and tokens in the database that several servers share. A look reads one row; what has changed
/// is read by the number of its change, and all of it anew now and then, should numbers have been lost
/// with a primary. Where there is a secret, keys are encrypted, and one that is not is not taken:
/// whoever can write the database could have made it.
/// </summary>
public sealed class PostgresIdentity(PostgresDatabase database, KeySecret? secret, TimeProvider time) : IIdentityStore
{
    private readonly IdentityAccess access = new(database);
    private bool owned;

    /// <inheritdoc/>
    public TimeSpan? Trust => IdentityLimits.KnownWithoutDatabase;

    private long Period => time.GetUtcNow().Ticks / IdentityLimits.ReadAllAgain.Ticks;

    /// <summary>Keys and tokens of a database that is opened for them alone, and ended with them.</summary>
    /// <exception cref="StartException">The database or the secret cannot be used.</exception>
    public static Task<IIdentityStore> OpenAsync(ServerOptions options, TimeProvider time) => OpenAsync(options, time, half: false);

    /// <summary>The same, of a database that may be half a copy.</summary>
    /// <exception cref="StartException">The database or the secret cannot be used.</exception>
    public static async Task<IIdentityStore> OpenAsync(ServerOptions options, TimeProvider time, bool half)
    {
        var secret = KeySecret.Read(options.KeySecretFile);
        return new PostgresIdentity(await PostgresDatabase.OpenAsync(options.Store, options.StorePasswordFile, _ => { }, CancellationToken.None, half), secret, time) { owned = true };
    }

    /// <inheritdoc/>
    public async ValueTask<IdentityMark> LookAsync()
    {
        var period = Period;
        var (keys, tokens) = await access.ReadAsync(ReadChangesAsync);
        return new IdentityMark(Mark(period, keys), Mark(period, tokens));
    }

    /// <inheritdoc/>
    public async ValueTask PrepareAsync()
    {
        if ((await access.ReadAsync(ReadRowsAsync)).Count == 0)
        {
            await AddKeyAsync(first: true);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SymmetricSecurityKey>> ReadKeysAsync(IReadOnlyDictionary<string, SymmetricSecurityKey> known) =>
        [.. (await access.ReadAsync(ReadRowsAsync)).Select(row => known.GetValueOrDefault(row.Id) ?? new SymmetricSecurityKey(Open(row)) { KeyId = row.Id })];

    /// <inheritdoc/>
    public async ValueTask<string> AddKeyAsync() => await AddKeyAsync(first: false);

    /// <inheritdoc/>
    public async ValueTask TakeKeyAsync(SymmetricSecurityKey key) => await access.WriteAsync(async connection =>
    {
        await Sql.MoveAsync(connection, "key_changes");
        await InsertKeyAsync(connection, key.KeyId, key.Key);
        return 0;
    });

    /// <inheritdoc/>
    public async ValueTask RemoveKeyAsync(string id) => await access.WriteAsync(async connection =>
    {
        await Sql.MoveAsync(connection, "key_changes");
        return await Sql.RunAsync(connection, "DELETE FROM signing_keys WHERE id = $1", Sql.Text(id));
    });

    /// <inheritdoc/>
    public async ValueTask<int> EncryptKeysAsync() => await access.WriteAsync(async connection =>
    {
        var to = secret ?? throw new StartException("Name the file with the secret to encrypt them under: --key-secret-file FILE");
        await Sql.MoveAsync(connection, "key_changes");
        var others = (await ReadRowsAsync(connection, CancellationToken.None)).Where(row => row.SealedBy != to.Name).ToList();
        foreach (var row in others)
        {
            var key = row.SealedBy is null ? row.Secret : Open(row);
            await Sql.RunAsync(connection, "UPDATE signing_keys SET secret = $2, sealed_by = $3 WHERE id = $1", Sql.Text(row.Id), Sql.Bytes(to.Seal(row.Id, key)), Sql.Text(to.Name));
        }

        return others.Count;
    });

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, TokenRecord>> ReadTokensAsync(IReadOnlyDictionary<string, TokenRecord> known, string? seen)
    {
        var since = ChangeOf(seen);
        return await access.ReadAsync(
            async (connection, stop) =>
            {
                // Fewer changes than were seen: some were lost, and which is not known.
                var fromKnown = since > 0 && (await ReadChangesAsync(connection, stop)).Tokens >= since;
                var tokens = fromKnown ? new Dictionary<string, TokenRecord>(known) : [];
                await using var read = Sql.Command(connection, "SELECT id, role, name, issued, expires, key, revoked FROM tokens WHERE change > $1", Sql.Number(fromKnown ? since : 0));
                read.CommandTimeout = 0; // its time is that of the read
                await using var row = await read.ExecuteReaderAsync(stop);
                while (await row.ReadAsync(stop))
                {
                    var token = TokenOf(row);
                    tokens[token.Id] = token;
                }

                return tokens;
            },
            since is null ? IdentityLimits.ReadAll : null);
    }

    /// <inheritdoc/>
    public async ValueTask AddTokenAsync(TokenRecord token) => await access.WriteAsync(async connection =>
    {
        var change = await Sql.MoveAsync(connection, "token_changes");
        return await Sql.RunAsync(connection, "INSERT INTO tokens (id, role, name, issued, expires, key, change) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            Sql.Text(token.Id), Sql.Text(RoleNames.Of(token.Caller.Role)), Sql.Text(token.Caller.Name),
            Sql.Number(token.Issued.ToUnixTimeSeconds()), Sql.Number(token.Expires?.ToUnixTimeSeconds()), Sql.Text(token.Key), Sql.Number(change));
    });

    /// <inheritdoc/>
    public async ValueTask<bool> RevokeTokenAsync(string id, DateTimeOffset at) => await access.WriteAsync(async connection =>
    {
        var change = await Sql.MoveAsync(connection, "token_changes");
        return await Sql.RunAsync(connection, "UPDATE tokens SET revoked = $2, change = $3 WHERE id = $1 AND revoked IS NULL",
            Sql.Text(id), Sql.Number(at.ToUnixTimeSeconds()), Sql.Number(change));
    }) > 0;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<long, DateTimeOffset>> ReadRevokedLinksAsync() => await access.ReadAsync(async (connection, stop) =>
    {
        var links = new Dictionary<long, DateTimeOffset>();
        await using var read = new NpgsqlCommand("SELECT order_id, revoked FROM revoked_links", connection);
        await using var row = await read.ExecuteReaderAsync(stop);
        while (await row.ReadAsync(stop))
        {
            links[row.GetInt64(0)] = Time(row.GetInt64(1));
        }

        return links;
    });

    /// <inheritdoc/>
    public async ValueTask RevokeLinksAsync(long orderId, DateTimeOffset at) => await access.WriteAsync(async connection =>
    {
        await Sql.MoveAsync(connection, "token_changes");
        return await Sql.RunAsync(connection, "INSERT INTO revoked_links (order_id, revoked) VALUES ($1, $2) ON CONFLICT (order_id) DO UPDATE SET revoked = excluded.revoked",
            Sql.Number(orderId), Sql.Number(at.ToUnixTimeSeconds()));
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => owned ? database.DisposeAsync() : default;

    // The first is made by one of those who find none; the others find it, once they have the lock.
    private async Task<string> AddKeyAsync(bool first) => await access.WriteAsync(async connection =>
    {
        await Sql.MoveAsync(connection, "key_changes");
        var ids = (await ReadRowsAsync(connection, CancellationToken.None)).ConvertAll(row => row.Id);
        if (first && ids.Count > 0)
        {
            return KeyId.InOrder(ids).Last();
        }

        var (id, key) = (KeyId.After(ids), RandomNumberGenerator.GetBytes(SigningKeys.KeyBytes));
        await InsertKeyAsync(connection, id, key);
        return id;
    });

    private Task<int> InsertKeyAsync(NpgsqlConnection connection, string id, byte[] key) =>
        Sql.RunAsync(connection, "INSERT INTO signing_keys (id, secret, sealed_by) VALUES ($1, $2, $3)", Sql.Text(id), Sql.Bytes(secret?.Seal(id, key) ?? key), Sql.Text(secret?.Name));

    private byte[] Open(KeyRow row) => (row.SealedBy, secret) switch
    {
        (null, null) => row.Secret,
        ({ } name, { } known) => known.Open(row.Id, name, row.Secret),
        (null, _) => throw new StartException($"The key {row.Id} is not encrypted in {access.Name}, and with --key-secret-file every key must be: whoever can write the database could have made it. "
            + "Encrypt those that are there: server token encrypt-keys, with the same --store and --key-secret-file."),
        _ => throw new StartException($"The keys in {access.Name} are encrypted. Name the file with their secret: --key-secret-file FILE"),
    };

    private TokenRecord TokenOf(NpgsqlDataReader row)
    {
        var (id, name) = (row.GetString(0), row.GetString(2));
        return RoleNames.Parse(row.GetString(1)) is { } role && PartyName.IsValid(name)
            ? new TokenRecord(id, new Caller(role, name), Time(row.GetInt64(3)), row.IsDBNull(4) ? null : Time(row.GetInt64(4)), row.GetString(5), row.IsDBNull(6) ? null : Time(row.GetInt64(6)))
            : throw Damaged($"the token {id} names no caller");
    }

    private async Task<(long Keys, long Tokens)> ReadChangesAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var look = new NpgsqlCommand("SELECT key_changes, token_changes FROM identity", connection);
        await using var row = await look.ExecuteReaderAsync(stop);
        return await row.ReadAsync(stop) ? (row.GetInt64(0), row.GetInt64(1)) : throw Damaged("the table identity has no row");
    }

    private StartException Damaged(string what) => new($"Keys and tokens in {access.Name} are damaged: {what}. Restore the database from a backup.");

    private static async Task<List<KeyRow>> ReadRowsAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        var rows = new List<KeyRow>();
        await using var read = new NpgsqlCommand("SELECT id, secret, sealed_by FROM signing_keys", connection);
        await using var row = await read.ExecuteReaderAsync(stop);
        while (await row.ReadAsync(stop))
        {
            rows.Add(new KeyRow(row.GetString(0), row.GetFieldValue<byte[]>(1), row.IsDBNull(2) ? null : row.GetString(2)));
        }

        return rows;
    }

    private static DateTimeOffset Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    private static string Mark(long period, long change) => string.Create(CultureInfo.InvariantCulture, $"{period}/{change}");

    // Null where all is to be read: at first, and once the period is another.
    private long? ChangeOf(string? mark) =>
        mark?.Split('/') is [var period, var change] && period == Period.ToString(CultureInfo.InvariantCulture) ? long.Parse(change, CultureInfo.InvariantCulture) : null;

    private sealed record KeyRow(string Id, byte[] Secret, string? SealedBy);
}
