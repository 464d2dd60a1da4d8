using System.Security.Cryptography;
using System.Text;
using OrderGrpc.Server.Files;

namespace OrderGrpc.Server.Security;

/// <summary>
/// The secrets under which signing keys are encrypted in a database, from the file of
/// --key-secret-file: one a line, 32 random bytes in base64. The first encrypts; all decrypt, so that a
/// secret is replaced with an overlap. Each has a name, which is made of it and tells nothing of it.
/// </summary>
public sealed class KeySecret
{
    /// <summary>How many bytes an encrypted key has more than the key.</summary>
    public const int Overhead = NonceBytes + TagBytes;

    private const string Flag = "--key-secret-file";
    private const int SecretBytes = 32, NonceBytes = 12, TagBytes = 16;

    private readonly string path;
    private readonly IReadOnlyList<Secret> secrets;

    private KeySecret(string path, IReadOnlyList<Secret> secrets) => (this.path, this.secrets) = (path, secrets);

    /// <summary>The name of the secret that encrypts.</summary>
    public string Name => secrets[0].Name;

    /// <summary>Reads the secrets of a file; null where none is named.</summary>
    /// <exception cref="StartException">It cannot be read, others can read it, or a line is not a secret.</exception>
    public static KeySecret? Read(string path)
    {
        if (path.Length == 0)
        {
            return null;
        }

        var lines = SecretFile.Read(path, Flag).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length is > 0 and <= TokenLimits.KeySecrets ? new KeySecret(path, [.. lines.Select((line, i) => SecretOf(line, path, i + 1))])
            : throw new StartException($"{Flag} {path} has {lines.Length} lines, and must have 1 to {TokenLimits.KeySecrets}: the secret, and below it those before it. {HowToMakeOne(path)}");
    }

    /// <summary>Encrypts a key, for this id and no other.</summary>
    public byte[] Seal(string id, ReadOnlySpan<byte> key)
    {
        var secret = new byte[NonceBytes + key.Length + TagBytes];
        var nonce = secret.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(secrets[0].Key, TagBytes);
        aes.Encrypt(nonce, key, secret.AsSpan(NonceBytes, key.Length), secret.AsSpan(NonceBytes + key.Length), Encoding.UTF8.GetBytes(id));
        return secret;
    }

    /// <summary>Decrypts the key of this id.</summary>
    /// <exception cref="StartException">It was encrypted under a secret that the file does not have, or is not what was encrypted.</exception>
    public byte[] Open(string id, string name, ReadOnlySpan<byte> encrypted)
    {
        if (secrets.FirstOrDefault(secret => secret.Name == name) is not { } found)
        {
            throw new StartException($"The key {id} is encrypted under the secret {name}, and {Flag} {path} has {string.Join(", ", secrets.Select(secret => secret.Name))}. "
                + "Name the file with that secret, or add it to this one as a line below the first; or name another database in --store, where this one is of another deployment.");
        }

        var key = new byte[encrypted.Length - Overhead];
        try
        {
            using var aes = new AesGcm(found.Key, TagBytes);
            aes.Decrypt(encrypted[..NonceBytes], encrypted[NonceBytes..^TagBytes], encrypted[^TagBytes..], key, Encoding.UTF8.GetBytes(id));
            return key;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new StartException($"The key {id} is not what was encrypted under the secret {name}: somebody has changed it in the database. "
                + "Restore it from a backup, or end it: server token retire-key.", e);
        }
    }

    private static Secret SecretOf(string line, string path, int number)
    {
        var bytes = new byte[SecretBytes];
        return line.Length <= 4 * SecretBytes && Convert.TryFromBase64String(line, bytes, out var length) && length == SecretBytes
            ? new Secret(Convert.ToHexStringLower(Derive(bytes, 4, "ordergrpc: the name of a secret")), Derive(bytes, SecretBytes, "ordergrpc: signing keys"))
            : throw new StartException($"{Flag} {path}: line {number} is not 32 bytes in base64. {HowToMakeOne(path)}");
    }

    private static byte[] Derive(byte[] secret, int length, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, length, info: Encoding.UTF8.GetBytes(purpose));

    private static string HowToMakeOne(string path) => $"To make one: (umask 077; openssl rand -base64 32 > '{path}')";

    private sealed record Secret(string Name, byte[] Key);
}
