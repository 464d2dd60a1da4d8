using OrderGrpc.Contract;
using OrderGrpc.Server;
using OrderGrpc.Server.Files;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Security;

namespace OrderGrpc.Tests.Storage;

/// <summary>Whose the file of a backup is, from its first byte on.</summary>
public sealed class BackupFileTests : IDisposable
{
    private readonly TestFolder folder = new();

    private string Copy => folder.File("copy.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_backup_is_its_owners_only_from_its_first_byte_whatever_the_shell_lets_others()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a shell of Unix");
        Source();
        var server = Path.Combine(AppContext.BaseDirectory, "server");
        using var shell = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"umask 0; exec '{server}' backup '{Copy}' --data '{folder.Data}'"]);
        var modes = new HashSet<string>();
        while (!shell.HasExited)
        {
            foreach (var file in Directory.GetFiles(folder.Path, "copy.db*"))
            {
                if (FileOwner.Of(file) is { } found)
                {
                    modes.Add(Convert.ToString((int)found.Mode, 8));
                }
            }
        }

        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
        modes.Add(PrivateFolder.ModeOf(Copy));
        Assert.Equal(["600"], modes);
        Assert.Equal([Copy], Directory.GetFiles(folder.Path, "copy.db*"));
    }

    [Fact]
    public async Task A_backup_goes_through_no_link()
    {
        var source = Source();
        File.CreateSymbolicLink(Copy, folder.File("elsewhere"));
        Assert.Contains("exists already", (await Assert.ThrowsAsync<StartException>(() => SqliteBackup.MakeAsync(source, Copy))).Message, StringComparison.Ordinal);
        File.Delete(Copy);

        File.CreateSymbolicLink(Copy + ".part", folder.File("elsewhere"));
        await SqliteBackup.MakeAsync(source, Copy);

        Assert.Null(new FileInfo(Copy).LinkTarget);
        Assert.False(File.Exists(folder.File("elsewhere")));
    }

    [Fact]
    public void Names_are_synced_to_disk_and_a_folder_that_is_not_there_is_an_error_of_the_disk()
    {
        OnDisk.SyncFolderOf(Copy);
        Assert.Throws<IOException>(() => OnDisk.SyncFolderOf(folder.File("none/copy.db")));
    }

    [Fact]
    public void A_name_is_synced_once_it_is_there()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "inotify of Linux");
        File.WriteAllText(folder.File("draft"), "text");
        using var seen = new FolderEvents(folder.Path);
        OnDisk.Rename(folder.File("draft"), Copy, overwrite: false);
        OnDisk.Delete(Copy);
        Assert.Equal(["moved", "opened", "deleted", "opened"], seen.Read());
    }

    private string Source()
    {
        OwnerOnly.MakeFolder(folder.Data);
        using var store = new SqliteOrderStore(folder.Data);
        return SqliteFile.PathIn(folder.Data);
    }
}
