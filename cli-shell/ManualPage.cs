using System.CommandLine;
using System.Text;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell;

/// <summary>
/// The manual page of a tool, made from what its help is made of. In the language man(7), sections as
/// man-pages(7) has them.
/// </summary>
public sealed class ManualPage(Shell shell, RootCommand root)
{
    private readonly StringBuilder page = new();
    private readonly Texts texts = shell.Texts;

    /// <summary>The page.</summary>
    public string Text()
    {
        var tool = Credentials.RoleName(shell.Role) + "-cli";
        Line($".TH {Escape(tool).ToUpperInvariant()} 1 \"\" \"OrderGrpc\" \"\"");
        Section("manual.name", $@"{Escape(tool)} \- {Escape(texts.Help(tool)).TrimEnd('.')}");
        Section("manual.synopsis", $@"\fB{Escape(tool)}\fR {Escape(texts.Help("manual.usage"))}");
        Section("manual.commands");
        foreach (var command in root.Subcommands.Where(command => !command.Hidden))
        {
            Verbs("", command);
        }

        Section("manual.options");
        Options(root);
        foreach (var topic in HelpTopics.Names)
        {
            Line($".SH {Escape(topic.Replace('-', ' ').ToUpperInvariant())}");
            Literal(HelpTopics.Text(topic, texts));
        }

        return page.ToString();
    }

    private void Verbs(string path, Command command)
    {
        var words = path + command.Name;
        if (command.Subcommands.Count > 0)
        {
            foreach (var verb in command.Subcommands.Where(verb => !verb.Hidden))
            {
                Verbs(words + " ", verb);
            }

            return;
        }

        Line($".SS {Escape(words + string.Concat(command.Arguments.Select(argument => " " + (argument.HelpName ?? argument.Name))))}");
        Line(Escape(command.Description ?? ""));
        Options(command);
        foreach (var example in shell.Examples.TryGetValue(command, out var examples) ? examples : [])
        {
            Literal($"{Credentials.RoleName(shell.Role)}-cli {example}");
        }
    }

    private void Options(Command command)
    {
        foreach (var option in command.Options.Where(option => !option.Hidden))
        {
            Line(".TP");
            var value = option.HelpName is { } name ? $" \\fI{Escape(name)}\\fR" : "";
            Line($"\\fB{Escape(option.Name)}\\fR{value}");
            Line(Escape(option.Description ?? ""));
        }
    }

    private void Section(string key, string? text = null)
    {
        Line($".SH {Escape(texts.Help(key))}");
        if (text is not null)
        {
            Line(text);
        }
    }

    private void Literal(string text)
    {
        Line(".PP\n.nf");
        foreach (var line in text.Split('\n'))
        {
            Line(Escape(line));
        }

        Line(".fi");
    }

    private void Line(string line) => page.Append(line).Append('\n');

    // A backslash begins an escape, a point or a quote at the start of a line a request, and a plain
    // hyphen may be drawn as another character than the one to be typed.
    private static string Escape(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("\n", "\n.br\n", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? "\\&" + escaped : escaped;
    }
}
