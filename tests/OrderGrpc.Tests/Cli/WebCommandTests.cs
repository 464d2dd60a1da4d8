using System.Runtime.Versioning;
using OrderGrpc.CliShell;

namespace OrderGrpc.Tests.Cli;

/// <summary>web: the page, signed in as the tool is.</summary>
public sealed class WebCommandTests : ServedCli
{
    [Fact]
    public async Task Without_a_browser_it_tells_the_address_and_that_it_holds_the_token()
    {
        Cli["DISPLAY"] = "";
        foreach (var arguments in new[] { new[] { "web" }, ["web", "--no-browser"] })
        {
            var told = await Cli.ClientAsync(arguments);
            Assert.Equal(ExitCodes.Done, told.ExitCode);
            Assert.Equal($"{Server.Address}/#token={Token("client")}\n", told.Output);
            Assert.Contains("holds your token", told.Error, StringComparison.Ordinal);
        }

        Assert.Contains($"\"{Server.Address}/#token={Token("supplier")}\"", await SupplierDoesAsync("web", "--no-browser", "--output", "json"), StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_browser_is_given_a_file_that_only_its_owner_reads_and_never_the_token()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), "xdg-open is of Linux");
        var opened = await OpenAsync("client");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(opened));
        Assert.Contains($"content=\"0;url={Server.Address}/#token={Token("client")}\"", await File.ReadAllTextAsync(opened, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.NotEqual(opened, await OpenAsync("supplier"));
    }

    [Fact]
    public async Task A_token_that_does_not_let_in_opens_nothing()
    {
        CliRun.WriteToken(TokenFile("client"), "nonsense");
        var refused = await Cli.ClientAsync("web", "--no-browser");
        Assert.Equal((ExitCodes.NotAllowed, ""), (refused.ExitCode, refused.Output));
    }

    // The file that a browser was told to open.
    [UnsupportedOSPlatform("windows")]
    private async Task<string> OpenAsync(string role)
    {
        var (tools, pipe) = (Directory.CreateDirectory(Scratch("tools-" + role)).FullName, Scratch("opened-" + role));
        await File.WriteAllTextAsync(Path.Combine(tools, "xdg-open"), $"#!/bin/sh\necho \"$#$*\" > '{pipe}.new' && mv '{pipe}.new' '{pipe}'\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Path.Combine(tools, "xdg-open"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Cli["DISPLAY"] = ":0";
        Cli["PATH"] = tools;
        using var written = new FileSystemWatcher(Folder);
        var there = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        written.Renamed += (_, renamed) => there.TrySetResult();
        written.EnableRaisingEvents = true;
        var told = role == "client" ? await Cli.ClientAsync("web") : await Cli.SupplierAsync("web");
        Assert.Equal((ExitCodes.Done, ""), (told.ExitCode, told.Output));
        Assert.Contains("signed in as " + role, told.Error, StringComparison.Ordinal);
        await there.Task.WaitAsync(Running.Deadlines.Patience, TestContext.Current.CancellationToken);
        var line = (await File.ReadAllTextAsync(pipe, TestContext.Current.CancellationToken)).TrimEnd();
        Assert.StartsWith("1/", line, StringComparison.Ordinal); // one argument
        Assert.DoesNotContain(Token(role), line, StringComparison.Ordinal);
        return line[1..];
    }

    private string TokenFile(string role) => Directory.GetFiles(Path.Combine(Folder, "ordergrpc"), $"*.{role}.token").Single();

    private string Token(string role) => File.ReadAllText(TokenFile(role));
}
