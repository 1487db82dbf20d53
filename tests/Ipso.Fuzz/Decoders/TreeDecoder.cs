using System.Text;
using Ipso.Coap;
using Ipso.Fuzz.Corpus;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Fuzz.Decoders;

/// <summary>
/// Payloads for several Object Instances: what a server writes to paths across objects, what a peer reports of them, and whole objects. One
/// that is refused has to leave the whole tree as it was; one that is taken has to change nothing when it comes once more.
/// </summary>
internal sealed class TreeDecoder(ContentFormat format, string name, Dialect dialect) : Decoder(name, dialect)
{
    private enum Operation
    {
        ObjectReport,
        ObjectBootstrap,
        Write,
        Report,
    }

    private const int ExamplesOfEach = 30;
    private const int MaxExampleLength = 4096;

    // Paths of each depth, some of which lie on another one.
    private static readonly Lwm2mPath[] s_paths =
        [.. ((string[])["/26242", "/26241/0/101", "/26241/0/103/1", "/26241/0/0", "/26244/3", "/26242/3/9", "/3/0"]).Select(PathOf)];

    // What a server may write and read of what the objects have.
    private static readonly Lwm2mPath[] s_writable =
    [
        .. SubjectKind.All.SelectMany(static kind => kind.Info.Resources.ToArray()
            .Where(static resource => resource is { IsReadable: true, IsWritable: true })
            .SelectMany(resource => ((ushort[])[0, 3]).Select(id => new Lwm2mPath(kind.Info.ObjectId, id, resource.Id)))),
    ];

    private readonly byte[] _buffer = Subject.NewBuffer();
    private readonly SubjectTree?[] _trees = new SubjectTree?[SubjectTree.Recipes];

    private int Operations => Representation.CanReadComposite(format) ? 4 : 2;

    // A refusal costs nothing. What is taken costs its values, and instances of objects the space for all of theirs.
    internal override long AllocationBound(int length, ulong variant, bool isAccepted) => isAccepted ? 8192 + 2048L * length : 0;

    internal override string Describe(ulong variant) => $"{OperationOf(variant)} into tree {RecipeOf(variant)}";

    internal override IEnumerable<Example> Examples()
    {
        for (int seed = 1; seed <= ExamplesOfEach; seed++)
        {
            ObjectTree objects = new SubjectTree(seed, _buffer).Objects;
            ReadOnlySpan<ObjectInstance> rules = objects.OfObject(Rules.ObjectId);
            List<Example> examples = [];
            if (Representation.Write(rules, new(Rules.ObjectId), format, _buffer, out int length) == RepresentationResult.Written)
            {
                examples.Add(new(_buffer[..length], (int)Operation.ObjectReport));
                examples.Add(new(_buffer[..length], (int)Operation.ObjectBootstrap));
            }

            // A patch is written as what is not one.
            if (Operations == 4 && WithoutPatch() is var plain)
            {
                Lwm2mPath[] some = [.. s_writable.Where((_, i) => (i * 7 + seed) % 5 == 0)];
                objects.WriteComposite(some, plain, _buffer, out length);
                examples.Add(new(_buffer[..length], (int)Operation.Write));
                objects.WriteComposite(s_paths, plain, _buffer, out length);
                examples.Add(new(_buffer[..length], (int)Operation.Report));
            }

            foreach (Example example in examples.Where(static example => example.Bytes.Length <= MaxExampleLength))
            {
                yield return example;
            }
        }
    }

    internal override Verdict Decode(ReadOnlySpan<byte> input, ulong variant)
    {
        int recipe = RecipeOf(variant);
        SubjectTree tree = _trees[recipe] ??= new(recipe, _buffer);
        _trees[recipe] = null;
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isAccepted = Read(tree.Objects, input, variant, out PayloadError error);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        ulong content = tree.Content();
        Digest digest = new();
        digest.Add(content);
        digest.Add((ulong)error.Fault << 32 | (uint)error.Position);
        digest.Add(error.Path?.Packed ?? 0);
        string? violation = isAccepted != (error.Fault == PayloadFault.None) ? "the fault contradicts the result"
            : isAccepted ? JudgeAccepted(tree, content, input, variant)
            : content != tree.Before ? $"a payload that was refused ({error}) changed the tree"
            : tree.HasChanges ? $"a payload that was refused ({error}) marked a resource as changed"
            : null;
        if (!isAccepted && violation is null)
        {
            _trees[recipe] = tree;
        }

        return new()
        {
            IsAccepted = isAccepted,
            Position = error.Position,
            Allocated = allocated,
            Digest = digest.Value,
            Violation = violation,
        };
    }

    private string? JudgeAccepted(SubjectTree tree, ulong content, ReadOnlySpan<byte> input, ulong variant)
    {
        tree.TakeChanges();
        return !Read(tree.Objects, input, variant, out PayloadError error) ? $"the payload is refused ({error}) when it comes once more"
            : tree.Content() != content ? "the payload changes the tree when it comes once more"
            : tree.HasChanges ? "the payload marks a resource as changed when it comes once more"
            : null;
    }

    private bool Read(ObjectTree objects, ReadOnlySpan<byte> input, ulong variant, out PayloadError error) => OperationOf(variant) switch
    {
        Operation.ObjectReport => objects.TryReadObject<Rules>(format, input, ReadMode.Mirror, out error),
        Operation.ObjectBootstrap => objects.TryReadObject<Rules>(format, input, ReadMode.Bootstrap, out error),
        Operation.Write => objects.TryReadComposite(format, input, out error),
        _ => objects.TryReadCompositeReport(s_paths, format, input, out error),
    };

    private ContentFormat WithoutPatch() => format switch
    {
        ContentFormat.SenMLEtchJson => ContentFormat.SenMLJson,
        ContentFormat.SenMLEtchCbor => ContentFormat.SenMLCbor,
        _ => format,
    };

    private Operation OperationOf(ulong variant) => (Operation)ScenarioOf(variant, Operations);

    private static int RecipeOf(ulong variant) => (int)((variant >> 32 & 0xFFFF) % SubjectTree.Recipes);

    private static Lwm2mPath PathOf(string text) => Lwm2mPath.TryParse(Encoding.ASCII.GetBytes(text), out Lwm2mPath path)
        ? path
        : throw new ArgumentException(text);
}
