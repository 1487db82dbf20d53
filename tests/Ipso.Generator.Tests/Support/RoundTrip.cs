using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Generator.Tests.Support;

/// <summary>What can be done with the instances of a generated class without knowing the class at compile time.</summary>
internal abstract class RoundTrip
{
    // What follows a measured value by itself: the minimum and the maximum so far.
    private static readonly ushort[] s_followers = [5601, 5602];

    public static ContentFormat[] Formats { get; } = [.. Enum.GetValues<ContentFormat>().Distinct().Where(Representation.Supports)];

    public static ContentFormat[] WholeFormats { get; } = [.. Formats.Where(format => !Representation.IsSingleValue(format))];

    public abstract ObjectInfo Info { get; }

    protected abstract ResourceProperty[] Resources { get; }

    public override string ToString() => $"{Info}, version {Info.Version}";

    public static RoundTrip Of(Type type) => (RoundTrip)Activator.CreateInstance(typeof(RoundTrip<>).MakeGenericType(type))!;

    /// <summary>Holds each field against the place where the runtime looks for it.</summary>
    public void AssertSlots() => Assert.All(Resources, static resource => resource.AssertSlot());

    /// <summary>Writes a whole instance, reads it into a fresh one and compares.</summary>
    public void Whole(ContentFormat format, Random random, bool isFull)
    {
        ObjectInstance original = Fill(random, isFull ? _ => true : Some(random));
        byte[] payload = Write(original, Path, format);

        ObjectInstance copy = ReadFresh(format, payload);
        AssertSame(original, copy, format);

        // Other bytes of the copy would tell of a difference that the properties do not show, such as what is present.
        Assert.Equal(payload, Write(copy, Path, format));
    }

    /// <summary>Writes and reads each readable resource by itself and, where the format holds one value, each resource instance.</summary>
    public void Singly(ContentFormat format, Random random)
    {
        ObjectInstance original = Fill(random, _ => true);
        ObjectInstance copy = Create();
        ResourceProperty[] resources = [.. Resources.Where(resource => resource.Info.IsReadable)];
        foreach (ResourceProperty resource in resources)
        {
            Lwm2mPath path = Path.Append(resource.Info.Id);
            bool isByInstance = resource.Info.IsMultiple && Representation.IsSingleValue(format);
            foreach (Lwm2mPath one in isByInstance ? resource.Values(original).Keys.Select(id => path.Append((ushort)id)) : [path])
            {
                if (CanCarry(format, resource.Info))
                {
                    Read(copy, one, format, Write(original, one, format), ReadMode.Mirror);
                }
                else
                {
                    RepresentationResult result = Representation.Write([original], one, format, new byte[4096], out _);
                    Assert.Equal((one, RepresentationResult.NotRepresentable), (one, result));
                }
            }
        }

        AssertSame(original, copy, format, resource => CanCarry(format, resource));
    }

    /// <summary>Takes what a server writes, whole and resource by resource, into the instance of a device.</summary>
    /// <param name="server">A class of the same object that can put all writable resources into a payload: they are readable.</param>
    /// <param name="format">The format.</param>
    /// <param name="random">Gives the values.</param>
    public void Written(RoundTrip server, ContentFormat format, Random random)
    {
        ObjectInstance device = Fill(random, Some(random));
        ObjectInstance wanted = server.Fill(random, resource => resource.IsWritable);
        ResourceProperty[] writable = [.. server.Resources.Where(resource => resource.Info.IsWritable)];
        if (!Representation.IsSingleValue(format))
        {
            AssertTakes(device, Path, format, wanted, writable);
        }

        wanted = server.Fill(random, resource => resource.IsWritable);
        foreach (ResourceProperty resource in writable)
        {
            if (CanCarry(format, resource.Info) && !(resource.Info.IsMultiple && Representation.IsSingleValue(format)))
            {
                AssertTakes(device, Path.Append(resource.Info.Id), format, wanted, [resource]);
            }
        }
    }

    protected abstract ObjectInstance Create();

    protected abstract ObjectInstance ReadFresh(ContentFormat format, byte[] payload);

