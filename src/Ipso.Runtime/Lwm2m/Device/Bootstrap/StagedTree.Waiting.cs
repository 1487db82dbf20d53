using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// Writes to Object Instances of the program, which wait for the end: checked when they come and before it, done with it.
internal sealed partial class StagedTree
{
    /// <summary>
    /// Does a write that waits, or looks whether it can be done. A Bootstrap-Write is judged by its payload and the object's definition alone,
    /// so what is right before the end is right in it.
    /// </summary>
    /// <param name="index">Which one.</param>
    /// <param name="applies">Whether it is done.</param>
    /// <param name="fault">What is wrong, in words.</param>
    [SkipLocalsInit]
    private bool TryWrite(int index, bool applies, [NotNullWhen(false)] out string? fault)
    {
        Span<PayloadRecord> room = stackalloc PayloadRecord[ReadOnceRecords];
        Span<byte> scratch = stackalloc byte[ScratchLength];
        StagedWrite write = _waiting[index];
        InstanceReads reads = Open(write.Path, write.Format, write.Payload, _live, room, scratch);
        try
        {
            if (!reads.TryGather(null, out PayloadError error))
            {
                fault = error.ToString();
                return false;
            }

            int next = 0;
            do
            {
                Lwm2mPath first = write.Path.Depth < 2 ? reads.Records[next].Path : write.Path;
                Lwm2mPath at = new(first.ObjectId, first.InstanceId);
                Lwm2mPath path = write.Path.Depth < 2 ? at : write.Path;
                if (!_instances.TryGetValue(at, out StagedInstance? staged) || index < staged.FirstWrite
                    || staged is not { IsGone: false, IsWritten: true, Copy: null, Live: { } live })
                {
                    next = reads.PassOver(path, next);
                    continue;
                }

                // The program may take one out at any moment: from here on it is as if it had done so after the end.
                fault = applies ? null
                    : !live.IsIn(_live) ? $"the device has taken {at} out meanwhile"
                    : _refuse?.Invoke(path);
                if (fault is not null)
                {
                    return false;
                }

                next = reads.Add(live, path, next);
            }
            while (next < reads.Records.Length);
            bool isRight = applies ? reads.TryApply(out error) : reads.TryCheck(out error);
            fault = isRight ? null : error.ToString();
            return isRight;
        }
        finally
        {
            reads.Dispose();
        }
    }
}
