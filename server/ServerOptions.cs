using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Server;

/// <summary>
/// Every setting that an operator may change. A property Data is the flag --data, the environment
/// variable ORDERGRPC_DATA and the key data of the file that --config names; the first of these
/// that is set holds. There is no other source.
/// </summary>
public sealed class ServerOptions
{
    /// <summary>The environment variable for --config.</summary>
    public const string ConfigVariable = Prefix + "CONFIG";

    /// <summary>The environment variable with the password of --store: as a flag everybody on the machine could read it.</summary>
    public const string StorePasswordVariable = Prefix + "STORE_PASSWORD";

    private const string Prefix = "ORDERGRPC_";

    // Where they are left out a server has a data folder, or keys that are not encrypted: an empty variable of a script must not come to that.
    private static readonly string[] OfStore = [nameof(Store), nameof(StorePasswordFile), nameof(KeySecretFile)];

    [Description("DIR|The data folder; made on first start.")]
    public string Data { get; set; } = "./data";

    [Description("STRING|The PostgreSQL database that several servers share, in place of a data folder: a connection string of Npgsql's, such as \"Host=db1,db2;Database=ordergrpc;Username=ordergrpc\".")]
    public string Store { get; set; } = "";

    [Description("FILE|The file with the password of that database; else it is read from ORDERGRPC_STORE_PASSWORD or PGPASSWORD.")]
    public string StorePasswordFile { get; set; } = "";

    [Description("FILE|The secret under which signing keys are encrypted in that database: 32 random bytes in base64; below it, a line each, those that it replaces.")]
    public string KeySecretFile { get; set; } = "";

    [Description("URL|Where to listen.")]
    public string Urls { get; set; } = "http://127.0.0.1:8803";

    [Description("NAME|The supplier of orders that name none.")]
    public string DefaultSupplier { get; set; } = "supplier";

    [Description("WHICH|Which suppliers orders may name: tokens, those that hold one of ours; any; or auto, any where there is an external issuer and else tokens.")]
    public SupplierCheck KnownSuppliers { get; set; } = SupplierCheck.Auto;

    [Description("FILE|The certificate for https, PEM or PFX; read again when it changes.")]
    public string Certificate { get; set; } = "";

    [Description("FILE|The private key of a PEM certificate, where it is not in the same file.")]
    public string CertificateKey { get; set; } = "";

    [Description("FILE|The file with the password of the PFX or of the key.")]
    public string CertificatePasswordFile { get; set; } = "";

    [Description("FILE|Ask clients for a certificate too, of an authority in this PEM file.")]
    public string ClientCa { get; set; } = "";

    [Description("URL|An OpenID Connect issuer whose tokens are taken beside our own.")]
    public string OidcAuthority { get; set; } = "";

    [Description("NAME|The audience that its tokens must be for.")]
    public string OidcAudience { get; set; } = "";

    [Description("NAME|The claim of its tokens that is the role: client or supplier.")]
    public string OidcRoleClaim { get; set; } = "role";

    [Description("NAME|The claim of its tokens that is the party's name.")]
    public string OidcNameClaim { get; set; } = "sub";

    [Description("|Allow plain text (http) on addresses that other machines can reach.")]
    public bool Insecure { get; set; }

    [Description("N|How many commands may wait for the writer.")]
    public int MaxQueuedCommands { get; set; } = 1024;

    [Description("N|How many watches one caller may have open.")]
    public int MaxWatchesPerCaller { get; set; } = 1000;

    [Description("N|How many requests a second one caller may send; 0 for no limit.")]
    public int MaxRequestsPerSecond { get; set; } = 1000;

    [Description("N|How many calls one caller may have running, watches apart; 0 for no limit.")]
    public int MaxCallsPerCaller { get; set; } = 1000;

    [Description("N|How many connections may come from one address (of IPv6, one /64); 0 for no limit.")]
    public int MaxConnectionsPerAddress { get; set; } = 1000;

    [Description("N|How many new connections a second may come from one address; 0 for no limit.")]
    public int MaxNewConnectionsPerSecond { get; set; } = 100;

    [Description("N|How many connections of one address may have had no good call yet; a new one takes the oldest's place; 0 for no limit of its own.")]
    public int MaxUnprovenConnectionsPerAddress { get; set; } = 100;

    [Description("N|How many calls without a good token an address may send in a second before its connection is ended; 0 for no limit.")]
    public int MaxRefusedCallsPerSecond { get; set; } = 100;

