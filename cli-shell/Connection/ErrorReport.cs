using Google.Rpc;
using Grpc.Core;

namespace OrderGrpc.CliShell;

/// <summary>A value at fault.</summary>
/// <param name="Field">The path in the request, such as lines[0].quantity.</param>
/// <param name="Description">What is wrong with it.</param>
public sealed record FieldError(string Field, string Description);

/// <summary>An error as it is printed: the same facts for people and for programs.</summary>
public sealed record ErrorReport
{
    /// <summary>What the process ends with.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The gRPC status code, such as FAILED_PRECONDITION.</summary>
    public required string Code { get; init; }

    /// <summary>The name in the contract's ErrorReason, such as WRONG_STATE; empty where there is none.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What happened, in the caller's language where the server said it so.</summary>
    public required string Message { get; init; }

    /// <summary>What the server says about the reason, such as the present state.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The values at fault.</summary>
    public IReadOnlyList<FieldError> Fields { get; init; } = [];

    /// <summary>What to do now; empty for nothing.</summary>
    public string Hint { get; init; } = "";

    /// <summary>From an error of this side.</summary>
    public static ErrorReport From(CliException failure) =>
        new() { ExitCode = failure.ExitCode, Code = failure.Code, Message = failure.Message };

    /// <summary>From what a call ended with.</summary>
    public static ErrorReport From(RpcException failure, ServerAddress server, Texts texts)
    {
        var status = failure.GetRpcStatus();
        var info = status?.GetDetail<ErrorInfo>();
        var unreachable = RetryPolicy.IsUnreachable(failure);
        return new ErrorReport
        {
            ExitCode = unreachable ? ExitCodes.Unreachable : ExitCodeOf(failure.StatusCode),
            Code = ContractNames.OfStatus(failure.StatusCode),
            Reason = info?.Reason ?? "",
            Message = MessageOf(failure, status, server, texts),
            Metadata = info?.Metadata.ToDictionary() ?? [],
            Fields = status?.GetDetail<BadRequest>()?.FieldViolations.Select(v => new FieldError(v.Field, v.Description)).ToList() ?? [],
        };
    }

    /// <summary>From what each of several servers was left for: none could be reached.</summary>
    public static ErrorReport From(IReadOnlyList<(ServerAddress Server, RpcException? Failure)> tried, Texts texts)
    {
        var causes = Causes(tried, texts);
        var reasons = tried.Select(one => one.Failure?.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? "").Distinct().ToList();
        return new ErrorReport
        {
            ExitCode = ExitCodes.Unreachable,
            Code = ContractNames.OfStatus(StatusCode.Unavailable),
            Reason = reasons is [var all] ? all : "",
            Message = texts.Format(Text.NoneReachable, tried.Count, Lines(causes)),
            Metadata = causes,
        };
    }

    /// <summary>The same, and what other servers were left for before.</summary>
    public ErrorReport After(IReadOnlyList<(ServerAddress Server, RpcException? Failure)> tried, Texts texts)
    {
        var causes = Causes([.. tried.Where(one => one.Failure is not null)], texts);
        return causes.Count == 0 ? this : this with { Message = $"{Message}\n{Lines(causes)}", Metadata = causes };
    }

    private static Dictionary<string, string> Causes(IReadOnlyList<(ServerAddress Server, RpcException? Failure)> tried, Texts texts) =>
        tried.ToDictionary(one => one.Server.ToString(), one => one.Failure is { } failure ? CauseOf(failure, texts) : texts[Text.NotTried]);

    private static string Lines(Dictionary<string, string> causes) => string.Join('\n', causes.Select(one => $"  {one.Key}: {one.Value}"));

    private static int ExitCodeOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument => ExitCodes.Usage,
        StatusCode.DeadlineExceeded => ExitCodes.Timeout,
        StatusCode.Unauthenticated or StatusCode.PermissionDenied => ExitCodes.NotAllowed,
        _ => ExitCodes.Refused,
    };

    private static string MessageOf(RpcException failure, Google.Rpc.Status? status, ServerAddress server, Texts texts)
    {
        if (status?.GetDetail<LocalizedMessage>()?.Message is { Length: > 0 } localized)
        {
            return localized;
        }

        if (status is null && RetryPolicy.IsUnreachable(failure))
        {
            var text = failure.Status.DebugException is HttpRequestException { HttpRequestError: var error } ? error switch
            {
                HttpRequestError.SecureConnectionError => Text.NoTls,
                HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ResponseEnded => Text.NotThisProtocol,
                _ => Text.Unreachable,
            } : Text.Unreachable;
            return texts.Format(text, server, CauseOf(failure, texts));
        }

        return status is null && failure.StatusCode == StatusCode.DeadlineExceeded
            ? texts.Format(Text.NoAnswerInTime, server)
            : failure.Status.Detail;
    }

    // What the server says, else what the system or the network says.
    private static string CauseOf(RpcException failure, Texts texts) =>
        failure.GetRpcStatus()?.GetDetail<LocalizedMessage>()?.Message is { Length: > 0 } localized ? localized
        : failure.Status.DebugException is { } cause ? texts.CauseOf(cause) : failure.Status.Detail;
}
