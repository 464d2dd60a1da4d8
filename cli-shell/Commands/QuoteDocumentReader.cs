using System.Security.Cryptography;
using System.Text;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell.Commands;

/// <summary>The document of a quote, fetched and verified.</summary>
public static class QuoteDocumentReader
{
    /// <summary>
    /// Fetches it. A sent one is what both parties agree on, so its bytes must be those of its
    /// digest; any other is an error and never shown.
    /// </summary>
    /// <param name="session">The command's.</param>
    /// <param name="orderId">The order.</param>
    /// <param name="quoteRevision">Which revision; 0 for the latest that the caller may see.</param>
    /// <param name="calls">How to call.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<GetQuoteDocumentResponse> FetchAsync(
        Session session,
        long orderId,
        int quoteRevision,
        RetryingCalls calls,
        CancellationToken cancellation)
    {
        var request = new GetQuoteDocumentRequest { OrderId = orderId, QuoteRevision = quoteRevision };
        var document = await calls.CallAsync(o => session.Connection.Queries.GetQuoteDocumentAsync(request, o), cancellation);
        var digest = Convert.ToHexStringLower(SHA256.HashData(document.Content.Span));
        if (document.Sent && digest != document.Digest)
        {
            throw CliException.Refused(session.Texts.Format(Text.DigestMismatch, orderId, document.Digest, digest));
        }

        return document;
    }

    /// <summary>Makes the folder that a document is to be saved in; throws where there can be none.</summary>
    public static void MakeFolder(Session session, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(session.Texts.Format(Text.FileNotWritten, folder, session.Texts.CauseOf(failure)));
        }
    }

    /// <summary>
    /// Writes its exact bytes into a folder. The name is made here, not taken from the answer, so
    /// that no server chooses which file is written.
    /// </summary>
    /// <returns>The file's path.</returns>
    public static string Save(Session session, GetQuoteDocumentResponse document, string folder, long orderId)
    {
        MakeFolder(session, folder);
        var path = Path.Combine(folder, QuoteFile.NameOf(orderId));
        try
        {
            DurableFile.Replace(path, document.Content.Span, DurableFile.Shared);
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(session.Texts.Format(Text.FileNotWritten, path, session.Texts.CauseOf(failure)));
        }
    }

    /// <summary>Its text, for showing.</summary>
    public static string TextOf(GetQuoteDocumentResponse document) => Encoding.UTF8.GetString(document.Content.Span);
}
