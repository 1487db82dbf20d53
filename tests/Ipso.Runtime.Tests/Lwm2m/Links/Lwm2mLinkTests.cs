using System.Text;
using Ipso.Coap;
using Ipso.Links;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Links;

namespace Ipso.Tests.Lwm2m;

/// <summary>Links into object trees beyond the vectors: what devices spell otherwise, what is wrong, and what the writers decide.</summary>
public class Lwm2mLinkTests
{
    [Theory]
    [InlineData("</1/0>, </3/0> , </5/>", "/ | | /1/0 /3/0 /5")]
    [InlineData("</>;rt=\"oma.lwm2m\";ct=110;hb,</1/0>;hb;x=y", "/ | 110 | / /1/0")]
    [InlineData("</>;hb,</1>;ver,</1/0>;ssid", "/ | | / /1 /1/0")]
    [InlineData("</>;ct=\" 110  112 \"", "/ | 110 112 | /")]
    [InlineData("</>;ct=\"\"", "/ | | /")]
    [InlineData("</lwm2m/>;rt=oma.lwm2m;ct=\"60 110\",</lwm2m/1/0>,</3/0>,</lwm2mx/4/0>", "/lwm2m | 60 110 | / /1/0")]
    [InlineData("</lwm2m/1/0>,</a/b>;rt=\"x oma.lwm2m\",</a/b/3/0>,</sensors>;ct=a", "/a/b | | / /3/0")]
    [InlineData("</sensors>;ver=a,<coap://x/3/0>,</3/65535>,</03/0>,</1/2/3/4/5>,<>,</3/0>", "/ | | /3/0")]
    [InlineData("", "/ | | ")]
    public void A_registration_is_taken_as_devices_spell_it(string text, string expected)
    {
        Assert.True(Lwm2mLinks.TryParse(Encoding.UTF8.GetBytes(text), out Lwm2mLinks links, out LinkError error), error.ToString());
        Assert.Equal(expected, Show(links));
    }

    [Theory]
    [InlineData("</lwm2m/3/0>,</3/1>,</>", "/lwm2m | | /3/0 /3/1 /")]
    [InlineData("</lwm2m>,</lwm2m/3/0/1>", "/lwm2m | | / /3/0/1")]
    public void A_known_root_may_be_left_out(string text, string expected)
    {
        Assert.True(Lwm2mLinks.TryParse(Encoding.UTF8.GetBytes(text), "/lwm2m"u8, out Lwm2mLinks links, out _));
        Assert.Equal(expected, Show(links));
    }

    [Theory]
    [InlineData("</1/0>,</1/1", LinkFault.UnterminatedTarget, 12)]
    [InlineData("</1/0>,</1>;ver=1", LinkFault.WrongValue, 7)]
    [InlineData("</1>;ver=1.x", LinkFault.WrongValue, 0)]
    [InlineData("</1>;ver=1.0.0", LinkFault.WrongValue, 0)]
    [InlineData("</1>;ver=-1.0", LinkFault.WrongValue, 0)]
    [InlineData("</1>;ver=1.0;ver=a", LinkFault.WrongValue, 0)]
    [InlineData("</>;lwm2m=a", LinkFault.WrongValue, 0)]
    [InlineData("</>;ct=a", LinkFault.WrongValue, 0)]
    [InlineData("</>;ct=65536", LinkFault.WrongValue, 0)]
    [InlineData("</>;ct=\"40,60\"", LinkFault.WrongValue, 0)]
    [InlineData("</1/0>;ssid=0", LinkFault.WrongValue, 0)]
    [InlineData("</1/0>;ssid=65535", LinkFault.WrongValue, 0)]
    [InlineData("</3/0/6>;dim=65536", LinkFault.WrongValue, 0)]
    [InlineData("</3/0/6>;dim=-1", LinkFault.WrongValue, 0)]
    [InlineData("</3/0/6>;pmin=a", LinkFault.WrongValue, 0)]
    [InlineData("</3/0/6>;edge=2", LinkFault.WrongValue, 0)]
    public void What_is_wrong_is_told_with_its_place(string text, LinkFault fault, int offset)
    {
        Assert.False(Lwm2mLinks.TryParse(Encoding.UTF8.GetBytes(text), out Lwm2mLinks links, out LinkError error));
        Assert.Equal(new(fault, offset), error);
        Assert.False(links.GetEnumerator().MoveNext());
    }

