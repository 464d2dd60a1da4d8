namespace OrderGrpc.Server.Security;

/// <summary>
/// What tells that a file has changed: which file the path leads to, through links, its length and
/// when it was written. The default value stands for a file that is not there.
/// </summary>
internal readonly record struct FileStamp(string? Target, long Length, DateTime Written)
{
    public static FileStamp Of(string path)
    {
        try
        {
            // A renewed certificate often comes by a link that changes, not by a file that does.
            var file = new FileInfo(path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? new FileStamp(target.FullName, target.Length, target.LastWriteTimeUtc) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default; // a folder on the way that may not be entered: whoever reads the file says so
        }
    }
}
