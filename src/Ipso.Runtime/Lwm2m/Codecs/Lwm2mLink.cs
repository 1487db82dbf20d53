using Ipso.Links;

namespace Ipso.Lwm2m.Codecs;

/// <summary>A link to something in an object tree, out of a Register, Update, Discover or Bootstrap-Discover.</summary>
public readonly ref struct Lwm2mLink
{
    /// <summary>The highest Short Server ID; the lowest is 1 (LwM2M TS Core, 7.4).</summary>
    private const uint MaxShortServerId = 65534;

    private Lwm2mLink(
        Lwm2mPath path, LinkParameters parameters, scoped in Facts facts, LinkParameter serverUri)
    {
        Path = path;
        Parameters = parameters;
        Version = facts.Version;
        Lwm2mVersion = facts.Lwm2mVersion;
        Dimension = facts.Dimension;
        ShortServerId = facts.ShortServerId;
        Attributes = facts.Attributes;
        ServerUri = serverUri;
    }

    private struct Facts
    {
        internal ObjectVersion? Version;
        internal ObjectVersion? Lwm2mVersion;
        internal ushort? Dimension;
        internal ushort? ShortServerId;
        internal NotificationAttributes Attributes;
    }

    /// <summary>The path, without the root that the device may have put before it; the root path for the link to that root.</summary>
    public Lwm2mPath Path { get; }

    /// <summary>
    /// <c>ver</c>: the object's version. It may stand at the only instance of an object, too. Where it is missing,
    /// <see cref="CoreObjects.ImpliedVersion"/> holds.
    /// </summary>
    public ObjectVersion? Version { get; }

    /// <summary><c>lwm2m</c>: the version of LwM2M, at the root of a Bootstrap-Discover.</summary>
    public ObjectVersion? Lwm2mVersion { get; }

    /// <summary><c>dim</c>: how many instances a multiple resource has.</summary>
    public ushort? Dimension { get; }

    /// <summary><c>ssid</c>: the Short Server ID that belongs to an Object Instance.</summary>
    public ushort? ShortServerId { get; }

    /// <summary><c>uri</c>: the server's URI, at an instance of the Security object; a flag without name where there is none.</summary>
    public LinkParameter ServerUri { get; }

    /// <summary>The notification attributes.</summary>
    public NotificationAttributes Attributes { get; }

    /// <summary>All parameters of the link, also those that are not known here.</summary>
    public LinkParameters Parameters { get; }

    /// <summary>Reads what is known of the parameters. Of repeated ones the first counts, and what has no value says nothing.</summary>
    internal static bool TryRead(Lwm2mPath path, LinkParameters parameters, out Lwm2mLink link)
    {
        Facts facts = default;
        LinkParameter serverUri = default;
        NotificationAttributeNames seen = NotificationAttributeNames.None;
        bool isValid = true;
        foreach (LinkParameter parameter in parameters)
        {
            if (!parameter.HasValue)
            {
                continue;
            }

            ReadOnlySpan<byte> value = parameter.RawValue;
            NotificationAttributeNames name = NotificationAttributeText.NameOf(parameter.Name);
            if (name != NotificationAttributeNames.None)
            {
                isValid &= (seen & name) != 0 || NotificationAttributeText.TryRead(name, value, ref facts.Attributes);
                seen |= name;
            }
            else if (parameter.Name.SequenceEqual("uri"u8))
            {
                serverUri = serverUri.HasValue ? serverUri : parameter;
            }
            else
            {
                isValid &= TryReadProperty(parameter, ref facts);
            }
        }

        link = new(path, parameters, facts, serverUri);
        return isValid;
    }

    private static bool TryReadProperty(scoped in LinkParameter parameter, ref Facts facts)
    {
        ReadOnlySpan<byte> name = parameter.Name;
        if (name.SequenceEqual("ver"u8))
        {
            return TryReadVersion(parameter.RawValue, ref facts.Version);
        }

        if (name.SequenceEqual("lwm2m"u8))
        {
            return TryReadVersion(parameter.RawValue, ref facts.Lwm2mVersion);
        }

        if (name.SequenceEqual("dim"u8))
        {
            bool isDimension = parameter.TryGetNumber(out uint dimension) && dimension <= ushort.MaxValue;
            facts.Dimension ??= isDimension ? (ushort)dimension : null;
            return isDimension;
        }

        if (name.SequenceEqual("ssid"u8))
        {
            bool isId = parameter.TryGetNumber(out uint id) && id is > 0 and <= MaxShortServerId;
            facts.ShortServerId ??= isId ? (ushort)id : null;
            return isId;
        }

        return true;
    }

    private static bool TryReadVersion(ReadOnlySpan<byte> text, ref ObjectVersion? version)
    {
        bool isVersion = ObjectVersion.TryParse(text, out ObjectVersion read);
        version ??= isVersion ? read : null;
        return isVersion;
    }
}
