using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// OSCORE between a device and its servers (RFC 8613; LwM2M TS Transport, 5.4): an account that links to an instance of object 21 is talked
/// to under its keys and no other way. How far sequence numbers may have been used is among what the device remembers
/// (<see cref="DeviceOptions.Storage"/>, which it needs), by the keys: where a Bootstrap-Server gives the same ones again, they go on.
/// </summary>
public sealed class OscoreAccounts : DeviceProtection, IDisposable
{
    private const ushort ObjectId = 21;
    private const int FingerprintLength = 16;
    private const int ReserveNumbers = 1000;

    // Of keys that are gone the numbers are kept for as many, in case they come back.
    private const int MaxRemembered = 32;

    // HMAC 256/256 and 512/512, and the HKDF that are made of them (RFC 9053, 3.1 and 5.1).
    private const long HkdfSha256 = -10;
    private const long HkdfSha512 = -11;

    private sealed record Binding(LWM2MSecurity Security, string Fingerprint, SecurityContext Context, PeerId Peer);

    private readonly OscoreProtection _contexts;
    private readonly AeadProvider _aeads;
    private readonly List<Binding> _bindings = [];
    private readonly List<(string Fingerprint, ulong Next)> _numbers = [];
    private readonly HashSet<string> _lost = [];
    private bool _isAttached;
    private bool _isLost;
    private bool _isFallenBack;
    private ulong _skipped;