    private Lwm2mPath Path => new(Info.ObjectId, 0);

    private ObjectInstance Fill(Random random, Func<ResourceInfo, bool> isWanted)
    {
        ObjectInstance instance = Create();
        var values = new ValuesInRange(random);
        foreach (ResourceProperty resource in Resources.Where(resource => isWanted(resource.Info)))
        {
            resource.Fill(instance, values);
        }

        ResourceProperty[] followers = [.. Resources.Where(resource => s_followers.Contains(resource.Info.Id))];
        foreach (ResourceProperty resource in followers.Where(resource => !isWanted(resource.Info)))
        {
            resource.Clear(instance);
        }

        return instance;
    }

    private static Func<ResourceInfo, bool> Some(Random random)
    {
        int seed = random.Next();
        return resource => new Random(seed ^ resource.Id).Next(2) == 0;
    }

    // A server's write is a partial update: what it names has the server's value; instances that it does not name stay, as does all else.
    private void AssertTakes(
        ObjectInstance device, Lwm2mPath path, ContentFormat format, ObjectInstance server, ResourceProperty[] written)
    {
        var expected = Resources.ToDictionary(resource => resource.Info.Id, resource => resource.Values(device));
        foreach (ResourceProperty resource in written)
        {
            foreach (var (id, value) in resource.Values(server))
            {
                expected[resource.Info.Id][id] = value;
            }
        }

        Read(device, path, format, Write(server, path, format), ReadMode.WriteUpdate);
        foreach (ResourceProperty resource in Resources.Where(resource => !s_followers.Contains(resource.Info.Id)))
        {
            Assert.Equal(Show(resource, expected[resource.Info.Id]), Show(resource, resource.Values(device)));
        }
    }

    private void AssertSame(ObjectInstance original, ObjectInstance copy, ContentFormat format, Func<ResourceInfo, bool>? isCarried = null)
    {
        foreach (ResourceProperty resource in Resources)
        {
            if (isCarried is null || isCarried(resource.Info))
            {
                // What cannot be read does not travel: the copy is as it was made.
                ObjectInstance expected = resource.Info.IsReadable ? original : Create();
                Assert.Equal((format, Show(resource, resource.Values(expected))), (format, Show(resource, resource.Values(copy))));
            }
        }
    }

    private static bool CanCarry(ContentFormat format, ResourceInfo resource) =>
        format != ContentFormat.OctetStream || resource.Type == ResourceType.Opaque;

    private static byte[] Write(ObjectInstance instance, Lwm2mPath path, ContentFormat format)
    {
        byte[] buffer = new byte[64 * 1024];
        RepresentationResult result = Representation.Write([instance], path, format, buffer, out int written);
        Assert.True(result == RepresentationResult.Written, $"{path} in {format}: {result}");
        return buffer[..written];
    }

    private static void Read(ObjectInstance instance, Lwm2mPath path, ContentFormat format, byte[] payload, ReadMode mode)
    {
        bool isTaken = Representation.TryRead(instance, path, format, payload, mode, out PayloadError error);
        Assert.True(isTaken, $"{path} in {format}: {error}; {Convert.ToHexString(payload)}");
    }

    // Numbers with all their digits, and texts as they are: equal here is equal.
    private static string Show(ResourceProperty resource, SortedDictionary<int, object> values) =>
        $"{resource.Info} = {string.Join(", ", values.Select(pair => FormattableString.Invariant($"{pair.Key}: {pair.Value}")))}";
}

/// <inheritdoc/>
internal sealed class RoundTrip<T> : RoundTrip
    where T : ObjectInstance, ILwm2mObject<T>
{
    public override ObjectInfo Info => T.Info;

    protected override ResourceProperty[] Resources { get; } = ResourceProperty.Of(typeof(T), T.Info);

    protected override ObjectInstance Create() => T.Create();

    protected override ObjectInstance ReadFresh(ContentFormat format, byte[] payload)
    {
        bool isTaken = Representation.TryRead(0, format, payload, out T instance, out PayloadError error);
        Assert.True(isTaken, $"{format}: {error}; {Convert.ToHexString(payload)}");
        return instance;
    }
}
