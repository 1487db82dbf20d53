using Ipso.Benchmarks.Codecs.Baselines;
using Ipso.Benchmarks.Harness;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Benchmarks.Codecs;

// The pieces of work that are timed. What a decoder returns stands for "taken": the length of the payload, or 0.

internal readonly struct Encode(ObjectInstance instance, ContentFormat format, byte[] buffer) : IOperation
{
    public int Run()
    {
        Representation.Write(instance, format, buffer, out int written);
        return written;
    }
}

internal readonly struct Decode(ObjectInstance instance, ContentFormat format, byte[] payload) : IOperation
{
    private readonly Lwm2mPath _path = new(instance.Definition.ObjectId, instance.InstanceId);

    public int Run() => Representation.TryRead(instance, _path, format, payload, ReadMode.Mirror, out _) ? payload.Length : 0;
}

/// <summary>Two payloads by turns, so that numbers do change.</summary>
internal struct DecodeChanged(ObjectInstance instance, ContentFormat format, byte[] payload, byte[] other) : IOperation
{
    private readonly Lwm2mPath _path = new(instance.Definition.ObjectId, instance.InstanceId);
    private bool _isOther;

    public int Run()
    {
        _isOther = !_isOther;
        bool taken = Representation.TryRead(instance, _path, format, _isOther ? other : payload, ReadMode.Mirror, out _);
        return taken ? payload.Length : 0;
    }
}

internal readonly struct LibraryEncode(IBaseline baseline, PlainObject plain, byte[] buffer) : IOperation
{
    public int Run() => baseline.Encode(plain, buffer);
}

internal readonly struct LibraryDecode(IBaseline baseline, PlainObject plain, byte[] payload) : IOperation
{
    public int Run() => baseline.Decode(payload, plain) ? payload.Length : 0;
}

internal struct LibraryDecodeChanged(IBaseline baseline, PlainObject plain, byte[] payload, byte[] other) : IOperation
{
    private bool _isOther;

    public int Run()
    {
        _isOther = !_isOther;
        return baseline.Decode(_isOther ? other : payload, plain) ? payload.Length : 0;
    }
}

/// <summary>
/// The limit: the finished payload, copied. Both ends lie in one block, half a page apart: where their addresses are alike in the lower
/// 12 bits a processor may take a load for one that depends on the store before it, and wait.
/// </summary>
internal readonly struct Copy : IOperation
{
    private const int Distance = 2048;

    private readonly byte[] _block = new byte[2 * Distance];
    private readonly int _length;

    internal Copy(byte[] payload)
    {
        _length = payload.Length;
        payload.CopyTo(_block, 0);
    }

    public int Run()
    {
        _block.AsSpan(0, _length).CopyTo(_block.AsSpan(Distance));
        return _length;
    }
}
