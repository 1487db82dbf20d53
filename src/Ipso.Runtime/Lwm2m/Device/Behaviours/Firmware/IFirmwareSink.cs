namespace Ipso.Lwm2m.Device;

/// <summary>
/// Where a firmware image goes as it comes, such as a partition of the flash: <see cref="Begin"/>, then <see cref="Write"/> for each piece,
/// and <see cref="End"/>. <see cref="Discard"/> may come at any time after that.
/// </summary>
/// <remarks>One call at a time: on the device's thread for an image that a server pushes, on another one for what is fetched.</remarks>
public interface IFirmwareSink
{
    /// <summary>Begins an image.</summary>
    /// <param name="length">Its length in bytes, where that is known beforehand; a peer may lie.</param>
    /// <returns><see cref="FirmwareUpdateResult.None"/>, or why it is not taken.</returns>
    FirmwareUpdateResult Begin(long? length);

    /// <summary>Takes the next bytes of the image.</summary>
    /// <param name="bytes">One byte or more, valid until this returns.</param>
    /// <returns><see cref="FirmwareUpdateResult.None"/>, or why they are not taken.</returns>
    FirmwareUpdateResult Write(ReadOnlySpan<byte> bytes);

    /// <summary>All of the image is there: time to look whether it is one.</summary>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="digest">The SHA-256 digest of all its bytes, 32 bytes.</param>
    /// <returns><see cref="FirmwareUpdateResult.None"/> where it may be installed, or what is wrong.</returns>
    FirmwareUpdateResult End(long length, ReadOnlySpan<byte> digest);

    /// <summary>The image, or what there is of it, is not needed any more.</summary>
    void Discard();
}
