using Ipso.Fuzz.Corpus;
using static Ipso.Fuzz.Servers.ServerSteps;

namespace Ipso.Fuzz.Servers;

/// <summary>Scripts to begin with: what devices and servers do with each other, and anything between that.</summary>
internal static class ServerExamples
{
    private const int MixedScripts = 400;

    // Who: the peer in the lowest two bits, and the name above.
    private const byte OpenC = 0x08, KnownA = 0x01, KnownB = 0x06, OpenD = 0x0f;

    // Lifetime, version and flags of a registration.
    private const byte Short11 = 0x00, Ever12 = 0x09, Short12 = 0x08, Queue11 = 0x20;

    private static readonly byte[][] s_pieces =
    [
        [Register, OpenC, 0, Short11],
        [Register, KnownA, 0, Short12],
        [Register, KnownB, 1, Ever12],
        [Register, OpenD, 2, Queue11],
        [Register, KnownA, 0, Short12, Register, KnownA, 0, Queue11],
        [Update, KnownA, Short11, 1],
        [Update, KnownA + 1, Short11, 1],
        [Deregister, KnownA],
        [Submit, 0, 0, 30, AnswerAll],
        [Submit, 0, 3, 30, Answer, 0, 2, 0],
        [Submit, 0, 4, 60, AnswerAll],
        [Register, OpenC, 0, 0x10, Submit, 0, 9, 30, Submit, 1, 9, 30, AnswerAll],
        [Submit, 0, 13, 30, Submit, 0, 5, 30],
        [Submit, 0, 3, 30, Answer, 0, 5, 0, AnswerAll],
        [Submit, 1, 6, 30, Empty, 0],
        [Submit, 1, 0, 30, Empty, 4],
        [Submit, 0, 0, 30, Answer, 0, 4, 0, AnswerAll],
        [Submit, 0, 6, 0, Identify, 3, 1, Register, 3, 0, Short12],
        [Observe, 0, 0, Answer, 0, 0, 0x15, Notify, 1, 20, 0, Notify, 0, 21, 0, Notify, 0, 21, 0],
        [Observe, 0, 0, Answer, 0, 0, 0x15, Notify, 1, 20, 32 + 8, AnswerAll],
        [Observe, 0, 0, Answer, 0, 0, 0x15, Notify, 1, 20, 3],
        [Observe, 0, 0, Answer, 2, 0, 0x15, Identify, 3, 1, Notify, 3, 22, 64],
        [Observe, 0, 3, AnswerAll, CancelObservation, 0],
        [Observe, 0, 1, Answer, 0, 0, 0, Observe, 0, 1, Answer, 0, 3, 0],
        [Observe, 0, 0, Answer, 0, 0, 0x15, Register, KnownA, 0, Short12, AnswerAll],
        [PassTime, 5, Submit, 0, 0, 60, Update, OpenD, Short11, 1, AnswerAll],
        [ServerSteps.Bootstrap, OpenD, AnswerAll],
        [Bootstrap, KnownA, Answer, 0, 3, 0],
        [BootstrapPack, OpenD],
        [Send, KnownA],
        [Send, KnownA + 8],
        [StoreMode, 1, Register, OpenC, 0, Short11, Register, KnownA, 0, Short12, ServerSteps.Store, 0, ServerSteps.Store, 0],
        [StoreMode, 1, Update, KnownA, Short11, 1, ServerSteps.Store, 3, StoreMode, 0],
        [StoreMode, 6, Register, OpenC, 0, Short11, StoreMode, 0],
        [ServerSteps.Fail, 1, 1, Update, KnownA, Short11, 1],
        [ServerSteps.Meddle, 0x1b],
        [ServerSteps.Meddle, 0xe4],
        [ServerSteps.Meddle, 0xff],
        [Enqueue, 0, 0, 200, AnswerAll],
        [Register, OpenC, 0, 0x10, Enqueue, 0, 9, 200, Enqueue, 1, 9, 200, AnswerAll],
        [Enqueue, 0, 6, 200, Enqueue, 0, 0, 200, Answer, 0, 2, 0, AnswerAll],
        [Enqueue, 1, 6, 5, PassTime, 5, Update, OpenD, Short11, 1, AnswerAll],
        [CancelOperation, 0],
        [Remove, 0],
        [Repeat, 0, Repeat, 4],
    ];

    internal static IEnumerable<byte[]> All()
    {
        SplitMix random = new(21);
        List<byte> mixed = [];
        for (int i = 0; i < MixedScripts; i++)
        {
            mixed.Clear();
            for (int left = 4 + random.Next(24); left > 0; left--)
            {
                if (!random.OneIn(4))
                {
                    mixed.AddRange(random.Pick<byte[]>(s_pieces));
                    continue;
                }

                mixed.Add((byte)(random.Next(Kind + 1) | (random.OneIn(4) ? PassesTime : 0) | (random.OneIn(8) ? Holds : 0)));
                for (int bytes = 2 + random.Next(3); bytes > 0; bytes--)
                {
                    mixed.Add((byte)random.Next(random.OneIn(3) ? 256 : 16));
                }
            }

            yield return [.. mixed];
        }

        foreach (byte[] piece in s_pieces)
        {
            yield return piece;
        }
    }
}
