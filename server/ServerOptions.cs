using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Server;

/// <summary>
/// Every setting that an operator may change. A property Data is the flag --data, the environment
/// variable ORDERGRPC_DATA and the key OrderGrpc:Data of appsettings.json; the first of these that
/// is set holds.
/// </summary>
public sealed class ServerOptions
{
    private const string Section = "OrderGrpc";

    [Description("DIR|The data folder; made on first start.")]
    public string Data { get; set; } = "./data";

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

    [Description("SECONDS|How long a call may take that names no deadline.")]
    public int DefaultDeadlineSeconds { get; set; } = 60;

    [Description("LEVEL|The least log level shown: Trace, Debug, Information, Warning, Error.")]
    public LogLevel LogLevel { get; set; } = LogLevel.Warning;

    /// <summary>The properties that are settings, in the order of the help.</summary>
    public static IReadOnlyList<PropertyInfo> Settings { get; } =
        typeof(ServerOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance);

    /// <summary>The flag of a setting, such as --default-supplier.</summary>
    public static string FlagOf(PropertyInfo setting) => "--" + Words(setting, '-').ToLowerInvariant();

    /// <summary>The environment variable of a setting, such as ORDERGRPC_DEFAULT_SUPPLIER.</summary>
    public static string VariableOf(PropertyInfo setting) => "ORDERGRPC_" + Words(setting, '_').ToUpperInvariant();

    /// <summary>Reads the settings: flags before the environment before appsettings.json before the defaults.</summary>
    /// <exception cref="StartException">A setting is unknown, malformed or out of its range.</exception>
    public static ServerOptions Load(IReadOnlyDictionary<string, string> flags)
    {
        var values = new Dictionary<string, string?>();
        foreach (var setting in Settings)
        {
            var value = flags.TryGetValue(setting.Name, out var flag) ? flag : Environment.GetEnvironmentVariable(VariableOf(setting));
            if (value is not null)
            {
                values[$"{Section}:{setting.Name}"] = value;
            }
        }

        try
        {
            var options = new ConfigurationBuilder()
                .SetBasePath(Directory.GetCurrentDirectory())
                .AddJsonFile("appsettings.json", optional: true)
                .AddInMemoryCollection(values)
                .Build()
                .GetSection(Section)
                .Get<ServerOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new ServerOptions();
            options.Check();
            return options;
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException)
        {
            throw new StartException($"A setting cannot be read: {e.Message}", e);
        }
    }

    private static string Words(PropertyInfo setting, char separator) => string.Concat(
        setting.Name.Select((c, i) => i > 0 && char.IsUpper(c) ? separator + c.ToString() : c.ToString()));

    private static void Require(bool holds, string setting, object value, string rule)
    {
        if (!holds)
        {
            var property = typeof(ServerOptions).GetProperty(setting)!;
            throw new StartException(string.Create(CultureInfo.InvariantCulture,
                $"{FlagOf(property)} (or {VariableOf(property)}) is '{value}': {rule}."));
        }
    }

    private void Check()
    {
        Require(Data.Length > 0, nameof(Data), Data, "name a folder");
        Require(PartyName.IsValid(DefaultSupplier), nameof(DefaultSupplier), DefaultSupplier, PartyName.Rule);
        Require(Enum.IsDefined(KnownSuppliers), nameof(KnownSuppliers), KnownSuppliers, "it must be auto, any or tokens");
        Require(MaxQueuedCommands is > 0 and <= 1_000_000, nameof(MaxQueuedCommands), MaxQueuedCommands, "it must be 1 to 1000000");
        Require(MaxWatchesPerCaller is > 0 and <= 1_000_000, nameof(MaxWatchesPerCaller), MaxWatchesPerCaller, "it must be 1 to 1000000");
        Require(MaxRequestsPerSecond is >= 0 and <= 1_000_000, nameof(MaxRequestsPerSecond), MaxRequestsPerSecond, "it must be 0 to 1000000");
        Require(MaxCallsPerCaller is >= 0 and <= 1_000_000, nameof(MaxCallsPerCaller), MaxCallsPerCaller, "it must be 0 to 1000000");
        Require(MaxConnectionsPerAddress is >= 0 and <= 1_000_000, nameof(MaxConnectionsPerAddress), MaxConnectionsPerAddress, "it must be 0 to 1000000");
        Require(DefaultDeadlineSeconds is > 0 and <= 600, nameof(DefaultDeadlineSeconds), DefaultDeadlineSeconds, "it must be 1 to 600");
        var urls = Urls.Split(';', StringSplitOptions.RemoveEmptyEntries);
        foreach (var url in urls.Length > 0 ? urls : [""])
        {
            Require(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.PathAndQuery == "/",
                nameof(Urls), url, "it must be a URL such as http://127.0.0.1:8803");
        }
    }
}