    [Description("LIST|The proxies before this server, addresses or networks parted by commas: who calls through them is who their X-Forwarded-For says, and their connections are not limited as one address's.")]
    public string TrustedProxies { get; set; } = "";

    [Description("N|How many streams one connection may have open, once it has had a good call.")]
    public int MaxStreamsPerConnection { get; set; } = 1000;

    [Description("SECONDS|How long a call may take that names no deadline.")]
    public int DefaultDeadlineSeconds { get; set; } = 60;

    [Description("SECONDS|How long a server that is told to end still takes calls, while its health says NOT_SERVING.")]
    public int DrainSeconds { get; set; }

    [Description("URL|Where Prometheus reads the metrics, at /metrics: http, on an address of its own.")]
    public string MetricsUrls { get; set; } = "";

    [Description("WHEN|Make files with tokens for both parties of this machine: on, off, or auto, which is on where every address is loopback.")]
    public LocalTokens LocalTokens { get; set; } = LocalTokens.Auto;

    [Description("LEVEL|The least log level shown: Trace, Debug, Information, Warning, Error.")]
    public LogLevel LogLevel { get; set; } = LogLevel.Warning;

    /// <summary>The properties that are settings, in the order of the help.</summary>
    public static IReadOnlyList<PropertyInfo> Settings { get; } =
        typeof(ServerOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance);

    /// <summary>The flag of a setting, such as --default-supplier.</summary>
    public static string FlagOf(PropertyInfo setting) => "--" + Words(setting, '-').ToLowerInvariant();

    /// <summary>The environment variable of a setting, such as ORDERGRPC_DEFAULT_SUPPLIER.</summary>
    public static string VariableOf(PropertyInfo setting) => Prefix + Words(setting, '_').ToUpperInvariant();

    /// <summary>Reads the settings: flags before the environment before the file of --config before the defaults.</summary>
    /// <exception cref="StartException">A setting is unknown, malformed or out of its range.</exception>
    public static ServerOptions Load(IReadOnlyDictionary<string, string> flags, string? config = null)
    {
        if (config is { Length: 0 })
        {
            throw new StartException("--config names no file. Name one, or leave the flag out.");
        }

        config ??= Environment.GetEnvironmentVariable(ConfigVariable);
        var file = string.IsNullOrEmpty(config) ? new Dictionary<string, string>() : ConfigFile.Read(config);
        var options = new ServerOptions();
        var given = new HashSet<string>();
        foreach (var setting in Settings)
        {
            var value = flags.GetValueOrDefault(setting.Name) ?? Environment.GetEnvironmentVariable(VariableOf(setting)) ?? file.GetValueOrDefault(setting.Name);
            if (value is not null)
            {
                Require(value.Length > 0 || !OfStore.Contains(setting.Name), setting.Name, value, "it is empty; name one, or leave it out");
                setting.SetValue(options, Parse(setting, value));
                given.Add(setting.Name);
            }
        }

        if (options.Store.Length > 0 && given.Contains(nameof(Data)))
        {
            throw new StartException("--data and --store are both given: orders are in a data folder or in a database. Leave one out.");
        }

        options.Check();
        return options;
    }

