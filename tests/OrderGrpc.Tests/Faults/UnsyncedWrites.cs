namespace OrderGrpc.Tests.Faults;

/// <summary>What was done to a file since its last fsync, as shim/disk.c wrote it down.</summary>
public sealed class UnsyncedWrites
{
    private const int Sector = 512;
    private readonly List<Change> changes = [];

    public static UnsyncedWrites Read(string log)
    {
        var writes = new UnsyncedWrites();
        using var reader = new BinaryReader(File.OpenRead(log));
        while (reader.BaseStream.Length - reader.BaseStream.Position >= 24)
        {
            var (offset, oldSize, oldBytes, newBytes) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt32());
            if (reader.BaseStream.Length - reader.BaseStream.Position < oldBytes + Math.Max(newBytes, 0))
            {
                break; // killed while it was written down, and so before it was done
            }

            writes.changes.Add(new Change(offset, oldSize, reader.ReadBytes(oldBytes), newBytes < 0 ? null : reader.ReadBytes(newBytes)));
        }

        return writes;
    }

    /// <summary>Undoes all, then does again what chance has it that the disk had done by itself.</summary>
    public void LeaveSomeOf(string path, Random random)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        foreach (var change in Enumerable.Reverse(changes))
        {
            Write(file, change.Offset, change.Before);
            file.SetLength(change.OldSize);
        }

        // Nothing, all up to a torn one, or any sectors in any order: a disk may do each of these.
        switch (random.Next(3))
        {
            case 0:
                break;
            case 1:
                var last = random.Next(changes.Count + 1);
                for (var i = 0; i < last; i++)
                {
                    Again(file, changes[i], sector => i < last - 1 || sector == 0);
                }

                break;
            default:
                changes.ForEach(change => Again(file, change, _ => random.Next(2) == 0));
                break;
        }
    }

    private static void Again(FileStream file, Change change, Func<long, bool> reachedDisk)
    {
        if (change.After is null)
        {
            if (reachedDisk(0))
            {
                file.SetLength(change.Offset);
            }

            return;
        }

        var end = change.Offset + change.After.Length;
        for (var from = change.Offset; from < end; from = Math.Min((from / Sector * Sector) + Sector, end))
        {
            var to = Math.Min((from / Sector * Sector) + Sector, end);
            if (reachedDisk((from - change.Offset) / Sector))
            {
                Write(file, from, change.After.AsSpan((int)(from - change.Offset), (int)(to - from)));
            }
        }
    }

    private static void Write(FileStream file, long offset, ReadOnlySpan<byte> bytes)
    {
        file.Position = offset;
        file.Write(bytes);
    }

    /// <summary>A write, or for no bytes after it a truncation to the offset.</summary>
    private sealed record Change(long Offset, long OldSize, byte[] Before, byte[]? After);
}
