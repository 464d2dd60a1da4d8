using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrderGrpc.CliShell;

/// <summary>
/// Why something failed on this machine or on the way to the server, as a part of a sentence. The
/// runtime says it in English alone, and repeats the file that the sentence names already.
/// </summary>
public static partial class Causes
{
    /// <summary>The cause in the language of the texts; what is not known is said as the runtime has it.</summary>
    public static string CauseOf(this Texts texts, Exception failure)
    {
        var innermost = failure;
        for (var at = failure; at is not null; at = at.InnerException)
        {
            if (Known(at, texts) is { } cause)
            {
                return cause;
            }

            innermost = at;
        }

        return innermost.Message.TrimEnd('.');
    }

    private static string? Known(Exception failure, Texts texts) => failure switch
    {
        UnauthorizedAccessException => texts[Text.CausePermission],
        FileNotFoundException or DirectoryNotFoundException => texts[Text.CauseNotThere],
        PathTooLongException => texts[Text.CauseNameTooLong],
        TimeoutException => texts[Text.CauseTimedOut],
        SocketException socket => Of(socket.SocketErrorCode) is { } text ? texts[text] : null,
        Win32Exception start => OfNumber(start.NativeErrorCode) is { } text ? texts[text] : null,
        AuthenticationException => Untrusted().Match(failure.Message) is { Success: true } why
            ? texts.Format(Text.CauseUntrusted, why.Groups[1].Value)
            : texts[Text.CauseNoHandshake],
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ResponseEnded }
            or HttpIOException => texts[Text.CauseOtherProtocol],
        CryptographicException => texts[Text.CauseNoPem],
        JsonException { LineNumber: { } line } => texts.Format(Text.CauseNoJson, line + 1),
        IOException => OfNumber(failure.HResult) is { } text ? texts[text] : null,
        _ => null,
    };

    private static Text? Of(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => Text.CauseRefused,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => Text.CauseNoSuchHost,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown => Text.CauseNoWay,
        SocketError.TimedOut => Text.CauseTimedOut,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => Text.CauseReset,
        SocketError.AccessDenied => Text.CausePermission,
        _ => null,
    };

    // errno, which the runtime passes on; these numbers are Linux's, and most of them every Unix's.
    private static Text? OfNumber(int number) => OperatingSystem.IsWindows() ? null : number switch
    {
        1 or 13 => Text.CausePermission,
        2 => Text.CauseNotThere,
        5 => Text.CauseDevice,
        8 => Text.CauseNoProgram,
        11 => Text.CauseHeld,
        17 => Text.CauseThereAlready,
        20 => Text.CauseNoFolder,
        21 => Text.CauseFolder,
        28 or 122 => Text.CauseFull,
        30 => Text.CauseReadOnly,
        _ => null,
    };

    // Such as "…errors in the certificate chain: PartialChain".
    [GeneratedRegex("certificate.*: ([A-Za-z]+(, [A-Za-z]+)*)\\z")]
    private static partial Regex Untrusted();
}
