using FsCheck;
using FsCheck.Fluent;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>SenML-ETCH (RFC 8790): generated patches, values and removals, do to an object what they do to a dictionary.</summary>
public class PatchTests
{
    private static readonly Dictionary<ContentFormat, IOracle> s_oracles = new()
    {
        [ContentFormat.SenMLEtchCbor] = new SenMLCborOracle(),
        [ContentFormat.SenMLEtchJson] = new SenMLJsonOracle(),
    };

    public static TheoryData<ContentFormat> Formats => [.. s_oracles.Keys];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_patch_that_is_written_elsewhere_does_here_what_it_does_to_a_dictionary(ContentFormat format) =>
        Check(patched =>
        {
            byte[] patch = s_oracles[format].Write(patched.Changes, [26241, 0], new(patched.Choices));
            AllTypes o = Values.ToObject(patched.Before);
            Apply(o, "/26241/0", format, patch);
            Values.AssertSame(After(patched.Before, patched.Changes), Values.Of(o), patch);
        });

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_patch_of_one_resource_leaves_the_others_alone(ContentFormat format) =>
        Check(patched =>
        {
            foreach (IGrouping<ushort, Record> resource in patched.Changes.GroupBy(change => change.Resource))
            {
                Record[] changes = [.. resource];
                byte[] patch = s_oracles[format].Write(changes, [26241, 0, resource.Key], new(patched.Choices));
                AllTypes o = Values.ToObject(patched.Before);
                Apply(o, $"/26241/0/{resource.Key}", format, patch);
                Values.AssertSame(After(patched.Before, changes), Values.Of(o), patch);
            }
        });

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_patch_that_names_a_path_twice_changes_nothing(ContentFormat format) =>
        Check(patched =>
        {
            if (patched.Changes.Length == 0)
            {
                return;
            }

            Freedom freedom = new(patched.Choices);
            Record again = patched.Changes[freedom.Of(patched.Changes.Length)] with { Value = Removal.Instance };
            byte[] patch = s_oracles[format].Write([.. patched.Changes, again], [26241, 0], freedom);
            AllTypes o = Values.ToObject(patched.Before);
            Assert.Equal(PayloadFault.Duplicate, Payloads.Read(o, Payloads.Path("/26241/0"), format, patch));
            Values.AssertSame(patched.Before, Values.Of(o), patch);
        });

    [Theory]
    [MemberData(nameof(Formats))]
    public void Removals_that_are_written_here_are_nulls_elsewhere(ContentFormat format) =>
        Check(patched =>
        {
            Record[] removals = [.. patched.Changes.Where(change => change.Value is Removal)];
            if (removals.Length == 0)
            {
                return;
            }

            var buffer = new byte[64 * 1024];
            Lwm2mPath[] paths = [.. removals.Select(removal => Payloads.Path(removal.Name))];
            Assert.True(PathPack.TryWriteRemovals(paths, format, buffer, out int written));
            byte[] patch = buffer[..written];
            Values.AssertSame(removals, s_oracles[format].Read(patch, [26241, 0]), patch);
        });

    private static void Check(Action<Patched> property) => Prop.ForAll(Arbitraries.Patches, property).Check(Arbitraries.SameEveryTime);

    private static void Apply(AllTypes o, string path, ContentFormat format, byte[] patch)
    {
        bool isTaken = Representation.TryRead(o, Payloads.Path(path), format, patch, ReadMode.WriteUpdate, out PayloadError error);
        Assert.True(isTaken, $"{error}: {Convert.ToHexString(patch)}");
    }

    private static Dictionary<(ushort, int), Record>.ValueCollection After(Record[] before, Record[] changes)
    {
        Dictionary<(ushort, int), Record> values = before.ToDictionary(record => (record.Resource, record.Instance));
        foreach (Record change in changes)
        {
            if (change.Value is not Removal)
            {
                values[(change.Resource, change.Instance)] = change;
                continue;
            }

            // A resource goes with all that it has.
            foreach ((ushort, int) gone in values.Keys
                .Where(key => key.Item1 == change.Resource && (change.Instance < 0 || key.Item2 == change.Instance)).ToArray())
            {
                values.Remove(gone);
            }
        }

        return values.Values;
    }
}
