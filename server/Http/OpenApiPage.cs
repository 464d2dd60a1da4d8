using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace OrderGrpc.Server.Http;

/// <summary>/openapi.json, for everybody: made when it is first asked for, and the same until the server ends.</summary>
public static class OpenApiPage
{
    public const string Path = "/openapi.json";

    private static readonly Lazy<(byte[] Body, EntityTagHeaderValue Tag)> Page = new(() =>
    {
        var body = OpenApiDocument.Build();
        return (body, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body))}\""));
    });

    /// <summary>Answers with it, or with 304 whoever has it already.</summary>
    public static Task AnswerAsync(HttpContext context)
    {
        var (body, tag) = Page.Value;
        var response = context.Response;
        response.Headers.CacheControl = "public, no-cache"; // kept, and asked for again: another version of the server has another
        response.Headers.ETag = tag.ToString();
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body); // whoever does not take it is cut off as with any answer
        return Task.CompletedTask;
    }
}
