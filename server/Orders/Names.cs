using Google.Protobuf.Reflection;

namespace OrderGrpc.Server.Orders;

/// <summary>The names of enum values as people and metadata have them: the contract's, without the prefix.</summary>
public static class Names
{
    /// <summary>The value's name, such as WRONG_STATE or QUOTE_SENT.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Cache<T>.ByValue.TryGetValue(value, out var name) ? name : value.ToString();

    private static class Cache<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>().ToDictionary(value => value, NameOf);

        private static string NameOf(T value)
        {
            var field = typeof(T).GetField(value.ToString())!;
            var original = field.GetCustomAttributes(typeof(OriginalNameAttribute), false)
                .Cast<OriginalNameAttribute>().Single().Name;
            var prefix = string.Concat(typeof(T).Name.Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : char.ToUpperInvariant(c).ToString())) + "_";
            return original.StartsWith(prefix, StringComparison.Ordinal) ? original[prefix.Length..] : original;
        }
    }
}
