using Grpc.Core;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>One run of one command: its settings, its console and its way to the server.</summary>
public sealed class Session : IDisposable
{
    private readonly Lazy<Connection> connection;
    private readonly DateTimeOffset started;

    public Session(Role role, CliSettings settings, CliDependencies dependencies)
    {
        Role = role;
        Settings = settings;
        Dependencies = dependencies;
        Texts = new Texts(settings.Language);
        Printer = new Printer(dependencies, settings.Output, Texts, settings.Appearance);
        Words = new Words(Texts);
        Times = new TimeForm(dependencies.Settle(settings.Appearance.Times), dependencies.Time, Texts);
        started = dependencies.Time.GetUtcNow();
        connection = new(Connect);
    }

    /// <summary>Whose tool this is.</summary>
    public Role Role { get; }

    /// <summary>The global options.</summary>
    public CliSettings Settings { get; }

    /// <summary>Console, environment and clock.</summary>
    public CliDependencies Dependencies { get; }

    /// <summary>Texts in the language of the settings.</summary>
    public Texts Texts { get; }

    /// <summary>What the contract names, in the language of the settings.</summary>
    public Words Words { get; }

    /// <summary>How times are written in text.</summary>
    public TimeForm Times { get; }

    /// <summary>Where results and errors go.</summary>
    public Printer Printer { get; }

    /// <summary>The way to the server; made when first used, which needs a token.</summary>
    public Connection Connection => connection.Value;

    /// <summary>Calls that share the time of the command.</summary>
    public RetryingCalls Calls => new(Connection, Dependencies.Time, () => started + Settings.Timeout, untilReached: false, () => Waiting());

    /// <summary>Calls that each have the time anew, for a list of many pages.</summary>
    public RetryingCalls PageCalls => new(Connection, Dependencies.Time, Fresh, untilReached: false);

    /// <summary>Calls that wait for a server that is away, for as long as it takes.</summary>
    public RetryingCalls PatientCalls => new(Connection, Dependencies.Time, Fresh, untilReached: true, () => Waiting());

    /// <summary>The tool's name, for the commands that it tells to type.</summary>
    public string Tool => Shell.ToolOf(Role);

    /// <summary>The other party's tool.</summary>
    public string OtherTool => Shell.ToolOf(Role == Role.Client ? Role.Supplier : Role.Client);

    /// <summary>A command line as it is typed to this tool, for the server of this one.</summary>
    /// <param name="line">Without the tool's name.</param>
    public string ToType(FormattableString line) => $"{Tool} {FormattableString.Invariant(line)}{Settings.Flags}";

    /// <summary>The server that calls go to.</summary>
    public ServerAddress Server => connection.IsValueCreated ? connection.Value.Servers.Server : Settings.Server.All[0];

    /// <summary>
    /// Sends a command and prints its answer, or the line that says it was done. An error that leaves
    /// its outcome unknown says how to ask again safely, and so does who presses Ctrl-C.
    /// </summary>
    public async Task<TResponse> SendAsync<TRequest, TResponse>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> command,
        TRequest request,
        RetryingCalls calls,
        CancellationToken cancellation)
        where TRequest : IOrderCommand
        where TResponse : IOrderAnswer
    {
        try
        {
            var answer = await calls.CallAsync(options => command(request, options), cancellation);
            PrintDone(answer);
            return answer;
        }
        catch (RpcException failure) when (calls.MayHaveArrived && (failure.StatusCode is StatusCode.DeadlineExceeded || RetryPolicy.IsUnreachable(failure)))
        {
            throw new UnknownOutcomeException(failure, request.RequestId);
        }
        catch (OperationCanceledException) when (calls.MayHaveArrived)
        {
            Printer.Notice(Texts.Format(Text.OutcomeUnknownHint, request.RequestId));
            throw;
        }
    }

    /// <summary>Shows a person that the tool waits, and how much of a list is read, until disposed.</summary>
    public IDisposable? Waiting(Func<int>? read = null) => Spinner.Start(
        Printer,
        Dependencies.Time,
        () => read?.Invoke() is > 0 and var count ? Texts.Format(Text.ReadSoFar, count) : Texts.Format(Text.Working, Server));

    /// <summary>An error as it is printed.</summary>
    public ErrorReport Report(Exception failure) => failure switch
    {
        CliException own => ErrorReport.From(own),
        UnknownOutcomeException unknown => Report(unknown.Failure) with
        {
            Hint = Texts.Format(Text.OutcomeUnknownHint, unknown.RequestId),
        },
        RpcException { StatusCode: StatusCode.Unauthenticated } refused => Worded(refused) with
        {
            Hint = Texts.Format(Text.TokenUsedHint, Credentials.FileFor(Settings, Role, Dependencies, Texts)),
        },
        RpcException rpc when RetryPolicy.IsUnreachable(rpc) && Settings.Server.All.Count > 1 => ErrorReport.From(Connection.Servers.Tried, Texts),
        RpcException { StatusCode: StatusCode.DeadlineExceeded } late => Worded(late).After(Connection.Servers.Tried, Texts),
        RpcException rpc => Worded(rpc),
        _ => throw new InvalidOperationException("Not an error for people.", failure),
    };

    /// <summary>Whether <see cref="Report"/> knows it.</summary>
    public static bool IsReported(Exception failure) => failure is CliException or RpcException or UnknownOutcomeException;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (connection.IsValueCreated)
        {
            connection.Value.Dispose();
        }
    }

    // The change is on disk: an output that cannot be written is worth a warning, and is no failure of it.
    private void PrintDone(IOrderAnswer answer)
    {
        var message = answer.Message.Length > 0
            ? answer.Message
            : Texts.Format(Text.OrderState, answer.Order.Id, Words.Of(answer.Order.State));
        try
        {
            Printer.Result(answer, answer is PlaceOrderResponse ? OrderText.Placed(this, answer.Order, message) : message);
        }
        catch (IOException failure)
        {
            Printer.Notice(Texts.Format(Text.DoneButNotWritten, Texts.CauseOf(failure), message));
        }
    }

    private Connection Connect()
    {
        var token = Credentials.Read(Settings, Role, Dependencies, Texts);
        if (Settings.Server.All.Any(server => server.IsUnprotected))
        {
            Printer.Notice(Texts.Format(Text.Unprotected, Settings.Server));
        }

        return new Connection(Settings, token, Texts) { Answered = new VersionNotice(Printer, Texts).See };
    }

    private ErrorReport Worded(RpcException failure) => new RefusalText(this).Of(ErrorReport.From(failure, Server, Texts));

    private DateTimeOffset Fresh() => Dependencies.Time.GetUtcNow() + Settings.Timeout;
}
