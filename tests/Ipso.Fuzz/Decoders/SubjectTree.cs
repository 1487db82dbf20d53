using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Fuzz.Decoders;

/// <summary>Several instances of several objects that payloads are read into, until one is taken.</summary>
internal sealed class SubjectTree
{
    /// <summary>How many trees there are.</summary>
    internal const int Recipes = 4;

    private static readonly ushort[] s_ids = [0, 3, 300];

    private readonly byte[] _buffer;

    /// <summary>Makes the tree of a recipe.</summary>
    internal SubjectTree(int recipe, byte[] buffer)
    {
        _buffer = buffer;
        foreach (SubjectKind kind in SubjectKind.All)
        {
            foreach (ushort id in kind.Info.IsMultiple ? s_ids : [0])
            {
                // Not all are there: payloads make them too.
                if (recipe == 0 || (recipe + id) % 2 == 0)
                {
                    Objects.Add(id, recipe == 0 ? kind.CreateEmpty() : kind.CreateFilled(recipe + id));
                }
            }
        }

        TakeChanges();
        Before = Content();
    }

    internal ObjectTree Objects { get; } = [];

    /// <summary>The digest of the content that the tree came with.</summary>
    internal ulong Before { get; }

    internal bool HasChanges => Objects.Any(static instance => instance.HasChanges);

    /// <summary>Forgets which resources have changed, and has it noted which do from here on; payloads make instances, too.</summary>
    internal void TakeChanges()
    {
        foreach (ObjectInstance instance in Objects.Instances)
        {
            instance.IsObserved = true;
            while (instance.TakeChange() >= 0)
            {
            }
        }
    }

    /// <summary>The digest of which instances there are and of all that is in them, be it readable or not.</summary>
    internal ulong Content()
    {
        Digest digest = new();
        foreach (ObjectInstance instance in Objects.Instances)
        {
            ObjectInfo info = instance.Definition;
            Lwm2mPath path = new(info.ObjectId, instance.InstanceId);
            digest.Add(path.Packed);
            digest.Add((ulong)Representation.Write([instance], path, ContentFormat.SenMLCbor, _buffer, out int length));
            digest.Add(_buffer.AsSpan(0, length));
            for (int word = 0; word * 64 < info.Resources.Length; word++)
            {
                digest.Add(instance.PresentBits(word));
            }

            SubjectKind.All.Single(kind => kind.Info == info).AddHiddenTo(instance, ref digest);
        }

        return digest.Value;
    }
}
