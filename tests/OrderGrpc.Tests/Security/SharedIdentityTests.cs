using Google.Rpc;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using OrderGrpc.Server;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

/// <summary>Two servers that share the keys and tokens of one database.</summary>
public sealed class SharedIdentityTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_revokes_or_retires_ends_its_streams_at_the_other_and_no_others()
    {
        await using var database = await TestDatabase.MakeAsync();
        await using var one = await StartAsync(database.Store);
        await using var other = await StartAsync(database.Store);
        var (bad, good) = (await IssueAsync(one), await IssueAsync(one));
        using var ending = await WatchAsync(other, bad);
        using var lasting = await WatchAsync(other, good);

        await one.Registry.RevokeAsync(new JsonWebToken(bad).Id);
        other.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("TOKEN_REVOKED", await EndAsync(ending));
        await other.RefusedAsync("TOKEN_REVOKED", StatusCode.Unauthenticated, "Bearer " + bad);
        Assert.Equal("client:acme", await other.WhoAsync(good));

        await one.Keys.RotateAsync();
        await one.Keys.RetireAsync(one.Keys.Ids[0]);
        other.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("TOKEN_INVALID", await EndAsync(lasting));
        Assert.Equal("client:acme", await other.WhoAsync(await IssueAsync(one)));
    }

    [Fact]
    public async Task Tokens_that_another_has_just_issued_under_a_key_that_it_has_just_made_are_taken_at_once()
    {
        await using var database = await TestDatabase.MakeAsync();
        await using var one = await StartAsync(database.Store);
        await using var other = await StartAsync(database.Store);
        await one.Keys.RotateAsync();
        var tokens = new[] { await IssueAsync(one), await IssueAsync(one), await IssueAsync(one) };

        Assert.Equal("client:acme", await other.WhoAsync(tokens[0]));
        Assert.Equal(["client:acme", "client:acme"], await Task.WhenAll(other.WhoAsync(tokens[1]), other.WhoAsync(tokens[2])));
    }

    [Fact]
    public async Task While_the_database_is_away_those_known_are_let_in_for_15_minutes_and_nobody_is_told_that_a_token_is_bad()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await postgres.ExecuteAsync("postgres", "CREATE DATABASE shop");
        await using var server = await StartAsync(postgres.StoreOf("shop"));
        await using var elsewhere = await PostgresIdentity.OpenAsync(new ServerOptions { Store = postgres.StoreOf("shop") }, server.Time);
        var known = await IssueAsync(server);
        Assert.Equal("client:acme", await server.WhoAsync(known));
        var keysElsewhere = await SigningKeys.OpenAsync(elsewhere);
        var issuer = new TokenIssuer(keysElsewhere, await TokenRegistry.OpenAsync(elsewhere, server.Time));
        var unseen = await issuer.IssueAsync(new Caller(Role.Client, "new"));
        await keysElsewhere.RotateAsync();
        var ofUnseenKey = await issuer.IssueAsync(new Caller(Role.Client, "new"));

        await postgres.StopAsync();
        server.Time.Advance(IdentityLimits.KnownWithoutDatabase - TimeSpan.FromSeconds(1));
        Assert.Equal("client:acme", await server.WhoAsync(known));
        await server.RefusedAsync("STORE_BUSY", StatusCode.Unavailable, "Bearer " + unseen);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => server.RefusedAsync("STORE_BUSY", StatusCode.Unavailable, "Bearer " + ofUnseenKey))); // one looks, all have what came of it
        await server.RefusedAsync("STORE_BUSY", StatusCode.Unavailable, "Bearer " + ofUnseenKey);
        await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {known}x"); // whose key is known
        using var stream = await WatchAsync(server, known);
        server.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("STORE_BUSY", await EndAsync(stream));
        await server.RefusedAsync("STORE_BUSY", StatusCode.Unavailable, "Bearer " + known);
        Assert.Contains("Keys and tokens in Host=127.0.0.1;Database=shop cannot be read", server.Log.All, StringComparison.Ordinal);

        await postgres.ContinueAsync();
        Assert.Equal("client:acme", await OnceBackAsync(server, known));
        Assert.Equal("client:new", await server.WhoAsync(unseen));
        server.Time.Advance(TokenLimits.UnknownKeyLook);
        Assert.Equal("client:new", await server.WhoAsync(ofUnseenKey));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_of_unknown_keys_count_as_refused_ones_while_the_database_is_away(bool away)
    {
        await using var postgres = await PostgresServer.StartAsync();
        await postgres.ExecuteAsync("postgres", "CREATE DATABASE shop");
        await using var server = await StartAsync(postgres.StoreOf("shop"), refusedCalls: 1);
        await using var another = await IdentityPlace.MakeAsync("folder");
        var forged = await (await another.OpenAsync()).Issuer.IssueAsync(new Caller(Role.Client, "acme"));
        if (away)
        {
            await postgres.StopAsync();
        }

        await server.RefusedAsync(away ? "STORE_BUSY" : "TOKEN_INVALID", away ? StatusCode.Unavailable : StatusCode.Unauthenticated, "Bearer " + forged);
        await Assert.ThrowsAsync<RpcException>(() => server.WhoAsync(forged));
        Assert.Contains("too many calls without a good token", server.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_with_a_known_token_asks_the_database_nothing_and_a_look_asks_once()
    {
        await using var postgres = await PostgresServer.StartAsync("log_statement=all", "log_line_prefix=%a: ");
        await postgres.ExecuteAsync("postgres", "CREATE DATABASE shop");
        var store = postgres.StoreOf("shop") + ";Application Name=";
        await using (var server = await StartAsync(store + "calls"))
        {
            var token = await IssueAsync(server);
            await server.WhoAsync(token);
            await MarkAsync("calls begin");
            for (var i = 0; i < 10; i++)
            {
                await server.WhoAsync(token);
                await server.RefusedAsync("TOKEN_INVALID", StatusCode.Unauthenticated, $"Bearer {token}x");
            }

            await MarkAsync("calls end");
        }

        await using (var looking = await PostgresIdentity.OpenAsync(new ServerOptions { Store = store + "looks" }, TimeProvider.System))
        {
            var standing = new TokenStanding(await SigningKeys.OpenAsync(looking), await TokenRegistry.OpenAsync(looking, new Microsoft.Extensions.Time.Testing.FakeTimeProvider()));
            await standing.RefreshAsync();
            await MarkAsync("looks begin");
            for (var i = 0; i < 10; i++)
            {
                await standing.RefreshAsync();
            }

            await MarkAsync("looks end");
        }

        await postgres.StopAsync(); // and so has all of its log
        Assert.Empty(Between("calls"));
        Assert.InRange(Between("looks").Count, 10, 12); // where a period ends meanwhile, both are read anew

        Task MarkAsync(string name) => postgres.ExecuteAsync("postgres", $"SELECT '{name}'");

        List<string> Between(string name)
        {
            var log = postgres.Log.Split('\n').Where(line => line.Contains("LOG:", StringComparison.Ordinal)).ToList();
            var (begin, end) = (log.FindIndex(line => line.Contains($"'{name} begin'", StringComparison.Ordinal)), log.FindIndex(line => line.Contains($"'{name} end'", StringComparison.Ordinal)));
            Assert.True(begin >= 0 && end > begin);
            return [.. log[begin..end].Where(line => line.StartsWith(name + ":", StringComparison.Ordinal) && line.Contains("FROM", StringComparison.Ordinal))];
        }
    }

    [Fact]
    public async Task What_was_lost_with_a_primary_is_seen_also_where_its_number_was_given_again()
    {
        await using var place = await IdentityPlace.MakeAsync("database");
        var (here, there) = (await place.OpenAsync(), await place.OpenAsync());
        var (kept, lost) = (await there.Tokens.IssueAsync(new Caller(Role.Client, "kept"), null, "1-k"), await there.Tokens.IssueAsync(new Caller(Role.Client, "lost"), null, "1-k"));
        await here.Standing.RefreshAsync();
        await place.Database!.ExecuteAsync($"DELETE FROM tokens WHERE id = '{lost.Id}'; UPDATE identity SET token_changes = token_changes - 1");
        var next = await there.Tokens.IssueAsync(new Caller(Role.Client, "next"), null, "1-k"); // its change has the lost one's number

        await here.Standing.RefreshAsync();
        place.Time.Advance(IdentityLimits.ReadAllAgain);
        await here.Standing.RefreshAsync();

        Assert.Equal([kept.Id, next.Id], here.Tokens.Tokens.OrderBy(token => token.Caller.Name).Select(token => token.Id));
    }

    [Fact]
    public async Task A_revocation_that_was_lost_with_a_primary_is_seen_by_the_next_look()
    {
        await using var place = await IdentityPlace.MakeAsync("database");
        var here = await place.OpenAsync();
        var token = await here.Tokens.IssueAsync(new Caller(Role.Client, "acme"), null, "1-k");
        await here.Tokens.RevokeAsync(token.Id);
        await place.Database!.ExecuteAsync("UPDATE tokens SET revoked = NULL, change = 1; UPDATE identity SET token_changes = 1");

        await here.Standing.RefreshAsync();

        Assert.Null(here.Tokens.Known(token.Id)!.Revoked);
    }

    [Fact]
    public async Task A_server_that_ends_while_it_looks_at_its_tokens_ends_in_order()
    {
        await using var database = await TestDatabase.MakeAsync();
        var server = await StartAsync(database.Store);
        await using (var holder = new Npgsql.NpgsqlConnection(database.Store + ";Pooling=false;Application Name=holder"))
        {
            await holder.OpenAsync(Stop);
            await using var hold = new Npgsql.NpgsqlCommand("BEGIN; LOCK TABLE identity; UPDATE identity SET token_changes = token_changes + 1", holder);
            await hold.ExecuteNonQueryAsync(Stop);
            server.Time.Advance(TimeSpan.FromSeconds(1));
            await UntilAsync("wait_event_type = 'Lock'", atLeast: 1);
            await server.DisposeAsync();
            hold.CommandText = "COMMIT";
            await hold.ExecuteNonQueryAsync(Stop); // now it reads that there is something new, and would read that
        }

        await UntilAsync("application_name = 'ordergrpc'", atLeast: 0); // a fault of the look ends the process, and all of these tests

        async Task UntilAsync(string sessions, long atLeast)
        {
            using var patience = new CancellationTokenSource(Deadlines.Patience);
            while (await database.ScalarAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {sessions}") is var count && (atLeast == 0 ? count > 0 : count < atLeast))
            {
                patience.Token.ThrowIfCancellationRequested();
            }
        }
    }

    [Theory]
    [InlineData("INSERT INTO tokens VALUES ('0123456789abcdef', 'client', 'two words', 1, NULL, '1-k', NULL, 1)", "names no caller")]
    [InlineData("DELETE FROM identity", "has no row")]
    public async Task A_database_that_somebody_else_changed_is_refused(string change, string says)
    {
        await using var place = await IdentityPlace.MakeAsync("database");
        await (await place.OpenAsync()).Store.DisposeAsync();
        await place.Database!.ExecuteAsync(change);
        Assert.Contains(says, (await Assert.ThrowsAsync<StartException>(() => place.OpenAsync())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INSERT INTO tokens VALUES ('short', 'client', 'acme', 1, NULL, '1-k', NULL, 1)")]
    [InlineData("INSERT INTO tokens VALUES ('0123456789abcdef', 'king', 'acme', 1, NULL, '1-k', NULL, 1)")]
    [InlineData("INSERT INTO tokens VALUES ('0123456789abcdef', 'client', '', 1, NULL, '1-k', NULL, 1)")]
    [InlineData("INSERT INTO tokens VALUES ('0123456789abcdef', 'client', 'acme', 1, 1, '1-k', NULL, 1)")]
    [InlineData("INSERT INTO signing_keys VALUES ('1', decode(repeat('00', 32), 'hex'), NULL)")]
    [InlineData("INSERT INTO signing_keys VALUES ('9-00000000', decode('00', 'hex'), NULL)")]
    [InlineData("INSERT INTO signing_keys VALUES ('9-00000000', decode(repeat('00', 32), 'hex'), '01234567')")]
    [InlineData("INSERT INTO identity VALUES (true, 0, 0)")]
    [InlineData("INSERT INTO identity VALUES (false, 0, 0)")]
    public async Task The_tables_take_nothing_that_makes_no_sense(string change)
    {
        await using var place = await IdentityPlace.MakeAsync("database");
        await place.OpenAsync();
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => place.Database!.ExecuteAsync(change));
    }

    private static Task<GuardedServer> StartAsync(string store, int refusedCalls = 0) =>
        GuardedServer.StartAsync(time => PostgresIdentity.OpenAsync(new ServerOptions { Store = store }, time), refusedCalls: refusedCalls);

    private static async Task<string> IssueAsync(GuardedServer server) => await new TokenIssuer(server.Keys, server.Registry).IssueAsync(new Caller(Role.Client, "acme"));

    // Each call and each look takes its time, so this waits for nothing else.
    private static async Task<string> OnceBackAsync(GuardedServer server, string token)
    {
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        while (true)
        {
            try
            {
                server.Time.Advance(TimeSpan.FromSeconds(1));
                return await server.WhoAsync(token);
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal && !patience.IsCancellationRequested) // Internal: this server's clock has ended the connection
            {
                await Task.Yield();
            }
        }
    }

    private static async Task<AsyncServerStreamingCall<WatchOrdersResponse>> WatchAsync(GuardedServer server, string token)
    {
        var call = server.Queries.WatchOrders(new WatchOrdersRequest(), new Metadata { { "authorization", "Bearer " + token } }, cancellationToken: Stop);
        Assert.True(await call.ResponseStream.MoveNext(Stop).WaitAsync(Deadlines.Patience, Stop));
        return call;
    }

    private static async Task<string> EndAsync(AsyncServerStreamingCall<WatchOrdersResponse> call)
    {
        var ended = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Stop).WaitAsync(Deadlines.Patience, Stop));
        return ended.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? ended.ToString();
    }
}
