using OrderGrpc.Tests.Services;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Http;

/// <summary>A shop whose client also writes requests of HTTP/1.1 by hand.</summary>
public sealed class HttpShop : Shop
{
    private string? token;

    public const string Order = """{"customer":{"name":"Jon Doe","email":"john@example.com"},"lines":[{"description":"Gate","quantity":"2"}]}""";

    public string Token => token ??= Server.Issue(Role.Client, "client");

    /// <summary>The text of a request with the client's token; a body comes with its length and type.</summary>
    public string Request(string method, string path, string? body = null, params string[] headers)
    {
        string[] ofBody = body is null ? [] : ["Content-Type: application/json", $"Content-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}"];
        return $"{method} {path} HTTP/1.1\r\n{string.Concat(((string[])["Host: 127.0.0.1", $"Authorization: Bearer {Token}", .. ofBody, .. headers]).Select(header => header + "\r\n"))}\r\n{body}";
    }

    public Task<HttpAnswer> AskAsync(string method, string path, string? body = null, params string[] headers) =>
        RawHttp1.AskAsync(Server.Address, Request(method, path, body, headers));

    /// <summary>Asks what is refused, and looks that the log is as it was.</summary>
    public async Task<HttpAnswer> RefusedAsync(int status, string reason, Func<Task<HttpAnswer>> ask)
    {
        var before = await HeadAsync();
        var answer = await ask();
        Assert.Equal((status, reason), (answer.Status, answer.Reason));
        if (reason.Length > 0)
        {
            Assert.Equal(("no-store", "nosniff"), (answer.Headers["Cache-Control"], answer.Headers["X-Content-Type-Options"]));
            Assert.StartsWith("application/json", answer.Headers["Content-Type"], StringComparison.Ordinal);
        }

        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(before, await HeadAsync());
        return answer;
    }
}
