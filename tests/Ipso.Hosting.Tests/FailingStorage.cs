using Ipso.Lwm2m.Device;

namespace Ipso.Hosting.Tests;

/// <summary>A storage that cannot be written as long as a test says so.</summary>
internal sealed class FailingStorage : IStateStorage
{
    private readonly byte[][] _slots = [[], []];

    internal bool Fails { get; set; }

    public ReadOnlyMemory<byte> Read(int slot) => _slots[slot];

    public void Write(int slot, ReadOnlySpan<byte> content)
    {
        if (Fails)
        {
            throw new StateStorageException("The page is worn.");
        }

        _slots[slot] = content.ToArray();
    }
}
