using System.Globalization;
using System.Text;
using Google.Protobuf;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Services;

/// <summary>
/// An error told without the framework: nothing was sent yet, so the headers are the trailers,
/// "Trailers-Only" of the gRPC protocol.
/// </summary>
public static class GrpcAnswer
{
    /// <summary>The header of the status code.</summary>
    public const string StatusHeader = "grpc-status";

    /// <summary>The header of the google.rpc.Status.</summary>
    public const string DetailsHeader = "grpc-status-details-bin";

    /// <summary>Whether the call is a gRPC call.</summary>
    public static bool IsAskedFor(HttpContext context) =>
        context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Answers with a refusal, in the language of the call.</summary>
    public static void Refuse(HttpContext context, Refusal refusal)
    {
        var status = refusal.ToStatus(ServerTexts.Choose(context.Request.Headers.AcceptLanguage));
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers[StatusHeader] = status.Code.ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = PercentEncode(status.Message);
        response.Headers[DetailsHeader] = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
    }

    // The protocol leaves printable ASCII but '%' as it is.
    private static string PercentEncode(string text)
    {
        var encoded = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is >= 0x20 and <= 0x7e and not (byte)'%')
            {
                encoded.Append((char)b);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return encoded.ToString();
    }
}
