using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OrderGrpc.CliShell;

/// <summary>
/// Remembers across runs how far a watch has come: a position in a file, one per server, role and
/// name. Held by one run at a time.
/// </summary>
public sealed partial class CursorFile : IDisposable
{
    private readonly string path;
    private readonly FileStream held;
    private readonly Texts texts;

    private CursorFile(string path, FileStream held, Texts texts)
    {
        this.path = path;
        this.held = held;
        this.texts = texts;
        Position = ReadPosition();
    }

    /// <summary>The position after which to go on; null for a cursor that is new.</summary>
    public long? Position { get; private set; }

    /// <summary>Opens a cursor; throws where its name is not one or another run holds it.</summary>
    public static CursorFile Open(Session session, string name)
    {
        if (!ValidName().IsMatch(name))
        {
            throw CliException.Usage(session.Texts.Format(Text.BadCursorName, name));
        }

        var folder = Path.Combine(ConfigFolder.Of(session.Dependencies), "cursors");
        var path = Path.Combine(folder, $"{session.Settings.Server.FileStem}.{Credentials.RoleName(session.Role)}.{name}");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(session.Texts.Format(Text.FileNotWritten, path, failure.Message));
        }

        return new CursorFile(path, Hold(session, path, name), session.Texts);
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
            DurableFile.Replace(path, Encoding.ASCII.GetBytes(position.ToString(CultureInfo.InvariantCulture) + "\n"));
            Position = position;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(texts.Format(Text.FileNotWritten, path, failure.Message));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    // The lock is on a file of its own that stays: the cursor itself is replaced with each move.
    private static FileStream Hold(Session session, string path, string name)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(session.Texts.Format(Text.CursorHeld, name, failure.Message));
        }
    }

    private long? ReadPosition()
    {
        try
        {
            var text = File.ReadAllText(path).Trim();
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
                ? position
                : throw CliException.Refused(texts.Format(Text.CursorDamaged, path));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(texts.Format(Text.FileNotRead, path, failure.Message));
        }
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}\\z")]
    private static partial Regex ValidName();
}
