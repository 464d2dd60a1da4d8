using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// Whether the hosts of a connection string are one cluster: then at most one of them takes writes. With
/// two, which are another database or what a failover has left behind, commands would go to either.
/// </summary>
internal static class Primaries
{
    // The same under two names, or behind a proxy, began at the same moment.
    private const string Which = "SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_postmaster_start_time()::text END";

    /// <summary>Asks each host. One that does not answer soon is away, and takes no writes.</summary>
    /// <exception cref="StartException">More than one takes writes.</exception>
    public static async Task RefuseSeveralAsync(NpgsqlConnectionStringBuilder settings, CancellationToken cancellation)
    {
        string[] hosts = [.. settings.Host!.Split(',').Distinct()];
        if (hosts.Length == 1)
        {
            return;
        }

        var began = await Task.WhenAll(hosts.Select(host => BeganAsync(host, settings, cancellation)));
        var primaries = hosts.Zip(began).Where(one => one.Second is not null).DistinctBy(one => one.Second).Select(one => one.First).ToList();
        if (primaries.Count > 1)
        {
            throw new StartException(string.Create(CultureInfo.InvariantCulture,
                $"{PostgresSettings.NameOf(settings)} is {primaries.Count} databases: {string.Join(" and ", primaries)} each take writes, and orders would go to either. Name the hosts of one cluster in --store; if they are one, a failover went wrong: end the primary that is not to be."));
        }
    }

    // Null for one that takes no writes.
    private static async Task<string?> BeganAsync(string host, NpgsqlConnectionStringBuilder settings, CancellationToken cancellation)
    {
        var one = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Host = host, Timeout = PostgresLimits.ConnectSeconds, CommandTimeout = PostgresLimits.ConnectSeconds };
        await using var source = PostgresDatabase.SourceOf(one, prepare: false);
        try
        {
            await using var connection = await source.OpenConnectionAsync(TargetSessionAttributes.Any, cancellation);
            await using var command = new NpgsqlCommand(Which, connection);
            return await command.ExecuteScalarAsync(cancellation) as string;
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or IOException or TimeoutException)
        {
            return null;
        }
    }
}
