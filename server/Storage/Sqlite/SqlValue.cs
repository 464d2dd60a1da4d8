using System.Text;
using SQLitePCL;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>A value for a parameter of a statement: a number, a text, bytes, or nothing.</summary>
public readonly struct SqlValue
{
    private const int StackBytes = 512;
    private static readonly object IsNumber = new();

    private readonly object? value;
    private readonly long number;

    private SqlValue(object? value, long number = 0) => (this.value, this.number) = (value, number);

    public static implicit operator SqlValue(long number) => new(IsNumber, number);

    public static implicit operator SqlValue(long? number) => number is { } known ? known : default(SqlValue);

    public static implicit operator SqlValue(string? text) => new(text);

    public static implicit operator SqlValue(byte[]? bytes) => new(bytes);

    internal int Bind(sqlite3_stmt statement, int index) => value switch
    {
        null => raw.sqlite3_bind_null(statement, index),
        string text => BindText(statement, index, text),
        byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
        _ => raw.sqlite3_bind_int64(statement, index, number),
    };

    private static int BindText(sqlite3_stmt statement, int index, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= StackBytes ? stackalloc byte[most] : new byte[most];
        return raw.sqlite3_bind_text(statement, index, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }
}
