using Ipso.Lwm2m.Model;

namespace Ipso.Tests.Lwm2m;

/// <summary>An object whose values a test can change while they are read, as a sensor's thread does. Two resources, Integers.</summary>
internal sealed class Hooked : ObjectInstance
{
    /// <summary>The object's id.</summary>
    internal const ushort ObjectId = 26290;

    private static readonly ObjectInfo s_info = new(
        ObjectId, "Hooked", "1.0", "urn:x", true, false,
        [new(1, "First", ResourceType.Integer, Operations.Read), new(2, "Second", ResourceType.Integer, Operations.Read)]);

    private long _first;
    private long _second;

    public Hooked()
        : base(s_info)
    {
    }

    /// <summary>Called each time before the values are read.</summary>
    internal Action? BeforeRead { get; set; }

    /// <summary>Called each time after the values were read.</summary>
    internal Action? AfterRead { get; set; }

    internal long First
    {
        get => _first;
        set => Assign(ref _first, value, 0);
    }

    internal long Second
    {
        get => _second;
        set => Assign(ref _second, value, 1);
    }

    protected override void WriteTo(ref ResourceWriter w)
    {
        BeforeRead?.Invoke();
        w.Integer(0x0001_0000_0000_3161, _first);
        w.Integer(0x0002_0000_0000_3261, _second);
        AfterRead?.Invoke();
    }
}
