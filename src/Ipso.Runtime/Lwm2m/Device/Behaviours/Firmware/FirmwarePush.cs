using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// What a server pushes to the Package (5/x/0): an image, or a single NUL byte or nothing, which takes back what there is. Each payload is one of
/// its own, so that a reset is told from the image that another one brings at the same time.
/// </summary>
internal sealed class FirmwarePush(FirmwareUpdater updater) : ISinkPerPayload
{
    private long? _announced;
    private bool _isNulHeld;
    private bool _isImage;

    /// <inheritdoc/>
    public IOpaqueSink ForPayload() => new FirmwarePush(updater);

    /// <inheritdoc/>
    public bool Begin(Lwm2mPath path, long? length)
    {
        _announced = length;
        return updater.MayPush(length);
    }

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        if (_isImage)
        {
            return updater.WritePush(this, bytes);
        }

        if (!_isNulHeld && bytes is [0])
        {
            _isNulHeld = true;
            return true;
        }

        _isImage = true;
        return updater.BeginPush(this, _announced) && (!_isNulHeld || updater.WritePush(this, [0])) && updater.WritePush(this, bytes);
    }

    /// <inheritdoc/>
    public void End(Lwm2mPath path)
    {
        if (_isImage)
        {
            updater.EndPush(this);
        }
        else
        {
            updater.ResetByPush();
        }
    }

    /// <inheritdoc/>
    public void Abort(Lwm2mPath path) => updater.AbortPush(this);
}
