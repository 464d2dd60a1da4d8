using OrderGrpc.Server.Files;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Storage.Deployments;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Server.Storage.Sqlite;

namespace OrderGrpc.Server;

/// <summary>Where the orders of a deployment are, and its keys and tokens: a data folder, a database, or a file that a backup made, which has orders only.</summary>
public sealed class Deployment
{
    private readonly ServerOptions place;
    private readonly string? file;

    private Deployment(ServerOptions place, string? file) => (this.place, this.file) = (place, file);

    /// <summary>Whether it is a file that a backup made.</summary>
    public bool IsFile => file is not null;

    private bool IsDatabase => place.Store.Length > 0;

    private string OrdersFile => file ?? SqliteFile.PathIn(place.Data);

    /// <summary>Bounds what SQLite takes of memory in this process, whatever a file makes it do.</summary>
    public static void LimitHeap() => SqliteFile.LimitHeap();

    /// <summary>What the server's own settings name.</summary>
    public static Deployment Of(ServerOptions place) => new(place, null);

    /// <summary>The orders in a file.</summary>
    public static Deployment OfFile(string path) => new(new ServerOptions(), path);

    /// <summary>
    /// What a text names: a connection string has an = and does not begin as a path does; an existing
    /// file is one that a backup made; anything else is a data folder.
    /// </summary>
    /// <exception cref="StartException">It has a password, which everybody on this machine could read.</exception>
    public static Deployment Parse(string text, string flag, string? passwordFile, string? keySecretFile)
    {
        foreach (var (setting, value) in new[] { (flag, text), ($"{flag}-password-file", passwordFile), ($"{flag}-key-secret-file", keySecretFile) })
        {
            if (value is "")
            {
                throw new StartException($"{setting} is empty. Name {(setting == flag ? "a data folder or a database" : "a file, or leave it out")}.");
            }
        }

        if (text.Contains('=', StringComparison.Ordinal) && text[0] is not ('.' or '/' or '\\'))
        {
            var options = new ServerOptions { Store = text + ";Application Name=ordergrpc command", StorePasswordFile = passwordFile ?? "", KeySecretFile = keySecretFile ?? "" };
            return PostgresSettings.HasPassword(text)
                ? throw new StartException($"{flag} has a password, and everybody on this machine can read the arguments of a command. Write it into a file and name that with {flag}-password-file, or set {ServerOptions.StorePasswordVariable} or PGPASSWORD.")
                : new Deployment(options, null);
        }

        return (passwordFile ?? keySecretFile) is not null
            ? throw new StartException($"{flag}-{(passwordFile is null ? "key-secret" : "password")}-file is for a database, and {flag} {text} is none.")
            : File.Exists(text) ? OfFile(text) : new Deployment(new ServerOptions { Data = text }, null);
    }

    /// <summary>All its rows, to be gone through.</summary>
    /// <exception cref="StartException">They cannot be read; the message says why.</exception>
    public async Task<IStoredRows> ReadAsync() => IsDatabase
        ? await PostgresRows.OpenAsync(place.Store, place.StorePasswordFile)
        : SqliteRows.Open(OrdersFile);

    /// <summary>Holds the lock of a data folder, so that no server runs on it until that is disposed. Its file is checked and brought up to date as by a start.</summary>
    /// <exception cref="StartException">A server runs on it, or its file cannot be used.</exception>
    public IDisposable? Hold()
    {
        if (IsDatabase || file is not null)
        {
            return null;
        }

        if (!File.Exists(OrdersFile))
        {
            throw new StartException($"There is no {OrdersFile}.");
        }

        StartRules.PrepareData(place.Data);
        return SqliteFile.Open(place.Data);
    }

    /// <summary>Opens it to be filled with a copy.</summary>
    /// <exception cref="StartException">It cannot be; the message says why.</exception>
    public async Task<IStoreFilling> FillAsync()
    {
        if (IsDatabase)
        {
            return await PostgresFilling.OpenAsync(place.Store, place.StorePasswordFile);
        }

        if (file is not null)
        {
            throw new StartException($"{file} is a file, and a copy goes to a data folder or a database. To write one file: server backup FILE.");
        }

        return SqliteFilling.OpenFolder(place.Data);
    }

    /// <summary>Its keys and tokens; null where it has none.</summary>
    /// <exception cref="StartException">They cannot be read; the message says why.</exception>
    public async Task<IIdentityStore?> OpenIdentityAsync(TimeProvider time) =>
        IsDatabase ? await PostgresIdentity.OpenAsync(place, time)
        : file is null && Directory.Exists(Path.Combine(place.Data, IdentityFolder.Keys)) ? new IdentityFolder(place.Data)
        : null;

    /// <summary>Its keys and tokens, to be filled with copies; their place is made. Null for a file.</summary>
    /// <exception cref="StartException">It cannot be made or read; the message says why.</exception>
    public async Task<IIdentityStore?> OpenIdentityToFillAsync(TimeProvider time)
    {
        if (IsDatabase)
        {
            return await PostgresIdentity.OpenAsync(place, time, half: true);
        }

        if (file is not null)
        {
            return null;
        }

        StartRules.PrepareData(place.Data);
        OwnerOnly.MakeFolder(Path.Combine(place.Data, IdentityFolder.Keys));
        return new IdentityFolder(place.Data);
    }

    /// <summary>Writes its orders, as they are at one moment, to a new file.</summary>
    /// <exception cref="StartException">It exists, or cannot be written, or the orders cannot be read.</exception>
    public async Task BackUpAsync(string copy)
    {
        if (!IsDatabase)
        {
            await SqliteBackup.MakeAsync(OrdersFile, copy);
            return;
        }

        await using var rows = await ReadAsync();
        await SqliteBackup.MakeAsync(rows, copy);
    }
}
