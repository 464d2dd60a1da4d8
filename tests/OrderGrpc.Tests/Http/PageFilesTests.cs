using System.Net;
using System.Text;
using OrderGrpc.Server.Http;
using OrderGrpc.Tests.Documentation;

namespace OrderGrpc.Tests.Http;

/// <summary>What is served of the page, to whom, and what the browser is told that it may do. What the page does is tried in a browser: .ci/page.mjs.</summary>
public sealed class PageFilesTests(HttpShop shop) : IClassFixture<HttpShop>
{
    private const int MostCompressed = 60_000; // bytes of the whole page

    public static TheoryData<string> Paths => [.. PageFiles.All.Keys];

    private static string Folder => Path.Combine(Repository.Root, "web");

    [Fact]
    public void Every_file_of_the_folder_has_its_path_and_nothing_else_has() => Assert.Equal(
        Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => "/" + Path.GetRelativePath(Folder, file)).Select(path => path == "/index.html" ? "/" : path).Order(StringComparer.Ordinal),
        PageFiles.All.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_file_is_as_it_is_in_the_folder_and_comes_with_what_a_browser_may_do_with_it(string path)
    {
        using var http = new HttpClient { BaseAddress = new Uri(shop.Server.Address) };
        using var answer = await http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Folder, path == "/" ? "index.html" : path[1..]), TestContext.Current.CancellationToken), await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            Path.GetExtension(path) switch { ".js" => "text/javascript; charset=utf-8", ".css" => "text/css; charset=utf-8", ".json" => "application/json", ".svg" => "image/svg+xml", _ => "text/html; charset=utf-8" },
            answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", Header(answer, "Cache-Control"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal(
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            Header(answer, "Content-Security-Policy"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task What_a_browser_has_as_it_is_is_not_sent_again(string path)
    {
        using var http = new HttpClient { BaseAddress = new Uri(shop.Server.Address) };
        foreach (var encoding in new[] { "identity", "gzip" })
        {
            using var first = await http.SendAsync(Get(path, encoding), TestContext.Current.CancellationToken);
            Assert.Equal(encoding == "gzip" ? ["gzip"] : [], first.Content.Headers.ContentEncoding);
            using var again = await http.SendAsync(Get(path, encoding, first.Headers.ETag!.ToString()), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Empty(await again.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            using var other = await http.SendAsync(Get(path, encoding, "\"of-before\""), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        }
    }

    [Theory]
    [InlineData("/index.html")]
    [InlineData("/app.js/")]
    [InlineData("/APP.JS")]
    [InlineData("/web/app.js")]
    [InlineData("/./app.js/../../web/app.js")]
    [InlineData("/../server.dll")]
    [InlineData("/..%2fserver.dll")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/..\\..\\etc\\passwd")]
    [InlineData("//etc/passwd")]
    [InlineData("/app.js%00.css")]
    [InlineData("/app.js;x")]
    [InlineData("/.git/config")]
    public async Task A_path_that_is_none_of_the_pages_gets_nothing(string path)
    {
        var answer = await RawHttp1.AskAsync(shop.Server.Address, $"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.InRange(answer.Status, 400, 404);
    }

    [Fact]
    public async Task The_page_is_only_read()
    {
        using var http = new HttpClient { BaseAddress = new Uri(shop.Server.Address) };
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/app.js"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        using var post = await http.PostAsync("/", new StringContent("x"), TestContext.Current.CancellationToken);
        Assert.InRange((int)post.StatusCode, 400, 405);
    }

    [Fact]
    public async Task The_page_is_small()
    {
        using var http = new HttpClient { BaseAddress = new Uri(shop.Server.Address) };
        var bytes = 0L;
        foreach (var path in PageFiles.All.Keys)
        {
            using var answer = await http.SendAsync(Get(path, "gzip"), TestContext.Current.CancellationToken);
            bytes += answer.Content.Headers.ContentLength!.Value;
        }

        Assert.InRange(bytes, 1, MostCompressed);
    }

    // What the policy forbids would be found by the browser; this finds it before one is opened.
    [Fact]
    public void Nothing_comes_from_elsewhere_and_no_text_is_taken_for_html()
    {
        foreach (var file in Directory.EnumerateFiles(Folder).Where(file => !file.EndsWith(".svg", StringComparison.Ordinal)))
        {
            Assert.DoesNotMatch(@"https?:|//[a-z]+\.|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\sstyle=|\son[a-z]+=""|document\.cookie", File.ReadAllText(file, Encoding.UTF8));
        }

        Assert.DoesNotMatch("<script(?! type=\"module\" src=)|<style", File.ReadAllText(Path.Combine(Folder, "index.html")));
    }

    private static HttpRequestMessage Get(string path, string encoding, string? tag = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept-Encoding", encoding } } };
        if (tag is not null)
        {
            request.Headers.Add("If-None-Match", tag);
        }

        return request;
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));
}
