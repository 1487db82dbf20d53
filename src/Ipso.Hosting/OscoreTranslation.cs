using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ipso.Coap.Oscore;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Hosting;

/// <summary>
/// Makes keys of OSCORE of what was configured, or says all that is wrong with it; nothing of a key. Those of a device, or of a table of
/// contexts, are made by one of these, so that it sees which of them are the same.
/// </summary>
internal sealed class OscoreTranslation
{
    private const int MaxIdContext = 64;

    // What an id has less than a nonce (RFC 8613, 3.3).
    private const int ShorterThanNonce = 6;

    private readonly byte[] _random = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<string, string> _senders = [];
    private readonly Dictionary<string, string> _recipients = [];

    /// <summary>Overwrites what is secret of keys that nobody else holds.</summary>
    internal static void Clear(OscoreKeys keys)
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(keys.MasterSecret).Span);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(keys.MasterSalt).Span);
    }

    /// <summary>Makes them.</summary>
    /// <param name="options">What was configured.</param>
    /// <param name="faults">Where faults go.</param>
    /// <returns><see langword="null"/> where there is a fault.</returns>
    internal OscoreKeys? Translate(IpsoOscoreOptions options, FaultList faults)
    {
        int before = faults.Count;
        AeadAlgorithm algorithm = Known(nameof(options.Aead), options.Aead, AeadAlgorithm.AesCcm16Tag64Key128, faults);
        HmacAlgorithm hmac = Known(nameof(options.Hmac), options.Hmac, HmacAlgorithm.Sha256, faults);
        if (!IsSet(options.MasterSecret) && !IsSet(options.MasterSecretFile))
        {
            faults.Add(nameof(options.MasterSecret), $"there is none: write it, or {nameof(options.MasterSecretFile)}");
        }

        _ = AeadLengths.TryGet(algorithm, out AeadLengths lengths);
        int longest = lengths.Nonce - ShorterThanNonce;
        KeyEncoding encoding = options.KeyEncoding ?? KeyEncoding.Hex;
        OscoreKeys keys = new()
        {
            MasterSecret = Secret(nameof(options.MasterSecret), options.MasterSecret, options.MasterSecretFile, encoding, faults),
            MasterSalt = Secret(nameof(options.MasterSalt), options.MasterSalt, options.MasterSaltFile, encoding, faults),
            SenderId = Own(nameof(options.SenderId), options.SenderId, longest, faults),
            RecipientId = Own(nameof(options.RecipientId), options.RecipientId, longest, faults),
            IdContext = Id(nameof(options.IdContext), options.IdContext, MaxIdContext, faults),
            Algorithm = algorithm,
            Hmac = hmac,
        };
        if (faults.Count == before)
        {
            NoteShared(keys, faults);
        }

        if (faults.Count == before)
        {
            return keys;
        }

        Clear(keys);
        return null;
    }

    private static T Known<T>(string name, T? value, T otherwise, FaultList faults)
        where T : struct, Enum
    {
        if (value is not { } known || Enum.IsDefined(known))
        {
            return value ?? otherwise;
        }

        faults.Add(name, $"there is no such algorithm: write {string.Join(", ", Enum.GetNames<T>())}");
        return otherwise;
    }

    private static byte[] Secret(string name, string? text, string? path, KeyEncoding encoding, FaultList faults)
    {
        if (IsSet(text) && IsSet(path))
        {
            faults.Add(name, $"there is a {name}File too: take one of them away");
            return [];
        }

        try
        {
            return IsSet(text) ? KeyText.Decode(text, encoding) : IsSet(path) ? CredentialFiles.ReadKey(path!, encoding) : [];
        }
        catch (FormatException e) when (IsSet(text))
        {
            faults.Add(name, $"{e.Message.TrimEnd('.')}: write it so, or say in {nameof(KeyEncoding)} how it is written");
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            faults.Add($"{name}File", $"{FaultList.Say(e, path!)}: name another file");
        }

        return [];
    }

    private static byte[] Own(string name, string? text, int longest, FaultList faults)
    {
        if (text is null)
        {
            faults.Add(name, "there is none: write it in hexadecimal; an empty one has 0 bytes");
        }

        return Id(name, text, longest, faults);
    }

    // Always in hexadecimal, as specifications and logs write them.
    private static byte[] Id(string name, string? text, int longest, FaultList faults)
    {
        if (!IsSet(text))
        {
            return [];
        }

        try
        {
            byte[] id = KeyText.Decode(text, KeyEncoding.Hex);
            if (id.Length > longest)
            {
                faults.Add(name, $"it has more bytes than {longest}: write a shorter one");
            }

            return id;
        }
        catch (FormatException)
        {
            faults.Add(name, "it is not written in hexadecimal: write it so, for example 01");
            return [];
        }
    }

    // Both sides, or two contexts, would send under one key and count apart: numbers would be used twice (RFC 8613, 3.3).
    private void NoteShared(OscoreKeys keys, FaultList faults)
    {
        if (keys.SenderId.Span.SequenceEqual(keys.RecipientId.Span))
        {
            faults.Add(nameof(keys.RecipientId), $"it is the {nameof(keys.SenderId)} too: write the one of the other side");
            return;
        }

        string here = faults.Here;
        foreach (ReadOnlyMemory<byte> id in (ReadOnlySpan<ReadOnlyMemory<byte>>)[keys.SenderId, keys.RecipientId])
        {
            string sender = FingerprintOf(keys, id.Span);
            if (!_senders.TryAdd(sender, here))
            {
                faults.AddHere(
                    $"secret and ids make a key that {_senders[sender]} makes, too: write another {nameof(keys.MasterSecret)}, or ids that no other has");
                return;
            }
        }

        // What comes in is told apart by these.
        string recipient = $"{Convert.ToHexString(keys.RecipientId.Span)} {Convert.ToHexString(keys.IdContext.Span)}";
        if (!_recipients.TryAdd(recipient, here))
        {
            faults.Add(nameof(keys.RecipientId), $"{_recipients[recipient]} has it too, with the same {nameof(keys.IdContext)}: write another one");
        }
    }

    // All that the key of a sender is derived of; of no use to who has not got the random bytes.
    private string FingerprintOf(OscoreKeys keys, ReadOnlySpan<byte> id)
    {
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _random);
        hash.AppendData([(byte)keys.Algorithm, (byte)keys.Hmac]);
        Append(hash, keys.MasterSecret.Span);
        Append(hash, keys.MasterSalt.Span);
        Append(hash, keys.IdContext.Span);
        Append(hash, id);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }

    private static bool IsSet(string? value) => !string.IsNullOrEmpty(value);
}
