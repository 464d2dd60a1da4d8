using System.Globalization;
using Grpc.Core;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// Where a reader of server-sent events goes on: after the event whose id it sends as Last-Event-ID, whatever
/// the URL says of its first start, since a browser asks for the same URL again.
/// </summary>
public static class ResumedWatch
{
    private const string Header = "Last-Event-ID";

    /// <summary>The request with its start from the header, where there is one.</summary>
    public static WatchOrdersRequest Of(WatchOrdersRequest request, ServerCallContext context)
    {
        var http = context.GetHttpContext().Request;
        if (GrpcAnswer.IsAskedFor(http.HttpContext) || !JsonWatchStream.IsAskedForEvents(http) || http.Headers[Header] is not [{ Length: > 0 } last])
        {
            return request;
        }

        if (!long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            var rules = new RequestRules();
            rules.Fault(Header, FieldRule.NotAnInteger, "64");
            context.ThrowIf(rules.Refusal);
        }

        return new WatchOrdersRequest(request) { AfterPosition = position, Snapshot = false };
    }
}