    [Fact]
    public void Each_value_is_typed()
    {
        Assert.True(Lwm2mLinks.TryParse(
            "</0/1>;ssid=\"7\";uri=\"coap://a\\\"b\";ver=\"2.1\";ver=3.0;lwm2m=1.2;dim=9;pmin=10;gt=\"1.5\";lt=-2;x"u8,
            out Lwm2mLinks links,
            out _));
        Lwm2mLinks.Enumerator all = links.GetEnumerator();
        Assert.True(all.MoveNext());
        Lwm2mLink link = all.Current;
        Assert.Equal(new Lwm2mPath(0, 1), link.Path);
        Assert.Equal((new(2, 1), new(1, 2)), (link.Version!.Value, link.Lwm2mVersion!.Value));
        Assert.Equal((9, 7), (link.Dimension!.Value, link.ShortServerId!.Value));
        Assert.Equal("coap://a\"b", link.ServerUri.GetValue());
        Assert.Equal(new() { MinimumPeriod = 10, GreaterThan = 1.5, LessThan = -2 }, link.Attributes);
        Assert.False(all.MoveNext());
    }

    [Theory]
    [InlineData("</>;rt=\"oma.lwm2m\"")]
    [InlineData("</>;rt=\"oma.lwm2m\";ct=110,</1/0>,</2/0>,</3/0>,</4/0>,</5>;ver=1.0")]
    [InlineData("</>;rt=\"oma.lwm2m\";ct=\"11542 11543 42\",</6>")]
    [InlineData("</>;rt=\"oma.lwm2m\",</6>;ver=2.0,</6/0>,</6/1>")]
    [InlineData("</lwm2m>;rt=\"oma.lwm2m\",</lwm2m/1/101>,</lwm2m/1/102>,</lwm2m/2/0>")]
    public void A_registration_is_written_as_it_came(string text)
    {
        Assert.True(Lwm2mLinks.TryParse(Encoding.UTF8.GetBytes(text), out Lwm2mLinks links, out _));
        Assert.Equal(text, Lwm2mLinkVectorTests.WriteRegistration(DescribedTree.Of(links, new(1, 2)), new(1, 2)));
    }

    [Theory]
    [InlineData("1.0", "</>;rt=\"oma.lwm2m\",</1/0>,</3>;ver=\"1.2\",</3/0>,</5>;ver=\"1.1\",</3303>;ver=\"1.1\",</3303/0>,</3340>")]
    [InlineData("1.1", "</>;rt=\"oma.lwm2m\",</1>;ver=1.0,</1/0>,</3>;ver=1.2,</3/0>,</5>;ver=1.1,</3303>;ver=1.1,</3303/0>,</3340>")]
    [InlineData("1.2", "</>;rt=\"oma.lwm2m\",</1>;ver=1.0,</1/0>,</3/0>,</5>;ver=1.1,</3303>;ver=1.1,</3303/0>,</3340>")]
    public void Versions_are_said_where_nobody_would_guess_them(string version, string expected)
    {
        Assert.True(ObjectVersion.TryParse(version, out ObjectVersion lwm2m));
        ObjectTree objects = new();
        foreach (ushort id in (ushort[])[0, 1, 21, 23])
        {
            objects.Add(new DescribedTree.Described(DescribedTree.Info(id, new(1, 0))));
        }

        objects.Add(DeckTests.Device());
        objects.Add(new Temperature { SensorValue = 1 });
        RegistrationOptions options = new()
        {
            Lwm2mVersion = lwm2m,
            Objects =
            [
                DescribedTree.Info(3340, new(1, 0)), DescribedTree.Info(5, new(1, 1)), DescribedTree.Info(3, new(1, 2)),
                DescribedTree.Info(21, new(1, 0)),
            ],
        };
        Assert.Equal(expected, Write(objects, options));
    }

