using System.Reflection;
using System.Text.RegularExpressions;
using OrderGrpc.Contract;
using OrderGrpc.Server;
using OrderGrpc.Tests.Documentation;

namespace OrderGrpc.Tests.Architecture;

/// <summary>Which folder may use which, and what is done in one place only: read from the sources.</summary>
public sealed partial class HouseTests
{
    private const string House = "OrderGrpc.Server";

    /// <summary>The parts of the server that a folder may use beside its own; the root's settings are everybody's.</summary>
    public static TheoryData<string, string[]> Folders => new()
    {
        { "Orders", [] },
        { "Files", [] },
        { "Telemetry", [] },
        { "Storage", ["Orders"] },
        { "Storage/Deployments", ["Orders", "Storage"] },
        { "Storage/Sqlite", ["Files", "Orders", "Storage", "Storage/Deployments", "Telemetry"] },
        { "Storage/Postgres", ["Files", "Orders", "Security", "Storage", "Storage/Deployments", "Telemetry"] },
        { "Processing", ["Orders", "Storage", "Telemetry"] },
        { "Subscriptions", ["Orders", "Storage", "Telemetry"] },
        { "Security", ["Files", "Orders", "Telemetry"] },
        { "Http", ["Orders", "Security", "Services"] },
        { "Services", ["Orders", "Storage", "Processing", "Subscriptions", "Security", "Telemetry"] },
    };

    public static TheoryData<string, string, string[]> OnePlace => new()
    {
        { "RpcException is built in one file", @"new\s+RpcException\s*\(|\.ToRpcException\s*\(\s*\)", ["Services/Errors.cs"] },
        { "Storage.Sqlite is named by the composition root only", @"\bStorage\.Sqlite\b", ["ServerHost.cs", "Program.cs", "Deployment.cs"] },
        { "Storage.Postgres is named by the composition root only", @"(?<!namespace OrderGrpc\.Server\.)\bStorage\.Postgres\b", ["ServerHost.cs", "Program.cs", "Deployment.cs"] },
        { "What listens to the parts is named by the composition root only", @"^using OpenTelemetry\b", ["ServerTelemetry.cs", "MetricsPage.cs"] },
        { "The time comes from TimeProvider", @"\bDateTime(Offset)?\s*\.\s*(Now|UtcNow|Today)\b|\bStopwatch\b|\bEnvironment\s*\.\s*TickCount", [] },
        { "Nothing is random but what is secret", @"\bGuid\s*\.\s*(NewGuid|CreateVersion7)\b|\bnew\s+Random\b|\bRandom\s*\.\s*Shared\b", [] },
        { "The system's clock is named by the composition root and the commands only", @"\bTimeProvider\s*\.\s*System\b", ["Program.cs", "Security/TokenCommands.cs"] },
        { "A thread never waits by sleeping", @"\bThread\s*\.\s*Sleep\b|\bTask\s*\.\s*Delay\b", ["Security/DataLock.cs", "Security/ConnectionUse.cs"] },
        { "The console is written by the composition root and the commands", @"\bConsole\s*\.", ["Program.cs", "Security/TokenCommands.cs", "ServerCommand.cs"] },
    };

    private static readonly string[] HalfWritten =
    [
        "OrderWatch.pastEnd", "OrdersLogCursor.end", "OrdersLogCursor.end", "WatchStream.rest", "RequestRules.lineAt", // of one call, whose steps follow each other
        "CommandQueue.awaySince", // of the writer's thread
        "StrangerFrames.given", // of the one reader of a connection
    ];

    private static readonly string[] Written = ["server", "cli-shell", "client-cli", "supplier-cli", "contract", "protos"];

