using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OrderGrpc.Server.Security;

namespace OrderGrpc.Server;

/// <summary>
/// Where all lines of the log are made, ours and the framework's: on standard error, one line each,
/// nothing of other people's in it as it came. The framework quotes paths and headers that anybody
/// may send: so many bytes a second and no more, and those lines never take the place of ours.
/// </summary>
public sealed class ServerLog(TimeProvider time, ServerLog.Budget framework, ServerLog.Budget own) : ConsoleFormatter(FormatterName)
{
    private const string FormatterName = "ordergrpc";
    private const string Own = "OrderGrpc.";
    private const string WrongAboutHttp2 = "Http2DisabledWithHttp1AndNoTls"; // Kestrel's, of a plain-text port: SpokenProtocol sees to it

    /// <summary>The log of a server. Nothing but its own settings changes what is in it.</summary>
    public static ILoggerFactory Open(LogLevel level, TimeProvider time) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(level)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None) // a start that fails is told by Program
            .AddFilter("Grpc", level < LogLevel.Information ? level : LogLevel.Critical) // a caller's errors; ours are logged by the interceptor
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", level > LogLevel.Information ? LogLevel.None : level) // else each call is traced for lines that are not written
            .AddFilter("Microsoft.AspNetCore.Authentication", level > LogLevel.Warning ? level : LogLevel.Warning) // its lines about refused tokens quote them
            .AddConsole(console =>
            {
                console.FormatterName = FormatterName;
                console.LogToStandardErrorThreshold = LogLevel.Trace;
                console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite; // a terminal that stands still must not hold up calls
            });
        logging.Services.AddSingleton<ConsoleFormatter>(
            new ServerLog(time, new Budget(HostLimits.FrameworkLogBytesPerSecond), new Budget(HostLimits.LogBytesPerSecond)));
    });

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry.EventId.Name == WrongAboutHttp2)
        {
            return;
        }

        var budget = logEntry.Category.StartsWith(Own, StringComparison.Ordinal) ? own : framework;
        if (!budget.MaySpend(time.GetUtcNow().ToUnixTimeSeconds(), out var passedOver))
        {
            return; // before it is made: what is not written shall cost nothing
        }

        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (logEntry.Exception is { } failure)
        {
            text += " " + failure;
        }

        var line = $"{NameOf(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {SafeText.Line(text, HostLimits.LogLineLength)}";
        budget.Spend(line.Length);
        if (passedOver > 0)
        {
            textWriter.WriteLine($"warn: {FormatterName} {passedOver} more lines were not written.");
        }

        textWriter.WriteLine(line);
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };

    /// <summary>So much a second.</summary>
    public sealed class Budget(int perSecond)
    {
        private readonly Lock gate = new();
        private long second;
        private long spent;
        private long passedOver;

        /// <summary>Whether there is something left of this second, and how much was refused since the last that there was.</summary>
        public bool MaySpend(long now, out long refused)
        {
            lock (gate)
            {
                if (now != second)
                {
                    (second, spent) = (now, 0);
                }

                refused = passedOver;
                if (spent >= perSecond)
                {
                    passedOver++;
                    return false;
                }

                passedOver = 0;
                return true;
            }
        }

        public void Spend(int count)
        {
            lock (gate)
            {
                spent += count;
            }
        }
    }
}
