using System.Diagnostics;
using OrderGrpc.Tests.Documentation;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Faults;

/// <summary>
/// The disk under a server's files, which fails and loses power when told to: shim/disk.c, loaded
/// into the real server.
/// </summary>
public sealed class FaultyDisk
{
    private static readonly Lazy<string> Shim = new(Compile);
    private readonly TestFolder folder;
    private readonly string undo;

    public FaultyDisk(TestFolder folder)
    {
        this.folder = folder;
        undo = Directory.CreateDirectory(folder.File("undo")).FullName;
        Environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = Shim.Value,
            ["DISK_FOLDER"] = folder.Data,
            ["DISK_UNDO"] = undo,
            ["DISK_FAULT"] = folder.File("fault"),
        };
    }

    /// <summary>What the server's process needs in its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Where this cannot run, says why.</summary>
    public static void SkipWithoutCompiler() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/gcc"), "needs Linux and gcc, for the disk between the server and its files");

    /// <summary>From now on an fsync of the WAL: fail, die or lie, as the shim has it.</summary>
    public void Break(string how) => File.WriteAllText(folder.File("fault"), how);

    public void Mend() => File.Delete(folder.File("fault"));

    /// <summary>
    /// What a power loss leaves: everything before the last fsync of each file, and of what was
    /// written after it only as much as chance has it. The server must not run.
    /// </summary>
    public void LosePower(Random random)
    {
        File.Delete(Path.Combine(folder.Data, "orders.db-shm")); // memory that is mapped, and nobody syncs
        foreach (var name in new[] { "orders.db", "orders.db-wal", "orders.db-journal" })
        {
            var (file, log, created) = (Path.Combine(folder.Data, name), Path.Combine(undo, name + ".undo"), Path.Combine(undo, name + ".created"));
            if (File.Exists(log) && File.Exists(file))
            {
                UnsyncedWrites.Read(log).LeaveSomeOf(file, random);
            }

            if (File.Exists(created) && random.Next(2) == 0)
            {
                File.Delete(file); // its entry in the folder was not on disk
            }

            File.Delete(log);
            File.Delete(created);
        }
    }

    private static string Compile()
    {
        var library = Path.Combine(Directory.CreateTempSubdirectory("ordergrpc-shim-").FullName, "disk.so");
        var source = Path.Combine(Repository.Root, "tests", "OrderGrpc.Tests", "Faults", "shim", "disk.c");
        using var gcc = Process.Start("gcc", ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"]);
        gcc.WaitForExit();
        Assert.Equal(0, gcc.ExitCode);
        return library;
    }
}
