using Google.Protobuf;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>whoami: who the token says that one is, until when, and at which server.</summary>
public static class WhoamiCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Shell shell) => shell.Verb(
        "whoami",
        [],
        async (session, _, cancellation) =>
        {
            var answer = await session.Calls.CallAsync(o => session.Connection.Queries.GetCallerAsync(new GetCallerRequest(), o), cancellation);
            if (session.Printer.Json)
            {
                session.Printer.JsonPart(Json(session, answer) + "\n");
            }
            else
            {
                Print(session, answer);
            }

            return ExitCodes.Done;
        },
        "whoami");

    private static void Print(Session session, GetCallerResponse caller)
    {
        var texts = session.Texts;
        var role = Credentials.RoleName(caller.Role);
        session.Printer.Line(texts.Format(Text.WhoamiCaller, caller.Name, role));
        session.Printer.Line(caller.TokenExpireTime is null ? (caller.OrderId > 0 ? texts.Format(Text.WhoamiLink, caller.OrderId) : texts[Text.WhoamiNoEnd]) : texts.Format(Text.WhoamiUntil, TimeText.Format(caller.TokenExpireTime)));
        session.Printer.Line(texts.Format(Text.WhoamiServer, session.Server, caller.ServerVersion));
        session.Printer.Line(texts.Format(Text.WhoamiTool, session.Tool, VersionNotice.Own, session.Settings.Context ?? "-"));
    }

    private static string Json(Session session, IMessage caller) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WritePropertyName("caller");
        json.WriteRawValue(JsonText.Of(caller));
        json.WriteString("server", session.Server.ToString());
        json.WriteString("context", session.Settings.Context ?? "");
        json.WriteString("toolVersion", VersionNotice.Own);
        json.WriteEndObject();
    });
}