    private static string Server => Path.Combine(Repository.Root, "server");

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_what_the_house_lets_it(string folder, string[] mayUse)
    {
        var own = Namespace(folder);
        var allowed = mayUse.Select(Namespace).Append(own).ToHashSet();
        var files = Directory.GetFiles(Path.Combine(Server, folder), "*.cs");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var code = Code(file);
            Assert.Contains($"namespace {own};", code, StringComparison.Ordinal);
            Assert.All(Used(code), used => Assert.True(allowed.Contains(used), $"{Name(file)} uses {used}"));
        }
    }

    [Fact]
    public void Every_folder_of_the_server_has_its_rule() => Assert.Equal(
        Directory.EnumerateFiles(Server, "*.cs", SearchOption.AllDirectories).Where(IsSource)
            .Select(file => Path.GetRelativePath(Server, Path.GetDirectoryName(file)!).Replace('\\', '/')).Where(f => f != ".").Distinct().Order(),
        Folders.Select(row => row.Data.Item1).Order());

    [Theory]
    [InlineData("Orders", "System.IO", "Npgsql", "Microsoft.Data", "Microsoft.AspNetCore", "Grpc", "System.Net", "System.Threading")]
    [InlineData("Processing", "Npgsql", "Microsoft.Data", "Microsoft.AspNetCore", "Grpc", "System.Net", "System.IO")]
    [InlineData("Subscriptions", "Npgsql", "Microsoft.Data", "Microsoft.AspNetCore", "Grpc", "System.Net", "System.IO")]
    [InlineData("Telemetry", "Npgsql", "Microsoft.Data", "Microsoft.AspNetCore", "Grpc", "System.Net", "System.IO")]
    [InlineData("Storage", "Npgsql", "Microsoft.Data", "Microsoft.AspNetCore", "Grpc", "System.Net", "System.IO")]
    [InlineData("Storage/Sqlite", "Npgsql", "Microsoft.AspNetCore", "Grpc", "System.Net")]
    [InlineData("Storage/Postgres", "Microsoft.Data", "Microsoft.AspNetCore", "Grpc")]
    public void A_folder_knows_nothing_of_the_outside_that_is_not_its_business(string folder, params string[] outside)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Server, folder), "*.cs"))
        {
            Assert.All(outside, name => Assert.False(
                Regex.IsMatch(Code(file), $@"^using (static )?{Regex.Escape(name)}\b", RegexOptions.Multiline), $"{Name(file)} uses {name}"));
        }
    }

    [Theory]
    [MemberData(nameof(OnePlace))]
    public void What_belongs_in_one_place_is_there_only(string rule, string pattern, string[] places)
    {
        foreach (var file in Sources("server").Where(file => !places.Contains(Name(file)) && !Name(file).StartsWith("Storage/Sqlite/", StringComparison.Ordinal)))
        {
            Assert.False(Regex.IsMatch(Code(file), pattern, RegexOptions.Multiline), $"{rule}: {Name(file)}");
        }
    }

    // More than a word can be seen half written by another thread. So each such field that is written
    // again says here why it is not: of one thread or one call, or under a lock.
    [Fact]
    public void A_field_that_could_be_seen_half_written_is_known()
    {
        var found =
            from type in typeof(ServerHost).Assembly.GetTypes().Concat(typeof(Names).Assembly.GetTypes())
            where !type.Name.Contains('<', StringComparison.Ordinal) && type.Namespace?.StartsWith("OrderGrpc", StringComparison.Ordinal) == true
            from field in type.GetFields(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            where !field.IsInitOnly && !field.IsLiteral && !field.Name.EndsWith(">P", StringComparison.Ordinal) // a parameter of the type, which nobody writes
                && field.FieldType is { IsValueType: true, IsPrimitive: false, IsEnum: false }
                && field.FieldType != typeof(TimeSpan) && field.FieldType != typeof(CancellationToken) // a word each
            select $"{type.Name}.{field.Name}";
        Assert.Equal(HalfWritten.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("server", "Log.cs", "Security/SecurityLog.cs")]
    public void Log_messages_are_in_the_files_of_log_messages(string project, params string[] places)
    {
        foreach (var file in Sources(project).Where(file => !places.Contains(Name(file))))
        {
            Assert.False(Regex.IsMatch(Code(file), @"\[LoggerMessage|\.Log(Trace|Debug|Information|Warning|Error|Critical)\s*\("), $"{Name(file)} logs in its own words");
        }

        var ids = places.SelectMany(place => LogIds().Matches(Code(Path.Combine(Server, place)))).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void No_source_file_has_more_than_300_lines()
    {
        var files = Written.SelectMany(Sources).ToList();
        Assert.True(files.Count > 50);

        // A list of names is as long as what it names.
        files.RemoveAll(file => file.EndsWith(Path.Combine("cli-shell", "Language", "Text.cs"), StringComparison.Ordinal));
        Assert.All(files, file => Assert.True(File.ReadLines(file).Count() <= 300, $"{file} has more than 300 lines"));
    }

    [Theory]
    [InlineData("cli-shell")]
    [InlineData("client-cli")]
    [InlineData("supplier-cli")]
    public void The_tools_know_the_server_only_by_its_contract(string project)
    {
        Assert.All(Sources(project), file => Assert.DoesNotContain(House, File.ReadAllText(file), StringComparison.Ordinal));
        var referenced = Directory.GetFiles(Path.Combine(Repository.Root, project), "*.csproj").Select(File.ReadAllText).Single();
        Assert.DoesNotContain("OrderGrpc.Server", referenced, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\[LoggerMessage\((\d+)")]
    private static partial Regex LogIds();

    private static string Namespace(string folder) => $"{House}.{folder.Replace('/', '.')}";

    // The parts of the server that the code names: by a using, or by a path from the house's name on.
    private static IEnumerable<string> Used(string code) =>
        from Match match in Regex.Matches(code, $@"\b{Regex.Escape(House)}((\.[A-Z]\w*)+)|\bServer((\.[A-Z]\w*)+)")
        let path = match.Groups[1].Value + match.Groups[3].Value
        let part = Folders.Select(row => row.Data.Item1).OrderByDescending(f => f.Length).FirstOrDefault(f => (path + ".").StartsWith($".{f.Replace('/', '.')}.", StringComparison.Ordinal))
        where part is not null
        select Namespace(part);

    private static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*.cs", SearchOption.AllDirectories).Where(IsSource);

    private static bool IsSource(string file) =>
        !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj");

    private static string Name(string file) => Path.GetRelativePath(Server, file).Replace('\\', '/');

    // Comments may name anything.
    private static string Code(string file) => Regex.Replace(File.ReadAllText(file), @"//[^\n]*", "");
}