    /// <summary>Tells of variables that are almost a setting's name: the tools share the prefix, so others are none of ours.</summary>
    public static void WarnOfNearVariables(TextWriter warnings)
    {
        var known = Settings.Select(VariableOf).Append(ConfigVariable).Append(StorePasswordVariable).ToHashSet();
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !known.Contains(name)).Order())
        {
            if (NearName.Of(name, known) is { } meant)
            {
                warnings.WriteLine($"server: WARNING: {SafeText.Of(name)} is no setting and is not read. Did you mean {meant}?");
            }
        }
    }

    private static object Parse(PropertyInfo setting, string value)
    {
        if (setting.PropertyType == typeof(string))
        {
            return value;
        }

        if (setting.PropertyType == typeof(int))
        {
            var isNumber = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
            Require(isNumber, setting.Name, value, "it must be a number");
            return number;
        }

        if (setting.PropertyType == typeof(bool))
        {
            var isBoolean = bool.TryParse(value, out var yes);
            Require(isBoolean, setting.Name, value, "it must be true or false");
            return yes;
        }

        var word = Enum.GetNames(setting.PropertyType).FirstOrDefault(name => name.Equals(value, StringComparison.OrdinalIgnoreCase));
        Require(word is not null, setting.Name, value, $"it must be one of {string.Join(", ", Enum.GetNames(setting.PropertyType))}");
        return Enum.Parse(setting.PropertyType, word!);
    }

    private static string Words(PropertyInfo setting, char separator) => string.Concat(
        setting.Name.Select((c, i) => i > 0 && char.IsUpper(c) ? separator + c.ToString() : c.ToString()));

    private static void Require(bool holds, string setting, object value, string rule)
    {
        if (!holds)
        {
            var property = typeof(ServerOptions).GetProperty(setting)!;
            throw new StartException(string.Create(CultureInfo.InvariantCulture,
                $"{FlagOf(property)} (or {VariableOf(property)}) is '{SafeText.Of(Convert.ToString(value, CultureInfo.InvariantCulture)!)}': {rule}."));
        }
    }

    private void Check()
    {
        Require(StorePasswordFile.Length == 0 || Store.Length > 0, nameof(StorePasswordFile), StorePasswordFile, "it is for --store, and that is not given");
        Require(KeySecretFile.Length == 0 || Store.Length > 0, nameof(KeySecretFile), KeySecretFile, "it is for --store; the keys of a data folder are files that only their owner can read");
        Require(Data.Length > 0, nameof(Data), Data, "name a folder");
        Require(PartyName.IsValid(DefaultSupplier), nameof(DefaultSupplier), DefaultSupplier, PartyName.Rule);
        Require(Enum.IsDefined(KnownSuppliers), nameof(KnownSuppliers), KnownSuppliers, "it must be auto, any or tokens");
        Require(MaxQueuedCommands is > 0 and <= 1_000_000, nameof(MaxQueuedCommands), MaxQueuedCommands, "it must be 1 to 1000000");
        Require(MaxWatchesPerCaller is > 0 and <= 1_000_000, nameof(MaxWatchesPerCaller), MaxWatchesPerCaller, "it must be 1 to 1000000");
        Require(MaxRequestsPerSecond is >= 0 and <= 1_000_000, nameof(MaxRequestsPerSecond), MaxRequestsPerSecond, "it must be 0 to 1000000");
        Require(MaxCallsPerCaller is >= 0 and <= 1_000_000, nameof(MaxCallsPerCaller), MaxCallsPerCaller, "it must be 0 to 1000000");
        Require(MaxConnectionsPerAddress is >= 0 and <= 1_000_000, nameof(MaxConnectionsPerAddress), MaxConnectionsPerAddress, "it must be 0 to 1000000");
        Require(MaxNewConnectionsPerSecond is >= 0 and <= 1_000_000, nameof(MaxNewConnectionsPerSecond), MaxNewConnectionsPerSecond, "it must be 0 to 1000000");
        Require(MaxUnprovenConnectionsPerAddress is >= 0 and <= 1_000_000, nameof(MaxUnprovenConnectionsPerAddress), MaxUnprovenConnectionsPerAddress, "it must be 0 to 1000000");
        Require(MaxRefusedCallsPerSecond is >= 0 and <= 1_000_000, nameof(MaxRefusedCallsPerSecond), MaxRefusedCallsPerSecond, "it must be 0 to 1000000");
        Require(MaxStreamsPerConnection is > 0 and <= 100_000, nameof(MaxStreamsPerConnection), MaxStreamsPerConnection, "it must be 1 to 100000");
        Require(Security.TrustedProxies.FaultOf(TrustedProxies) is null, nameof(TrustedProxies), Security.TrustedProxies.FaultOf(TrustedProxies) ?? "", Security.TrustedProxies.Rule);
        Require(DefaultDeadlineSeconds is > 0 and <= 600, nameof(DefaultDeadlineSeconds), DefaultDeadlineSeconds, "it must be 1 to 600");
        Require(DrainSeconds is >= 0 and <= HostLimits.MostDrainSeconds, nameof(DrainSeconds), DrainSeconds, $"it must be 0 to {HostLimits.MostDrainSeconds}");
        var urls = Urls.Split(';', StringSplitOptions.RemoveEmptyEntries);
        foreach (var url in urls.Length > 0 ? urls : [""])
        {
            Require(IsAddress(url, "http", "https"), nameof(Urls), url, "it must be a URL such as http://127.0.0.1:8803");
        }

        foreach (var url in MetricsUrls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            Require(IsAddress(url, "http"), nameof(MetricsUrls), url, "it must be a URL of http such as http://127.0.0.1:9464");
        }
    }

    private static bool IsAddress(string url, params string[] schemes) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme) && uri.PathAndQuery == "/";
}

/// <summary>When the server makes token files for the two parties of its own machine.</summary>
public enum LocalTokens
{
    /// <summary>Where every address is loopback.</summary>
    Auto,
    On,
    Off,
}
