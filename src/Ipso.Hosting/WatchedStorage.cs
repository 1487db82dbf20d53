using Ipso.Lwm2m.Device;
using Microsoft.Extensions.Logging;

namespace Ipso.Hosting;

/// <summary>A storage of which it is known whether the last write has failed; the device itself says only what has.</summary>
/// <param name="inner">The storage.</param>
/// <param name="logger">Told when it can be written again.</param>
internal sealed class WatchedStorage(IStateStorage inner, ILogger logger) : IStateStorage
{
    private volatile string? _fault;

    /// <summary>Why the last write has failed; <see langword="null"/> if it has not.</summary>
    internal string? Fault => _fault;

    public ReadOnlyMemory<byte> Read(int slot) => inner.Read(slot);

    public void Write(int slot, ReadOnlySpan<byte> content)
    {
        try
        {
            inner.Write(slot, content);
        }
        catch (StateStorageException e)
        {
            _fault = e.Message;
            throw;
        }

        if (_fault is not null)
        {
            _fault = null;
            DeviceLog.StorageRecovered(logger);
        }
    }
}
