using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>
/// config.json beside the tokens: the contexts of both tools. A server and its language are of both; a
/// token is of one role. It is written whole or not at all, and what another version has put into it stays.
/// </summary>
public sealed partial class ContextFile
{
    private const string Current = "current";
    private const string Contexts = "contexts";
    private const int LargestFile = 1024 * 1024;

    private readonly string path;
    private readonly Role role;
    private readonly Texts texts;
    private readonly JsonObject root;

    private ContextFile(string path, Role role, Texts texts, JsonObject root)
    {
        (this.path, this.role, this.texts, this.root) = (path, role, texts, root);
    }

    /// <summary>The name of the context that holds where none is named; null for none.</summary>
    public string? CurrentName => Text(root, Current);

    /// <summary>All contexts, by name.</summary>
    public IReadOnlyList<Context> All =>
        [.. (Part(root, Contexts) ?? []).Select(entry => entry.Key).Order(StringComparer.Ordinal).Select(name => Find(name)!)];

    /// <summary>Reads the file; one that is not there has no contexts.</summary>
    /// <exception cref="CliException">It cannot be read, is no such file, or others can write it.</exception>
    public static ContextFile Read(Role role, CliDependencies dependencies, Texts texts)
    {
        var path = Path.Combine(ConfigFolder.Of(dependencies, texts), "config.json");
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            FileTrust.OfSecret(stream, path, texts);
            return stream.Length <= LargestFile && JsonNode.Parse(stream) is JsonObject root
                ? new ContextFile(path, role, texts, root)
                : throw CliException.Usage(texts.Format(CliShell.Text.ConfigDamaged, path, ""));
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return new ContextFile(path, role, texts, []);
        }
        catch (JsonException failure)
        {
            throw CliException.Usage(texts.Format(CliShell.Text.ConfigDamaged, path, texts.CauseOf(failure)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage(texts.Format(CliShell.Text.FileNotRead, path, texts.CauseOf(failure)));
        }
    }

    /// <summary>The context of this name as this tool's role has it, or null.</summary>
    public Context? Find(string name)
    {
        if (Part(Part(root, Contexts), name) is not { } entry)
        {
            return null;
        }

        var own = Part(entry, Credentials.RoleName(role));
        return new Context(name, Text(entry, "server") ?? throw Damaged(name + ".server"))
        {
            Language = Text(entry, "lang"),
            CaFile = Text(entry, "ca_file"),
            TokenFile = Text(own, "token_file"),
            CertificateFile = Text(own, "cert"),
            KeyFile = Text(own, "key"),
        };
    }

    /// <summary>The context of this name; throws an error that lists those there are.</summary>
    public Context Get(string name) => Find(name)
        ?? throw CliException.Usage(texts.Format(CliShell.Text.NoContext, name, All.Count == 0 ? "-" : string.Join(", ", All.Select(context => context.Name))));

    /// <summary>Adds a context, or what the other role has not said of one; the first is used from then on.</summary>
    public void Put(Context context)
    {
        if (!ValidName().IsMatch(context.Name))
        {
            throw CliException.Usage(texts.Format(CliShell.Text.BadContextName, context.Name));
        }

        var contexts = Child(root, Contexts);
        var entry = Child(contexts, context.Name);
        Set(entry, ("server", context.Server), ("lang", context.Language), ("ca_file", context.CaFile));
        if ((context.TokenFile ?? context.CertificateFile) is not null)
        {
            Set(Child(entry, Credentials.RoleName(role)), ("token_file", context.TokenFile), ("cert", context.CertificateFile), ("key", context.KeyFile));
        }

        if (contexts.Count == 1)
        {
            root[Current] = context.Name;
        }
    }

    /// <summary>Makes a context the one that holds where none is named.</summary>
    public void Use(string name) => root[Current] = Get(name).Name;

    /// <summary>Removes a context; its token's file stays.</summary>
    public void Remove(string name)
    {
        Part(root, Contexts)!.Remove(Get(name).Name);
        if (CurrentName == name)
        {
            root.Remove(Current);
        }
    }

    /// <summary>Writes the file by replacing it.</summary>
    public void Save()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            root.WriteTo(json);
        }

        try
        {
            ConfigFolder.Create(Path.GetDirectoryName(path)!);
            DurableFile.Replace(path, [.. bytes.WrittenSpan, (byte)'\n'], DurableFile.Private);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(texts.Format(CliShell.Text.FileNotWritten, path, texts.CauseOf(failure)));
        }
    }

    private static void Set(JsonObject into, params ReadOnlySpan<(string Key, string? Value)> values)
    {
        foreach (var (key, value) in values)
        {
            if (value is not null)
            {
                into[key] = value;
            }
        }
    }

    private JsonObject Child(JsonObject parent, string key)
    {
        if (Part(parent, key) is { } there)
        {
            return there;
        }

        var child = new JsonObject();
        parent[key] = child;
        return child;
    }

    private JsonObject? Part(JsonObject? parent, string key) => parent?[key] switch
    {
        null => null,
        JsonObject part => part,
        _ => throw Damaged(key),
    };

    private string? Text(JsonObject? parent, string key) => parent?[key] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw Damaged(key),
    };

    private CliException Damaged(string key) => CliException.Usage(texts.Format(CliShell.Text.ConfigDamaged, path, key));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex ValidName();
}
