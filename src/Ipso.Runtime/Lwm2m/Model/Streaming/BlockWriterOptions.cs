namespace Ipso.Lwm2m.Model;

/// <summary>How much a writer of payloads in blocks holds at a time.</summary>
public sealed class BlockWriterOptions
{
    internal static BlockWriterOptions Default { get; } = new();

    /// <summary>
    /// The most values of one Object Instance, Resource Instances each for itself. They are held at a time, without their texts and bytes,
    /// at 48 bytes each. 16384 at first; 1 at least.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int MaxRecordsPerInstance
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 16384;
}
