using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace OrderGrpc.Server.Http;

/// <summary>One file of the page, as it is sent: with what a browser may do with it, which is little.</summary>
public sealed class PageFile
{
    /// <summary>
    /// What the page may load and do: its own files and the API, no script or style within a page, no text taken for
    /// HTML by a script, no form that is sent, and no frame around it.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private const string Gzip = "gzip";

    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".json"] = "application/json",
        [".svg"] = "image/svg+xml",
    };

    private readonly string type;
    private readonly Form plain;
    private readonly Form small;

    private PageFile(string type, byte[] content) =>
        (this.type, plain, small) = (type, Form.Of(content), Form.Of(Compressed(content)));

    public static PageFile Read(Stream stream, string extension)
    {
        using var content = new MemoryStream();
        using (stream)
        {
            stream.CopyTo(content);
        }

        return new PageFile(Types[extension], content.ToArray());
    }

    /// <summary>Answers with it; with nothing where the browser has it as it is.</summary>
    public Task ServeAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var isSmall = Accepts(request.Headers.AcceptEncoding);
        var form = isSmall ? small : plain;
        Protect(response.Headers);
        response.Headers.ETag = form.Tag.ToString();
        if (new RequestHeaders(request.Headers).IfNoneMatch.Any(tag => tag.Compare(form.Tag, useStrongComparison: false) || tag == EntityTagHeaderValue.Any))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = type;
        response.ContentLength = form.Content.Length;
        if (isSmall)
        {
            response.Headers.ContentEncoding = Gzip;
        }

        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : response.BodyWriter.WriteAsync(form.Content, context.RequestAborted).AsTask();
    }

    // A cache may keep it, and asks whether it is still the same before it gives it: a new server's page is there at once.
    private static void Protect(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-cache";
        headers.Vary = "Accept-Encoding";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static bool Accepts(StringValues encodings) =>
        StringWithQualityHeaderValue.TryParseList([.. encodings.OfType<string>()], out var accepted)
        && accepted.Any(one => one.Value.Equals(Gzip, StringComparison.OrdinalIgnoreCase) && one.Quality is not 0);

    private static byte[] Compressed(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }

        return compressed.ToArray();
    }

    private sealed record Form(byte[] Content, EntityTagHeaderValue Tag)
    {
        public static Form Of(byte[] content) => new(content, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content)[..16])}\""));
    }
}