    /// <summary>Makes the protection of a device.</summary>
    /// <param name="maxServers">How many servers may have keys, the Bootstrap-Server among them; 1 to 65535.</param>
    /// <param name="aeads">Who makes the ciphers; <see langword="null"/> for the platform.</param>
    public OscoreAccounts(int maxServers = 16, AeadProvider? aeads = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxServers, ushort.MaxValue);
        _contexts = new OscoreProtection(maxServers);
        _aeads = aeads ?? AeadProvider.Platform;
    }

    /// <summary>What has been counted.</summary>
    public OscoreCounters Counters => _contexts.Counters;

    /// <summary>How many servers have keys in use.</summary>
    public int Count => _contexts.Count;

    internal override MessageProtection Messages => _contexts;

    internal override InstanceFactory Keys => InstanceFactory.Of<LWM2MOSCORE>();

    /// <summary>Forgets the keys in use.</summary>
    public void Dispose()
    {
        _bindings.Clear();
        _contexts.Dispose();
    }

    internal override void AttachTo(ObjectTree objects)
    {
        if (_isAttached)
        {
            throw new InvalidOperationException("The protection belongs to another device.");
        }

        _isAttached = true;
        objects.Declare<LWM2MOSCORE>();
    }

    internal override void Add(ObjectTree objects, ushort instanceId, OscoreKeys keys)
    {
        LWM2MOSCORE instance = new()
        {
            OSCOREMasterSecret = keys.MasterSecret,
            OSCORESenderID = keys.SenderId,
            OSCORERecipientID = keys.RecipientId,
            OSCOREAEADAlgorithm = (long)keys.Algorithm,
            OSCOREHMACAlgorithm = (long)keys.Hmac,
            OSCOREMasterSalt = NullIfEmpty(keys.MasterSalt),
            OSCOREIDContext = NullIfEmpty(keys.IdContext),
        };
        objects.Add(instanceId, instance);
        if (_isLost)
        {
            _lost.Add(FingerprintOf(instance));
        }
    }

    private static ReadOnlyMemory<byte>? NullIfEmpty(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? default(ReadOnlyMemory<byte>?) : bytes;

    internal override bool TryBind(
        ObjectTree objects, LWM2MSecurity security, in PeerId peer, [NotNullWhen(false)] out string? fault)
    {
        if (FindKeys(objects, security) is not { } keys)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"/0/{security.InstanceId}/17 links to no keys");
            return false;
        }

        fault = null;
        string fingerprint = FingerprintOf(keys);
        int place = _bindings.FindIndex(binding => binding.Security == security);
        if (place >= 0 && _bindings[place].Fingerprint == fingerprint)
        {
            if (!_contexts.Bind(_bindings[place].Context, peer))
            {
                fault = $"there are keys for another server at {peer}";
                return false;
            }

            _bindings[place] = _bindings[place] with { Peer = peer };
            return true;
        }

        Remove(place);
        if (_lost.Contains(fingerprint))
        {
            fault = string.Create(
                CultureInfo.InvariantCulture,
                $"how far the keys in /{ObjectId}/{keys.InstanceId} were used is lost: there have to be new ones");
            return false;
        }

        if (!TryMake(keys, fingerprint, out SecurityContext? context))
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"the keys in /{ObjectId}/{keys.InstanceId} make no security context");
            return false;
        }

        if (!_contexts.TryAdd(context, peer))
        {
            context.Dispose();
            fault = string.Create(
                CultureInfo.InvariantCulture,
                $"there are {_contexts.Count} servers with keys, or one at {peer}, or one with the Recipient ID of /{ObjectId}/{keys.InstanceId}");
            return false;
        }

        _bindings.Add(new(security, fingerprint, context, peer));
        return true;
    }

    internal override void Renew(ObjectTree objects, Func<LWM2MSecurity, bool> isLeft)
    {
        for (int i = _bindings.Count - 1; i >= 0; i--)
        {
            Binding binding = _bindings[i];
            if (isLeft(binding.Security))
            {
                continue;
            }

            if (objects.Find(0, binding.Security.InstanceId) != binding.Security || FindKeys(objects, binding.Security) is null
                || !TryBind(objects, binding.Security, binding.Peer, out _))
            {
                Remove(_bindings.FindIndex(one => one.Security == binding.Security));
            }
        }
    }

    internal override void WriteTo(StateWriter writer, SectionWriter section)
    {
        foreach ((string fingerprint, ulong next) in _numbers)
        {
            section.Clear();
            section.Bytes(Convert.FromHexString(fingerprint));
            section.Int64((long)next);
            writer.Write(StateSection.SequenceNumber, section.Written);
        }
    }

    // Each reservation is a state of its own: one that was lost had at most one more, be it the first under its keys.
    internal override void Restore(IEnumerable<byte[]> sections, bool isOld)
    {
        _isFallenBack = isOld;
        _skipped = isOld ? (ulong)ReserveNumbers : 0;
        foreach (byte[] content in sections)
        {
            SectionReader reader = new(content);
            ReadOnlySpan<byte> fingerprint = reader.Bytes();
            ulong next = (ulong)reader.Int64();
            if (!reader.IsCutShort && fingerprint.Length == FingerprintLength && _numbers.Count < MaxRemembered)
            {
                _numbers.Add((Convert.ToHexString(fingerprint), Math.Min(next, SenderSequence.Max) + _skipped));
            }
        }
    }

    internal override void OnLost() => _isLost = true;

    // The newest last; those of keys in use are not dropped.
    private bool TryStore(string fingerprint, ulong next)
    {
        int place = _numbers.FindIndex(one => one.Fingerprint == fingerprint);
        (string Fingerprint, ulong Next)? before = place >= 0 ? _numbers[place] : null;
        if (place >= 0)
        {
            _numbers.RemoveAt(place);
        }

        _numbers.Add((fingerprint, next));
        if (_numbers.Count > MaxRemembered
            && _numbers.FindIndex(one => !_bindings.Exists(binding => binding.Fingerprint == one.Fingerprint)) is >= 0 and int unused)
        {
            _numbers.RemoveAt(unused);
        }

        // The state that was fallen back to gives way as well: else the next one to be lost would leave it with numbers of long ago.
        if (StoreNow?.Invoke() == true && (!_isFallenBack || StoreNow()))
        {
            _isFallenBack = false;
            return true;
        }

        _ = _numbers.Remove((fingerprint, next));
        if (before is { } old)
        {
            _numbers.Add(old);
        }

        return false;
    }

    private bool TryMake(LWM2MOSCORE keys, string fingerprint, [NotNullWhen(true)] out SecurityContext? context)
    {
        context = null;
        HmacAlgorithm? hmac = keys.OSCOREHMACAlgorithm switch
        {
            null or (long)HmacAlgorithm.Sha256 or HkdfSha256 => HmacAlgorithm.Sha256,
            (long)HmacAlgorithm.Sha512 or HkdfSha512 => HmacAlgorithm.Sha512,
            _ => null,
        };
        if (hmac is null || keys.OSCOREAEADAlgorithm is < 0 or > byte.MaxValue)
        {
            return false;
        }

        int place = _numbers.FindIndex(one => one.Fingerprint == fingerprint);
        try
        {
            context = new SecurityContext(new SecurityContextKeys
            {
                MasterSecret = keys.OSCOREMasterSecret.Span,
                MasterSalt = keys.OSCOREMasterSalt.GetValueOrDefault().Span,
                SenderId = keys.OSCORESenderID.Span,
                RecipientId = keys.OSCORERecipientID.Span,
                IdContext = keys.OSCOREIDContext.GetValueOrDefault().Span,
                Algorithm = (AeadAlgorithm)(keys.OSCOREAEADAlgorithm ?? (long)AeadAlgorithm.AesCcm16Tag64Key128),
                Hmac = hmac.Value,
                Aeads = _aeads,
                SequenceNumber = place >= 0 ? _numbers[place].Next : _skipped,
                Storage = new Numbers(this, fingerprint),
                ReserveNumbers = ReserveNumbers,
            });
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private void Remove(int place)
    {
        if (place >= 0)
        {
            _ = _contexts.Remove(_bindings[place].Context);
            _bindings.RemoveAt(place);
        }
    }

    private static LWM2MOSCORE? FindKeys(ObjectTree objects, LWM2MSecurity security) =>
        security.OSCORESecurityMode is { ObjectId: ObjectId } link ? objects.Find<LWM2MOSCORE>(link.InstanceId) : null;

    // What tells keys apart without telling them.
    private static string FingerprintOf(LWM2MOSCORE keys)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (ReadOnlyMemory<byte> part in (ReadOnlySpan<ReadOnlyMemory<byte>>)
            [
                keys.OSCOREMasterSecret, keys.OSCORESenderID, keys.OSCORERecipientID, keys.OSCOREMasterSalt.GetValueOrDefault(),
                keys.OSCOREIDContext.GetValueOrDefault(),
            ])
        {
            BinaryPrimitives.WriteInt64BigEndian(number, part.Length);
            hash.AppendData(number);
            hash.AppendData(part.Span);
        }

        Span<byte> digest = stackalloc byte[32];
        _ = hash.GetHashAndReset(digest);
        return Convert.ToHexString(digest[..FingerprintLength]);
    }

    private sealed class Numbers(OscoreAccounts owner, string fingerprint) : ISequenceStorage
    {
        public bool TryStore(ulong next) => owner.TryStore(fingerprint, next);
    }
}
