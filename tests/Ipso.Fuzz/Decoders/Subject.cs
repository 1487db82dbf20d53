using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Fuzz.Decoders;

/// <summary>An object that payloads are read into, until one is taken: then it is no longer what its recipe says.</summary>
internal sealed class Subject
{
    /// <summary>How many objects there are of each kind.</summary>
    internal const int Recipes = 6;

    // Longer than whatever an input of the greatest length can make of an object.
    private const int BufferLength = 256 * 1024;

    private readonly byte[] _buffer;

    /// <summary>Makes the object of a recipe: the first is empty, the others random; every other one stands in a tree.</summary>
    internal Subject(SubjectKind kind, int recipe, byte[] buffer)
    {
        Kind = kind;
        _buffer = buffer;
        Instance = recipe == 0 ? kind.CreateEmpty() : kind.CreateFilled(recipe);
        if (recipe % 2 == 1)
        {
            new ObjectTree().Add(Instance);
        }

        TakeChanges();
        Before = Content();
    }

    internal static byte[] NewBuffer() => new byte[BufferLength];

    internal SubjectKind Kind { get; }

    internal ObjectInstance Instance { get; }

    /// <summary>The digest of the content that the object came with.</summary>
    internal ulong Before { get; }

    /// <summary>Forgets which resources have changed, and has it noted which do from here on.</summary>
    internal void TakeChanges()
    {
        Instance.IsObserved = true;
        while (Instance.TakeChange() >= 0)
        {
        }
    }

    /// <summary>The digest of all content, be it readable or not.</summary>
    internal ulong Content()
    {
        Digest digest = new();
        Lwm2mPath path = new(Kind.Info.ObjectId, Instance.InstanceId);
        digest.Add((ulong)Representation.Write([Instance], path, ContentFormat.SenMLCbor, _buffer, out int length));
        digest.Add(_buffer.AsSpan(0, length));
        for (int word = 0; word * 64 < Kind.Info.Resources.Length; word++)
        {
            digest.Add(Instance.PresentBits(word));
        }

        Kind.AddHiddenTo(Instance, ref digest);
        return digest.Value;
    }
}
