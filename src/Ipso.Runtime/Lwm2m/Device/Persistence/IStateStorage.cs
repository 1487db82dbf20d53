namespace Ipso.Lwm2m.Device;

/// <summary>
/// Where a device keeps what is to survive a loss of power, such as server accounts and their keys: two slots, each of which is written as a
/// whole, be it a file, a page of flash or a row. <c>Ipso.Net.FileStateStorage</c> has them in files.
/// </summary>
/// <remarks>
/// A device writes the slots by turns and checks what it reads. So a slot need not be written at one stroke: while it is, the other one is
/// whole. What is kept is secret, and has to be as hard to read as the keys of the device.
/// </remarks>
public interface IStateStorage
{
    /// <summary>Reads a slot.</summary>
    /// <param name="slot">0 or 1.</param>
    /// <returns>What was written last; empty where nothing was; anything where power was lost while it was written.</returns>
    /// <exception cref="StateStorageException">
    /// It cannot be read, and may be whole all the same. The device says so and goes by the other one.
    /// </exception>
    ReadOnlyMemory<byte> Read(int slot);

    /// <summary>Writes a slot, and returns when that survives a loss of power.</summary>
    /// <param name="slot">0 or 1.</param>
    /// <param name="content">All that is to be in it.</param>
    /// <exception cref="StateStorageException">It was not written, or not all of it.</exception>
    void Write(int slot, ReadOnlySpan<byte> content);

    /// <summary>What a device remembers in it. Of the interface, so that a native program without a storage leaves it out.</summary>
    internal DeviceMemory MakeMemory(Model.ObjectTree objects, ReportingOptions options, bool hasServers, DeviceProtection? protection) =>
        new(this, objects, options, hasServers, protection);
}
