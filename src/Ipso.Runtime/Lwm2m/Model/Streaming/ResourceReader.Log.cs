
namespace Ipso.Lwm2m.Model;

// A payload that came in blocks: its records were read already, and come off a log.
internal ref partial struct ResourceReader
{
    /// <summary>Judges an Opaque whose bytes have gone to a sink, and gives none to assign.</summary>
    private bool JudgeStreamed()
    {
        // The instances of its resource do not come back as they are in the object.
        _run.IsKnown &= _index != _run.Index;
        long length = (long)Current.Bits;
        if (Range is LengthRange range && !range.Contains((int)Math.Min(length, int.MaxValue)))
        {
            OutOfRange((ulong)length);
        }

        return false;
    }
}
