using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Server.Registration;

namespace Ipso.Server.Stores;

/// <summary>Registrations as bytes, for stores. The first byte is the version of their form.</summary>
internal static class RegistrationCodec
{
    private const byte Version = 1;

    internal static RegistrationRecord ToRecord(DeviceRegistration registration) => new(
        registration.Endpoint, registration.Id, registration.Epoch, registration.UpdatedAt + registration.Lifetime, Write(registration));

    private static byte[] Write(DeviceRegistration registration) => RecordBytes.Write(Version, writer =>
    {
        writer.Write(registration.Version.Major);
        writer.Write(registration.Version.Minor);
        writer.Write((registration.Lifetime ?? TimeSpan.MinValue).Ticks);
        writer.Write((byte)registration.Bindings);
        writer.Write(registration.IsQueueMode);
        writer.WriteOptional(registration.SmsNumber);
        writer.WriteOptional(registration.Profiles);
        writer.Write(registration.RegisteredAt.UtcTicks);
        writer.Write(registration.UpdatedAt.UtcTicks);
        writer.Write7BitEncodedInt(registration.Attributes.Count);
        foreach (KeyValuePair<string, string> attribute in registration.Attributes)
        {
            writer.Write(attribute.Key);
            writer.Write(attribute.Value);
        }

        Span<byte> peer = stackalloc byte[PeerId.MaxLength];
        int length = registration.Peer.CopyTo(peer);
        writer.Write((byte)length);
        writer.Write(peer[..length]);
        writer.Write(registration.Identity is not null);
        if (registration.Identity is { } identity)
        {
            writer.Write((byte)identity.Kind);
            writer.WriteCounted(identity.Value.Span);
        }

        registration.Objects.Write(writer);
    });

    /// <summary>Reads a record.</summary>
    /// <param name="record">The record.</param>
    /// <returns><see langword="null"/> where it cannot be read: it is damaged, or of a later version.</returns>
    internal static DeviceRegistration? TryRead(RegistrationRecord record) =>
        RecordBytes.TryRead(record.Data, Version, reader => Read(reader, record));

    private static DeviceRegistration Read(BinaryReader reader, RegistrationRecord record)
    {
        ObjectVersion version = new(reader.ReadUInt16(), reader.ReadUInt16());
        TimeSpan lifetime = new(reader.ReadInt64());
        TransportBindings bindings = (TransportBindings)reader.ReadByte();
        bool isQueueMode = reader.ReadBoolean();
        string? sms = reader.ReadOptional(), profiles = reader.ReadOptional();
        DateTimeOffset registeredAt = new(reader.ReadInt64(), TimeSpan.Zero), updatedAt = new(reader.ReadInt64(), TimeSpan.Zero);
        Dictionary<string, string> attributes = new(StringComparer.Ordinal);
        for (int i = reader.ReadCount(); i > 0; i--)
        {
            attributes[reader.ReadString()] = reader.ReadString();
        }

        PeerId peer = new(reader.ReadBytes(reader.ReadByte()));
        PeerIdentity? identity = reader.ReadBoolean() ? new((PeerIdentityKind)reader.ReadByte(), reader.ReadCounted()) : null;
        return new()
        {
            Id = record.Id,
            Endpoint = record.Endpoint,
            Epoch = record.Epoch,
            Version = version,
            Lifetime = lifetime == TimeSpan.MinValue ? null
                : lifetime > TimeSpan.Zero && lifetime <= DeviceRegistration.MaxLifetime ? lifetime
                : throw new FormatException("A lifetime is out of range."),
            Bindings = bindings,
            IsQueueMode = isQueueMode,
            SmsNumber = sms,
            Profiles = profiles,
            RegisteredAt = registeredAt,
            UpdatedAt = updatedAt,
            Attributes = attributes,
            Peer = peer,
            Identity = identity,
            Objects = RegisteredObjects.Read(reader),
        };
    }
}
