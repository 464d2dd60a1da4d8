using System.Diagnostics.CodeAnalysis;
using Npgsql;
using OrderGrpc.Server.Files;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>How the database is reached: the connection string of --store, held against what this server needs of it.</summary>
public static class PostgresSettings
{
    /// <summary>The settings of a connection string, with the password from its file or the environment.</summary>
    /// <exception cref="StartException">The string or the file cannot be used; the message says why.</exception>
    public static NpgsqlConnectionStringBuilder Read(string store, string passwordFile)
    {
        var settings = Parse(store);
        Require(settings.Host is { Length: > 0 }, "it names no Host; such as Host=db1,db2;Database=ordergrpc");
        Require(settings.Database is { Length: > 0 }, "it names no Database; such as Host=db1,db2;Database=ordergrpc");
        Require(settings.TargetSessionAttributes is null, "leave Target Session Attributes out of it: the server finds the primary by itself");
        Require(settings.Pooling && !settings.Multiplexing, "leave Pooling and Multiplexing out of it: connections are kept, and one is never shared by two who use it");
        if (Password(passwordFile) is { } password)
        {
            Require(string.IsNullOrEmpty(settings.Password), "it has a Password, and another is given beside it; give one");
            settings.Password = password;
        }

        settings.HostRecheckSeconds = PostgresLimits.HostRecheckSeconds;
        settings.Timeout = settings.ShouldSerialize("Timeout") ? settings.Timeout : PostgresLimits.ConnectSeconds;
        settings.MaxAutoPrepare = settings.ShouldSerialize("Max Auto Prepare") ? settings.MaxAutoPrepare : PostgresLimits.StatementsPrepared;
        settings.AutoPrepareMinUsages = 2;
        settings.MaxPoolSize = PostgresLimits.Connections;
        settings.NoResetOnClose = true; // nothing changes a session after its first use
        settings.ApplicationName ??= ServersOn(settings);
        settings.TcpKeepAlive = true;
        settings.TcpKeepAliveTime = PostgresLimits.KeepAliveSeconds;
        settings.TcpKeepAliveInterval = PostgresLimits.KeepAliveIntervalSeconds;
        return settings;
    }

    /// <summary>Whether a connection string has the password in it.</summary>
    /// <exception cref="StartException">The string cannot be used; the message says why.</exception>
    public static bool HasPassword(string store) => !string.IsNullOrEmpty(Parse(store).Password);

    /// <summary>How the connections of servers are named in the database, by which those on another schema of it are told apart.</summary>
    public static string ServersOn(NpgsqlConnectionStringBuilder settings) => settings.SearchPath is { Length: > 0 } path ? "ordergrpc in " + path : "ordergrpc";

    /// <summary>Where the database is, for people: without the user's password, and without what nobody asked for.</summary>
    public static string NameOf(NpgsqlConnectionStringBuilder settings) =>
        $"Host={settings.Host};Database={settings.Database}" + (settings.SearchPath is { Length: > 0 } path ? $";Search Path={path}" : "");

    private static NpgsqlConnectionStringBuilder Parse(string store)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(store);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw Refuse(e.Message, e);
        }
    }

    private static string? Password(string file)
    {
        if (file.Length == 0)
        {
            return Environment.GetEnvironmentVariable(ServerOptions.StorePasswordVariable) is { Length: > 0 } password ? password : null;
        }

        return SecretFile.Read(file, "--store-password-file") is { Length: > 0 } read ? read
            : throw new StartException($"--store-password-file {file} is empty: write the password into it.");
    }

    private static void Require([DoesNotReturnIf(false)] bool holds, string rule)
    {
        if (!holds)
        {
            throw Refuse(rule);
        }
    }

    private static StartException Refuse(string rule, Exception? inner = null) => new($"--store is not a connection string that can be used: {rule.TrimEnd('.')}.", inner);
}