    [Fact]
    public void Root_formats_and_objects_without_instances_are_named()
    {
        ObjectTree objects = new();
        objects.Add(7, new Temperature { SensorValue = 1 });
        RegistrationOptions options = new()
        {
            AlternatePath = "/a/",
            ContentFormats = [ContentFormat.SenMLCbor, ContentFormat.Tlv],
            Objects = [DescribedTree.Info(9, new(1, 0)), DescribedTree.Info(4, new(1, 3))],
        };
        Assert.Equal(
            "</a>;rt=\"oma.lwm2m\";ct=\"112 11542\",</a/4>,</a/9>,</a/3303>;ver=1.1,</a/3303/7>", Write(objects, options));
        Assert.Equal("</>;rt=\"oma.lwm2m\";ct=0", Write(new(), new() { ContentFormats = [ContentFormat.PlainText] }));
        Assert.Equal(
            RepresentationResult.NotRepresentable, RegistrationLinks.Write(new(), new() { AlternatePath = "/a b" }, new byte[99], out _));
    }

    [Theory]
    [InlineData("/3303", 0, "1.2", "</3303>;ver=1.1;pmin=1")]
    [InlineData("/3303", null, "1.2", "</3303>;ver=1.1;pmin=1,</3303/0>;pmax=2,</3303/0/5605>,</3303/0/5700>;gt=3")]
    [InlineData("/3303", null, "1.0", "</3303>;ver=\"1.1\";pmin=1,</3303/0>;pmax=2,</3303/0/5605>,</3303/0/5700>;gt=3")]
    [InlineData("/3303/0", 0, "1.1", "</3303/0>;pmin=1;pmax=2")]
    [InlineData("/3303/0", 0, "1.0", "</3303/0>;pmax=2")]
    [InlineData("/3303/0/5700", null, "1.0", "</3303/0/5700>;pmin=1;pmax=2;gt=3")]
    [InlineData("/3/0/7", null, "1.0", "</3/0/7>;dim=2")]
    [InlineData("/3/0/7", null, "1.1", "</3/0/7>;dim=2,</3/0/7/0>,</3/0/7/1>;epmin=6")]
    [InlineData("/3/0/7", 1, "1.0", "</3/0/7>;dim=2,</3/0/7/0>,</3/0/7/1>;epmin=6")]
    public void Attributes_are_shown_where_they_are_assigned_and_at_the_target(string path, int? depth, string version, string expected)
    {
        Assert.True(ObjectVersion.TryParse(version, out ObjectVersion lwm2m));
        ObjectTree objects = new();
        objects.Add(DeckTests.Device());
        objects.Add(new Temperature { SensorValue = 1, MinMeasuredValue = null, MaxMeasuredValue = null });
        Assigned assigned = new()
        {
            [new(3303)] = new() { MinimumPeriod = 1 },
            [new(3303, 0)] = new() { MaximumPeriod = 2 },
            [new(3303, 0, 5700)] = new() { GreaterThan = 3 },
            [new(3, 0, 7, 1)] = new() { MinimumEvaluationPeriod = 6 },
        };
        var exact = new byte[expected.Length];
        Assert.Equal(
            RepresentationResult.Written,
            DiscoverLinks.Write(objects, Payloads.Path(path), depth, lwm2m, assigned, exact, out int written));
        Assert.Equal(expected, Encoding.UTF8.GetString(exact, 0, written));
        for (int length = 0; length < exact.Length; length++)
        {
            Assert.Equal(
                RepresentationResult.TooLarge,
                DiscoverLinks.Write(objects, Payloads.Path(path), depth, lwm2m, assigned, exact.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void All_attributes_come_back()
    {
        ObjectTree objects = new();
        objects.Add(new Temperature { SensorValue = 1 });
        Assigned assigned = new() { [new(3303, 0, 5700)] = AttributeQueryTests.Everything };
        var buffer = new byte[256];
        DiscoverLinks.Write(objects, new(3303, 0, 5700), null, new(1, 2), assigned, buffer, out int written);
        Assert.Equal(
            "</3303/0/5700>;pmin=10;pmax=60;gt=60.5;lt=-30.55;st=1;epmin=2;epmax=3;edge=0;con=1;hqmax=4",
            Encoding.UTF8.GetString(buffer, 0, written));
        Assert.True(Lwm2mLinks.TryParse(buffer.AsSpan(0, written), out Lwm2mLinks links, out _));
        foreach (Lwm2mLink link in links)
        {
            Assert.Equal(AttributeQueryTests.Everything, link.Attributes);
        }
    }

    [Fact]
    public void A_bootstrap_discover_is_for_the_root_or_an_object()
    {
        Assert.True(Lwm2mLinks.TryParse("</0/0>;ssid=1;uri=\"coap://a\",</1/0>;ssid=1,</3/0>;ssid=1"u8, out Lwm2mLinks links, out _));
        DescribedTree tree = DescribedTree.Of(links, new(1, 2));
        RegistrationOptions options = new() { Objects = [DescribedTree.Info(4, new(1, 3)), DescribedTree.Info(5, new(1, 0))] };
        Assert.Equal(
            "</>;lwm2m=1.2,</0/0>;ssid=1;uri=\"coap://a\",</1/0>;ssid=1,</3/0>,</4>,</5>;ver=1.0", Discover(Lwm2mPath.Root));
        Assert.Equal("</>;lwm2m=1.2,</1/0>;ssid=1", Discover(new(1)));
        Assert.Equal("</>;lwm2m=1.2,</4>", Discover(new(4)));
        Assert.Equal("Absent", Discover(new(6)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Discover(new(1, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            DiscoverLinks.Write(tree.ToObjects(), Lwm2mPath.Root, null, new(1, 2), null, [], out _));

        string Discover(Lwm2mPath path)
        {
            var buffer = new byte[256];
            RepresentationResult result = BootstrapLinks.Write(tree.ToObjects(), path, options, tree, buffer, out int written);
            return result == RepresentationResult.Written ? Encoding.UTF8.GetString(buffer, 0, written) : $"{result}";
        }
    }

    [Fact]
    public void Random_trees_come_back()
    {
        Random random = new(6);
        for (int i = 0; i < 300; i++)
        {
            StringBuilder text = new("</x>;rt=\"oma.lwm2m\"");
            // The version of object 5 is said in any case.
            int[] ids = [.. Enumerable.Range(1, 30).Where(id => id is not (5 or 21 or 23) && random.Next(2) == 0)];
            foreach (int id in ids)
            {
                bool hasVersion = random.Next(2) == 0;
                int instances = random.Next(3);
                if (hasVersion || instances == 0)
                {
                    text.Append($",</x/{id}>").Append(hasVersion ? $";ver={random.Next(4, 100)}.{random.Next(100)}" : "");
                }

                for (int instance = 0; instance < instances; instance++)
                {
                    text.Append($",</x/{id}/{instance * 7}>");
                }
            }

            Assert.True(Lwm2mLinks.TryParse(Encoding.UTF8.GetBytes(text.ToString()), out Lwm2mLinks links, out _));
            Assert.Equal(text.ToString(), Lwm2mLinkVectorTests.WriteRegistration(DescribedTree.Of(links, new(1, 2)), new(1, 2)));
        }
    }

    [Fact]
    public void Mutations_and_cuts_are_taken_or_refused_whole()
    {
        Random random = new(7);
        byte[][] seeds = [.. HostileLinkTests.Seeds()];
        int taken = 0;
        for (int i = 0; i < 40_000; i++)
        {
            byte[] text = HostileLinkTests.Mutated(seeds[random.Next(seeds.Length)], random);
            if (i % 4 == 0)
            {
                text = text[..random.Next(text.Length + 1)];
            }

            if (Lwm2mLinks.TryParse(text, out Lwm2mLinks links, out LinkError error))
            {
                taken++;
                Show(links);
            }
            else
            {
                Assert.NotEqual(LinkFault.None, error.Fault);
                Assert.InRange(error.Offset, 0, text.Length);
            }
        }

        Assert.InRange(taken, 1, 39_999);
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        ObjectTree objects = new();
        objects.Add(DeckTests.Device());
        objects.Add(new Temperature { SensorValue = 1 });
        RegistrationOptions options = new()
        {
            AlternatePath = "/lwm2m",
            ContentFormats = [ContentFormat.SenMLCbor, ContentFormat.Tlv],
            Objects = [Temperature.Info],
        };
        Assigned assigned = new() { [new(3303)] = AttributeQueryTests.Everything };
        var buffer = new byte[1024];
        Assert.Equal(0, AllocationTests.Allocated(() =>
        {
            Assert.True(RegistrationLinks.Write(objects, options, buffer, out int written) == RepresentationResult.Written);
            Assert.True(Count(buffer.AsSpan(0, written)) == 4);
            RepresentationResult result = DiscoverLinks.Write(objects, new(3, 0), 2, new(1, 2), assigned, buffer, out written);
            Assert.True(result == RepresentationResult.Written);
            Assert.True(Count(buffer.AsSpan(0, written)) == 22);
            result = DiscoverLinks.Write(objects, new(3303), 0, new(1, 2), assigned, buffer, out written);
            Assert.True(result == RepresentationResult.Written);
            Assert.True(Count(buffer.AsSpan(0, written)) == 1);
            Assert.True(AttributeQuery.TryParse("pmin=1&gt=2.5&edge"u8, out _));
        }));
    }

    private static int Count(ReadOnlySpan<byte> text)
    {
        int count = 0;
        Assert.True(Lwm2mLinks.TryParse(text, out Lwm2mLinks links, out _));
        foreach (Lwm2mLink _ in links)
        {
            count++;
        }

        return count;
    }

    private static string Write(ObjectTree objects, RegistrationOptions options)
    {
        var buffer = new byte[1024];
        Assert.Equal(RepresentationResult.Written, RegistrationLinks.Write(objects, options, buffer, out int written));
        var exact = new byte[written];
        Assert.Equal(RepresentationResult.Written, RegistrationLinks.Write(objects, options, exact, out _));
        Assert.Equal(
            RepresentationResult.TooLarge, RegistrationLinks.Write(objects, options, buffer.AsSpan(0, written - 1), out int nothing));
        Assert.Equal(0, nothing);
        return Encoding.UTF8.GetString(exact);
    }

    private static string Show(Lwm2mLinks links)
    {
        List<string> formats = [], paths = [];
        foreach (ContentFormat format in links.ContentFormats)
        {
            formats.Add($"{(int)format}");
        }

        foreach (Lwm2mLink link in links)
        {
            paths.Add(link.Path.ToString());
        }

        string shown = $"{Encoding.UTF8.GetString(links.Root)} | {string.Join(' ', formats)} | {string.Join(' ', paths)}";
        return shown.Replace("|  |", "| |", StringComparison.Ordinal);
    }

    private sealed class Assigned : Dictionary<Lwm2mPath, NotificationAttributes>, INotificationAttributes
    {
        public NotificationAttributes AssignedTo(Lwm2mPath path) => this.GetValueOrDefault(path);
    }
}
