using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

public class RoundTripTests
{
    private const int Objects = 400;

    public static TheoryData<ContentFormat> Formats => [.. Payloads.Structured];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_whole_instance_comes_back(ContentFormat format)
    {
        AllTypes existing = new();
        for (int seed = 0; seed < Objects; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            byte[] payload = Payloads.Write(o, format);
            Assert.True(Representation.TryRead(0, format, payload, out AllTypes fresh, out PayloadError error), $"{seed}: {error}");
            SameContent.Assert(o, fresh);

            // The same object again and again: what the one before had and this has not must go.
            Assert.Equal(PayloadFault.None, Payloads.Read(existing, new(26241, 0), format, payload, (ReadMode)(seed % 2 * 2)));
            SameContent.Assert(o, existing);
            Assert.Equal(payload, Payloads.Write(existing, format));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Each_resource_and_each_resource_instance_comes_back_alone(ContentFormat format)
    {
        for (int seed = 0; seed < Objects / 4; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            AllTypes byResource = new();
            AllTypes byInstance = new();
            foreach (Lwm2mPath path in ResourcesOf(o))
            {
                byte[] payload = Payloads.Write(o, path, format);
                Assert.Equal(PayloadFault.None, Payloads.Read(byResource, path, format, payload, ReadMode.WriteReplace));
                foreach (Lwm2mPath instance in InstancesOf(o, path))
                {
                    byte[] one = Payloads.Write(o, instance, format);
                    Assert.Equal(PayloadFault.None, Payloads.Read(byInstance, instance, format, one, ReadMode.Mirror));
                }

                if (path.ResourceId is < 100 or 26260)
                {
                    Assert.Equal(PayloadFault.None, Payloads.Read(byInstance, path, format, payload, ReadMode.Mirror));
                }
            }

            SameContent.Assert(o, byResource);
            SameContent.Assert(o, byInstance);
        }
    }

    [Fact]
    public void A_single_value_comes_back_in_plain_text_and_CBOR_and_bytes()
    {
        for (int seed = 0; seed < Objects; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            AllTypes copy = new();
            AllTypes bytes = new();
            AllTypes cborCopy = new();
            foreach (Lwm2mPath resource in ResourcesOf(o))
            {
                IEnumerable<Lwm2mPath> paths = resource.ResourceId is < 100 or 26260 ? [resource] : InstancesOf(o, resource);
                foreach (Lwm2mPath path in paths)
                {
                    byte[] text = Payloads.Write(o, path, ContentFormat.PlainText);
                    Assert.Equal(PayloadFault.None, Payloads.Read(copy, path, ContentFormat.PlainText, text, ReadMode.Mirror));
                    byte[] cbor = Payloads.Write(o, path, ContentFormat.Cbor);
                    Assert.Equal(PayloadFault.None, Payloads.Read(cborCopy, path, ContentFormat.Cbor, cbor, ReadMode.Mirror));
                    if (resource.ResourceId is 5 or 105)
                    {
                        byte[] raw = Payloads.Write(o, path, ContentFormat.OctetStream);
                        Assert.Equal(PayloadFault.None, Payloads.Read(bytes, path, ContentFormat.OctetStream, raw, ReadMode.Mirror));
                    }
                }
            }

            SameContent.Assert(o, copy);
            SameContent.Assert(o, cborCopy);
            Assert.Equal(o.Data?.ToArray(), bytes.Data?.ToArray());
            Assert.Equal(o.ManyData.Select(d => d.ToArray()), bytes.ManyData.Select(d => d.ToArray()));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void More_resources_than_a_word_has_bits_come_back(ContentFormat format)
    {
        Wide wide = new() { Value0 = 1, Value63 = 2, Value64 = 3, Value127 = 4, Value128 = 5, Value139 = -6 };
        byte[] payload = Payloads.Write(wide, format);
        Assert.True(Representation.TryRead(0, format, payload, out Wide copy, out PayloadError error), error.ToString());
        Assert.Equal((1, 2, 3, 4, 5, -6), (copy.Value0, copy.Value63, copy.Value64, copy.Value127, copy.Value128, copy.Value139));
        Assert.Null(copy.Value62);
        Assert.Equal(Payloads.Write(wide, format), Payloads.Write(copy, format));

        copy.Value65 = 7;
        Assert.Equal(PayloadFault.None, Payloads.Read(copy, new(26243, 0), format, Payloads.Write(wide, format), ReadMode.WriteReplace));
        Assert.Null(copy.Value65);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void More_records_than_are_kept_between_the_passes_come_back(ContentFormat format)
    {
        AllTypes o = new();
        for (ushort id = 0; id < 250; id++)
        {
            o.ManyText[(ushort)(id * 7)] = $"value {id}";
        }

        byte[] payload = Payloads.Write(o, format);
        Assert.True(Representation.TryRead(0, format, payload, out AllTypes copy, out PayloadError error), error.ToString());
        SameContent.Assert(o, copy);
    }

    [Fact]
    public void Zero_keeps_its_sign_in_every_format()
    {
        AllTypes o = new() { Real = -0.0 };
        Lwm2mPath path = new(26241, 0, 3);
        foreach (ContentFormat format in Enum.GetValues<ContentFormat>()
            .Where(f => Representation.Supports(f) && f != ContentFormat.OctetStream))
        {
            AllTypes copy = new();
            Assert.Equal(PayloadFault.None, Payloads.Read(copy, path, format, Payloads.Write(o, path, format)));
            Assert.True(copy.Real is { } zero && double.IsNegative(zero), $"{format}");
        }
    }

    internal static IEnumerable<Lwm2mPath> ResourcesOf(AllTypes o)
    {
        for (int i = 0; i < AllTypes.Info.Resources.Length; i++)
        {
            if (o.IsPresent(i))
            {
                yield return new(AllTypes.ObjectId, 0, AllTypes.Info.Resources[i].Id);
            }
        }
    }

    internal static IEnumerable<Lwm2mPath> InstancesOf(AllTypes o, Lwm2mPath resource)
    {
        ReadOnlyMemory<ushort> ids = resource.ResourceId switch
        {
            100 => o.ManyText.Ids,
            101 => o.ManyWhole.Ids,
            102 => o.ManyNatural.Ids,
            103 => o.ManyReal.Ids,
            104 => o.ManyFlag.Ids,
            105 => o.ManyData.Ids,
            106 => o.ManyMoment.Ids,
            107 => o.ManyLink.Ids,
            108 => o.ManyLinks.Ids,
            _ => default,
        };
        return ids.ToArray().Select(resource.Append);
    }
}
