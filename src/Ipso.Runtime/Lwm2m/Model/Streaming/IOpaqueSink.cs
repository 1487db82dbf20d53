namespace Ipso.Lwm2m.Model;

/// <summary>
/// Where the bytes of an Opaque go as they come, such as a firmware image on its way to flash. For each value there is one
/// <see cref="Begin"/>, then <see cref="Write"/> for each piece, and at last either <see cref="End"/> or <see cref="Abort"/>. A payload
/// may bring several values: one is over where the next begins, and none counts before the payload is whole and right.
/// </summary>
public interface IOpaqueSink
{
    /// <summary>Begins a value.</summary>
    /// <param name="path">Its path, a Resource or a Resource Instance.</param>
    /// <param name="length">Its length in bytes, where the format says it beforehand; a peer may lie.</param>
    /// <returns>Whether it is wanted; where not, the payload is refused as too large, and neither of the others follows.</returns>
    bool Begin(Lwm2mPath path, long? length);

    /// <summary>Takes the next bytes of the value that was begun last.</summary>
    /// <param name="bytes">One byte or more, valid until this returns.</param>
    /// <returns>Whether there was room for them; where not, the payload is refused as too large.</returns>
    bool Write(ReadOnlySpan<byte> bytes);

    /// <summary>Says that the payload is whole, and everything in it right: the value is the resource's now.</summary>
    /// <param name="path">The path that the value was begun with.</param>
    void End(Lwm2mPath path);

    /// <summary>Says that the payload was refused or given up: the value is to be forgotten.</summary>
    /// <param name="path">The path that the value was begun with.</param>
    void Abort(Lwm2mPath path);
}
