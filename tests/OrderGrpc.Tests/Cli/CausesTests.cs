using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Authentication;
using OrderGrpc.CliShell;

namespace OrderGrpc.Tests.Cli;

/// <summary>What the operating system and the network say, in both languages.</summary>
public sealed class CausesTests
{
    private static readonly Texts English = new(Language.En);
    private static readonly Texts French = new(Language.Fr);

    public static TheoryData<Func<Exception>, string, string> All() => new()
    {
        { () => Thrown(() => File.ReadAllText("/nowhere/at/all")), "no such file or folder", "fichier ou dossier introuvable" },
        { () => Thrown(() => File.ReadAllText("/")), "permission denied", "permission refusée" },
        { () => Thrown(() => Directory.CreateDirectory("/dev/null")), "a file of this name is there", "un fichier de ce nom existe déjà" },
        { () => Thrown(() => File.WriteAllText("/dev/full", "x")), "no space left on device", "plus de place sur le périphérique" },
        { () => Thrown(() => File.ReadAllText("/" + new string('x', 5000))), "the name is too long", "le nom est trop long" },
        { () => Thrown(() => System.Diagnostics.Process.Start("/dev/null")), "permission denied", "permission refusée" },
        { () => Thrown(() => System.Text.Json.JsonDocument.Parse("{\n}}")), "no JSON in line 2", "pas de JSON à la ligne 2" },
        { () => new HttpRequestException("in English", new SocketException((int)SocketError.ConnectionRefused)), "Connection refused", "connexion refusée" },
        { () => new SocketException((int)SocketError.HostNotFound), "no host has this name", "aucun hôte ne porte ce nom" },
        { () => new Win32Exception(8), "it is no program", "ce n'est pas un programme" },
        {
            () => new AuthenticationException("The remote certificate is invalid because of errors in the certificate chain: PartialChain"),
            "its certificate is not trusted (PartialChain)",
            "son certificat n'est pas reconnu (PartialChain)"
        },
        { () => new InvalidOperationException("What nobody knows."), "What nobody knows", "What nobody knows" },
    };

    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void A_cause_is_said_in_the_language_of_the_texts(Func<Exception> failure, string english, string french) =>
        Assert.Equal((english, french), (English.CauseOf(failure()), French.CauseOf(failure())));

    private static Exception Thrown(Action action) => Assert.ThrowsAny<Exception>(action);
}
