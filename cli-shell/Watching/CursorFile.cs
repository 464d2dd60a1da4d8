using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>
/// Remembers across runs how far a watch has come: a position in a file and what was watched, one per
/// deployment, role and name. Held by one run at a time. Of what another filter lets through the position
/// says nothing, so a cursor goes on with its own filter only.
/// </summary>
public sealed partial class CursorFile : IDisposable
{
    private readonly string path;
    private readonly FileStream held;
    private readonly string filter;
    private readonly Texts texts;

    private CursorFile(string path, FileStream held, string filter, Texts texts)
    {
        this.path = path;
        this.held = held;
        this.filter = filter;
        this.texts = texts;
    }

    /// <summary>The position after which to go on; null for a cursor that is new.</summary>
    public long? Position { get; private set; }

    /// <summary>Where it is kept; removing the file makes the cursor new.</summary>
    public string Path => path;

    /// <summary>Opens a cursor; throws where its name is not one, another run holds it, or it is of another filter.</summary>
    public static CursorFile Open(Session session, string name, WatchOrdersRequest watched)
    {
        if (!ValidName().IsMatch(name))
        {
            throw CliException.Usage(session.Texts.Format(Text.BadCursorName, name));
        }

        var folder = System.IO.Path.Combine(ConfigFolder.Of(session.Dependencies, session.Texts), "cursors");
        var path = Credentials.OfServers(session.Settings, server => System.IO.Path.Combine(folder, $"{server.FileStem}.{Credentials.RoleName(session.Role)}.{name}"));
        try
        {
            ConfigFolder.Create(folder);
            FileTrust.OfFolder(folder, session.Texts);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(session.Texts.Format(Text.FileNotWritten, path, session.Texts.CauseOf(failure)));
        }

        var cursor = new CursorFile(path, Hold(session, path, name), FilterOf(watched), session.Texts);
        try
        {
            cursor.Read(name);
            return cursor;
        }
        catch
        {
            cursor.Dispose();
            throw;
        }
    }

    /// <summary>Moves the cursor; it is on disk when this returns.</summary>
    public void Move(long position)
    {
        if (position == Position)
        {
            return;
        }

        try
        {
            DurableFile.Replace(path, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{position}\n{filter}\n")), DurableFile.Private);
            Position = position;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(texts.Format(Text.FileNotWritten, path, texts.CauseOf(failure)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    // The lock is on a file of its own that stays: the cursor itself is replaced with each move.
    private static FileStream Hold(Session session, string path, string name)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = DurableFile.Private;
            }

            DurableFile.RefuseLink(path + ".lock");
            return new FileStream(path + ".lock", options);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(session.Texts.Format(Text.CursorHeld, name, session.Texts.CauseOf(failure)));
        }
    }

    // Such as "orders=1,2 states=QUOTE_SENT": the same whatever the sequence in which they were given.
    private static string FilterOf(WatchOrdersRequest watched)
    {
        var orders = string.Join(',', watched.OrderIds.Distinct().Order());
        var states = string.Join(',', watched.States.Distinct().Order().Select(Names.Of));
        return $"orders={orders} states={states}";
    }

    private void Read(string name)
    {
        try
        {
            DurableFile.RefuseLink(path);
            var lines = File.ReadAllText(path).TrimEnd('\n').Split('\n');
            if (lines.Length > 2 || !long.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            {
                throw CliException.Refused(texts.Format(Text.CursorDamaged, path));
            }

            // A cursor of version 0.1 has no second line: it takes the filter of its next run.
            if (lines.Length == 2 && lines[1] != filter)
            {
                throw CliException.Usage(texts.Format(Text.CursorOfOtherFilter, name, lines[1], filter, path));
            }

            Position = position;
        }
        catch (FileNotFoundException)
        {
            Position = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(texts.Format(Text.FileNotRead, path, texts.CauseOf(failure)));
        }
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}\\z")]
    private static partial Regex ValidName();
}
