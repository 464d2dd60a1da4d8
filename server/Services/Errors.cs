using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Telemetry;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// The one place where a refusal becomes a google.rpc.Status: its code, its details and its texts.
/// </summary>
public static class Errors
{
    /// <summary>The domain of every ErrorInfo.</summary>
    public const string Domain = "ordergrpc";

    /// <summary>The error to throw from an RPC.</summary>
    public static RpcException ToRpcException(this Refusal refusal, CultureInfo culture) =>
        refusal.ToStatus(culture).ToRpcException();

    /// <summary>The error as the contract sends it. The message is English, the LocalizedMessage the caller's.</summary>
    public static Google.Rpc.Status ToStatus(this Refusal refusal, CultureInfo culture)
    {
        CallMeter.Refused(NameOf(refusal.Reason));
        var code = CodeOf(refusal.Reason);
        var status = new Google.Rpc.Status
        {
            Code = (int)code,
            Message = ServerTexts.Error(refusal, ServerTexts.English),
        };
        var info = new ErrorInfo { Domain = Domain, Reason = NameOf(refusal.Reason) };
        foreach (var (key, value) in refusal.Metadata)
        {
            info.Metadata[key] = value;
        }

        status.Details.Add(Any.Pack(info));
        AddDetails(status, refusal, code, culture);
        status.Details.Add(Any.Pack(new LocalizedMessage
        {
            Locale = culture.Name,
            Message = ServerTexts.Error(refusal, culture),
        }));
        return status;
    }

    /// <summary>The error of health for a service that it does not know, as its protocol has it: without details.</summary>
    public static RpcException NoSuchService() => new(new Grpc.Core.Status(StatusCode.NotFound, "There is no such service here."));

    /// <summary>The reason as ErrorInfo has it, such as WRONG_STATE.</summary>
    public static string NameOf(ErrorReason reason) => Names.Of(reason);

    private static void AddDetails(Google.Rpc.Status status, Refusal refusal, StatusCode code, CultureInfo culture)
    {
        if (refusal.Fields.Count > 0)
        {
            var bad = new BadRequest();
            bad.FieldViolations.AddRange(refusal.Fields.Select(fault => new BadRequest.Types.FieldViolation
            {
                Field = fault.Field,
                Description = ServerTexts.Fault(fault, culture),
            }));
            status.Details.Add(Any.Pack(bad));
        }

        if (code == StatusCode.FailedPrecondition)
        {
            var failure = new PreconditionFailure();
            failure.Violations.Add(new PreconditionFailure.Types.Violation
            {
                Type = NameOf(refusal.Reason),
                Subject = "orders/" + refusal.Metadata.FirstOrDefault(m => m.Key == "order_id").Value,
                Description = status.Message,
            });
            status.Details.Add(Any.Pack(failure));
        }

        if (refusal.RetryAfter is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }
    }

    private static StatusCode CodeOf(ErrorReason reason) => reason switch
    {
        ErrorReason.InvalidField or ErrorReason.MalformedMessage or ErrorReason.PageTokenInvalid or ErrorReason.WrongHost => StatusCode.InvalidArgument,
        ErrorReason.PositionAhead => StatusCode.OutOfRange,
        ErrorReason.OrderNotFound or ErrorReason.QuoteNotFound => StatusCode.NotFound,
        ErrorReason.WrongState or ErrorReason.QuoteExpired or ErrorReason.QuoteChanged or ErrorReason.NotReplaceable or ErrorReason.OrderLinkEnded => StatusCode.FailedPrecondition,
        ErrorReason.RevisionStale => StatusCode.Aborted,
        ErrorReason.RequestIdReused => StatusCode.AlreadyExists,
        ErrorReason.TokenMissing or ErrorReason.TokenInvalid or ErrorReason.TokenExpired or ErrorReason.TokenRevoked => StatusCode.Unauthenticated,
        ErrorReason.WrongRole or ErrorReason.NotByOrderLink => StatusCode.PermissionDenied,
        ErrorReason.QueueFull or ErrorReason.DiskFull or ErrorReason.RateLimited or ErrorReason.TooManyWatches or ErrorReason.OrderLimitReached
            or ErrorReason.MessageTooLarge => StatusCode.ResourceExhausted,
        ErrorReason.ShuttingDown or ErrorReason.OutcomeUnknown or ErrorReason.StoreBusy => StatusCode.Unavailable,
        ErrorReason.Deadline => StatusCode.DeadlineExceeded,
        ErrorReason.NoSuchCall => StatusCode.Unimplemented,
        ErrorReason.Internal => StatusCode.Internal,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "no status code"),
    };
}
