using System.Reflection;
using System.Text.Json;
using OrderGrpc.Server.Files;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Server;

/// <summary>
/// The settings of a file that --config names: one JSON object, whose keys are the flags without
/// their dashes, such as {"data": "/srv/orders", "max-watches-per-caller": 20}. Nothing is read from
/// a file that was not named: whoever can write in a working folder has no say in what is served.
/// </summary>
public static class ConfigFile
{
    private const int MostBytes = 1 << 20;
    private const UnixFileMode OthersMayWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The file that was read before there was --config.</summary>
    private const string Former = "appsettings.json";

    /// <summary>The values of the file by the name of their setting.</summary>
    /// <exception cref="StartException">It cannot be read, others can write it, or a key is unknown or no plain value.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            OwnerOnly.CheckOwner(file); // of what is read, and not of what has its name a moment before
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & OthersMayWrite) != 0)
            {
                throw new StartException($"Others than its owner can write {path}, and so say what this server does. Take that away: chmod go-w '{path}'");
            }

            if (file.Length > MostBytes)
            {
                throw new StartException($"{path} is too large for a file of settings.");
            }

            using var json = JsonDocument.Parse(file, new JsonDocumentOptions { AllowDuplicateProperties = false, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json.RootElement.EnumerateObject().ToDictionary(entry => SettingOf(path, entry.Name).Name, entry => ValueOf(path, entry))
                : throw new StartException($"{path} must be one JSON object, such as {{\"data\": \"/srv/orders\"}}.");
        }
        catch (JsonException e)
        {
            throw new StartException($"{path} is not JSON: {SafeText.Of(e.Message)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--config {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Says so where a file of the working folder was read by earlier versions, and is not any more.</summary>
    public static void WarnOfFormer(TextWriter warnings)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(Former), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("OrderGrpc", out _))
            {
                warnings.WriteLine($"server: WARNING: {Former} of the working folder is not read any more. Put what its section OrderGrpc says into a file of its own, "
                    + "with the flags' names as keys ({\"default-supplier\": \"smith\"}), and name that with --config.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // None that was ours.
        }
    }

    private static PropertyInfo SettingOf(string path, string key)
    {
        var known = ServerOptions.Settings.ToDictionary(setting => ServerOptions.FlagOf(setting)[2..]);
        if (known.TryGetValue(key, out var setting))
        {
            return setting;
        }

        var meant = known.Keys.FirstOrDefault(name => name.Replace("-", "", StringComparison.Ordinal).Equals(key, StringComparison.OrdinalIgnoreCase)) ?? NearName.Of(key, known.Keys);
        throw new StartException($"{path} has '{SafeText.Of(key)}', which is no setting.{(meant is null ? "" : $" Did you mean '{meant}'?")}");
    }

    private static string ValueOf(string path, JsonProperty entry) => entry.Value.ValueKind switch
    {
        JsonValueKind.String => entry.Value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => entry.Value.GetRawText(),
        _ => throw new StartException($"{path}: '{entry.Name}' must be a text, a number, true or false."),
    };
}
