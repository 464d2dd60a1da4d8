using System.Net;
using System.Text;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>web: opens the server's page in a browser, signed in as this tool is.</summary>
public static class WebCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Shell shell)
    {
        var noBrowser = shell.Flag("--no-browser");
        return shell.Verb(
            "web",
            [noBrowser],
            async (session, parsed, cancellation) =>
            {
                // Asked first, so that what opens is a page that lets one in.
                var caller = await session.Calls.CallAsync(o => session.Connection.Queries.GetCallerAsync(new GetCallerRequest(), o), cancellation);
                var token = Credentials.Read(session.Settings, session.Role, session.Dependencies, session.Texts);
                var url = $"{session.Server}/#token={token}"; // a fragment: no server and no proxy ever sees it
                if (!parsed.GetValue(noBrowser) && Browser.Find(session.Dependencies) is { } browser && browser.TryOpen(WriteSignIn(session, url)))
                {
                    session.Printer.Notice(session.Texts.Format(Text.WebOpened, session.Server, caller.Name, session.ToType($"web --no-browser")));
                    return ExitCodes.Done;
                }

                session.Printer.Notice(session.Texts[Text.WebHoldsToken]);
                if (session.Printer.Json)
                {
                    session.Printer.JsonPart(JsonText.Write(json =>
                    {
                        json.WriteStartObject();
                        json.WriteString("url", url);
                        json.WriteEndObject();
                    }) + "\n");
                }
                else
                {
                    session.Printer.Line(url);
                }

                return ExitCodes.Done;
            },
            "web");
    }

    // A command line can be read by others while its program runs, so the browser is given a file that only its
    // owner reads, beside the token that it holds, and the file leads on to the page.
    private static string WriteSignIn(Session session, string url)
    {
        var folder = ConfigFolder.Of(session.Dependencies, session.Texts);
        var path = Path.Combine(folder, $"{session.Server.FileStem}.{Credentials.RoleName(session.Role)}.html");
        var link = WebUtility.HtmlEncode(url);
        try
        {
            ConfigFolder.Create(folder);
            DurableFile.Replace(path, Encoding.UTF8.GetBytes($"""
                <!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>OrderGrpc</title>
                <meta http-equiv="refresh" content="0;url={link}"></head><body><a href="{link}">OrderGrpc</a></body></html>

                """), DurableFile.Private);
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(session.Texts.Format(Text.FileNotWritten, path, session.Texts.CauseOf(failure)));
        }
    }
}
