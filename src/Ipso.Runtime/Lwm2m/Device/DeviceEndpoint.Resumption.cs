namespace Ipso.Lwm2m.Device;

// What resumes security sessions after a restart, in the storage of the device, beside the keys.
public sealed partial class DeviceEndpoint
{
    /// <summary>What resumes the session with a server, as it was set last, perhaps before a restart; empty where there is nothing.</summary>
    /// <param name="server">Its Short Server ID; 0 for the Bootstrap-Server.</param>
    internal ReadOnlyMemory<byte> FindResumption(ushort server) =>
        _memory is { } memory && memory.Resumptions.TryGetValue(server, out byte[]? session) ? session : default;

    /// <summary>Remembers what resumes the session with a server, where the device has a storage.</summary>
    /// <param name="server">Its Short Server ID; 0 for the Bootstrap-Server.</param>
    /// <param name="session">What resumes it; empty for nothing. It is kept, not copied.</param>
    internal void SetResumption(ushort server, byte[] session)
    {
        if (_memory is not { } memory || (session.Length == 0 && !memory.Resumptions.ContainsKey(server)))
        {
            return;
        }

        if (memory.Resumptions.Remove(server, out byte[]? earlier))
        {
            earlier.AsSpan().Clear();
        }

        if (session.Length > 0)
        {
            memory.Resumptions[server] = session;
        }

        Remember();
    }
}
