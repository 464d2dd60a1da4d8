using System.CommandLine;
using System.Text.Json;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>context add, use, list and remove: servers by names of one's own.</summary>
public static class ContextCommands
{
    /// <summary>Makes the noun. Its verbs read no context, so that a wrong one can be mended.</summary>
    public static Command Create(Shell shell) => shell.Noun(
        GlobalOptions.ContextNoun,
        Verb(shell, "context add", Add, "context add work --server https://orders.example.com --token-file work.token"),
        Verb(shell, "context use", Use, "context use work"),
        shell.Verb(
            "context list",
            [],
            (session, _, _) =>
            {
                List(session, ContextFile.Read(session.Role, session.Dependencies, session.Texts));
                return Task.FromResult(ExitCodes.Done);
            },
            "context list"),
        Verb(shell, "context remove", (_, _, contexts, name) => contexts.Remove(name), "context remove work"));

    private static Command Verb(Shell shell, string path, Action<Session, ParseResult, ContextFile, string> change, string example)
    {
        var name = new Argument<string>("NAME") { Description = shell.Texts.Help("context NAME") };
        return shell.Verb(
            path,
            [name],
            (session, parsed, _) =>
            {
                var contexts = ContextFile.Read(session.Role, session.Dependencies, session.Texts);
                change(session, parsed, contexts, parsed.GetRequiredValue(name));
                contexts.Save();
                List(session, contexts);
                return Task.FromResult(ExitCodes.Done);
            },
            example);
    }

    private static void Use(Session session, ParseResult parsed, ContextFile contexts, string name) => contexts.Use(name);

    // What holds for this command is kept: its flags, and what stands in the environment for those not given.
    private static void Add(Session session, ParseResult parsed, ContextFile contexts, string name)
    {
        var settings = session.Settings;
        if (contexts.Find(name) is { } there && there.Server != settings.Server.ToString())
        {
            throw CliException.Usage(session.Texts.Format(Text.ContextExists, name, there.Server));
        }

        contexts.Put(new Context(name, settings.Server.ToString())
        {
            Language = session.Dependencies.Variable("ORDERGRPC_LANG") is not null || GlobalOptions.IsGiven(parsed, "--lang") ? settings.Language.Tag() : null,
            TokenFile = Whole(settings.TokenFile),
            CaFile = Whole(settings.CaFile),
            CertificateFile = Whole(settings.CertificateFile),
            KeyFile = Whole(settings.KeyFile),
        });
    }

    // A context is used from other folders too.
    private static string? Whole(string? path) => path is null ? null : Path.GetFullPath(path);

    private static void List(Session session, ContextFile contexts)
    {
        var current = contexts.CurrentName;
        if (session.Printer.Json)
        {
            session.Printer.JsonPart(JsonText.Write(json =>
            {
                json.WriteStartArray();
                foreach (var context in contexts.All)
                {
                    Write(json, context, current);
                }

                json.WriteEndArray();
            }) + "\n");
            return;
        }

        foreach (var context in contexts.All)
        {
            session.Printer.Line($"{(context.Name == current ? "*" : " ")} {context.Name}  {context.Server}  {context.TokenFile}".TrimEnd());
        }
    }

    private static void Write(Utf8JsonWriter json, Context context, string? current)
    {
        json.WriteStartObject();
        json.WriteString("name", context.Name);
        json.WriteString("server", context.Server);
        json.WriteBoolean("current", context.Name == current);
        json.WriteString("tokenFile", context.TokenFile ?? "");
        json.WriteString("lang", context.Language ?? "");
        json.WriteEndObject();
    }
}
