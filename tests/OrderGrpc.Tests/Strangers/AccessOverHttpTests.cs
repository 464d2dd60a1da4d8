using System.Text;
using Google.Protobuf.Reflection;
using Grpc.Core;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Strangers;

/// <summary>The matrix of <see cref="AccessMatrixTests"/> over HTTP: the same callers, the same orders, the same that they are told.</summary>
public sealed class AccessOverHttpTests
{
    [Fact]
    public async Task Nobody_learns_anything_of_an_order_that_is_not_theirs_by_any_path()
    {
        using var shop = await StrangersShop.MakeAsync();
        await using var server = await ServerProcess.StartAsync(shop.Folder);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address), Timeout = Deadlines.Patience };
        var methods = EveryMethod.All.Where(method => method.File.Package == "ordergrpc.v1").ToList();
        Assert.True(methods.Count > 20);
        foreach (var method in methods)
        {
            foreach (var (who, token) in shop.Callers)
            {
                var existing = await AskAsync(http, method, StrangersShop.Existing, token);
                var missing = await AskAsync(http, method, StrangersShop.Missing, token);
                Assert.True(AccessMatrixTests.Expected(method, who).Contains(existing.Told), $"{method.FullName} told {who}: {existing.Told}");
                Assert.DoesNotContain(StrangersShop.Marker, existing.Text, StringComparison.Ordinal);
                AccessMatrixTests.AssertSameButForId(existing.Text, missing.Text, $"{method.FullName} to {who}");
            }
        }

        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain(StrangersShop.Marker, server.Errors, StringComparison.Ordinal);
    }

    private static async Task<(string Told, string Text)> AskAsync(HttpClient http, MethodDescriptor method, long orderId, string? token)
    {
        using var request = HttpInvoker.RequestOf(method, method.InputType.Parser.ParseFrom(EveryMethod.RequestOf(method, orderId)));
        request.Headers.TryAddWithoutValidation("Authorization", token is null ? null : "Bearer " + token);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
        var text = (await body.ReadLineAsync())!; // of a watch, that has no end, the first
        var headers = string.Concat(response.Headers.Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(',', header.Value)}\n"));
        if (response.IsSuccessStatusCode)
        {
            return ("OK", headers + text);
        }

        var error = HttpInvoker.ErrorOf(text);
        return ($"{error.StatusCode} {error.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason}", $"{(int)response.StatusCode}\n{headers}{text}");
    }
}
