using FsCheck;
using FsCheck.Fluent;

namespace Ipso.Tests.Lwm2m.Differential;

// TLV and LwM2M CBOR, in which the instances of a multiple resource are in it.
internal static partial class UsualPacks
{
    private const int TlvObjectInstance = 0;
    private const int TlvResourceInstance = 1;
    private const int TlvMultipleResource = 2;
    private const int TlvResource = 3;

    private static readonly Gen<int> s_number = Gen.Frequency(
        (40, Gen.Choose(0, 99)), (20, Gen.Choose(1000, 9999)), (10, Gen.Choose(100, 999)), (2, Gen.Choose(10_000, 65_535)),
        (1, Gen.Elements(0, 23, 24, 255, 256, 65_534, 65_535)));

    // Now and then more than there is room for.
    private static readonly Gen<int> s_count = Gen.Frequency((12, Gen.Choose(1, 5)), (1, Gen.Choose(6, 40)));

    /// <summary>Resources, and behind them one with instances, all with the same value.</summary>
    internal static byte[] TlvOf(int resources, int instances, string value) => ToBytes(
        string.Concat(Enumerable.Range(0, resources).Select(id => Element(TlvResource, id * 20, value, 0)))
        + Element(TlvMultipleResource, 1000, string.Concat(
            Enumerable.Range(0, instances).Select(id => Element(TlvResourceInstance, id * 20, value, 0))), 0));

    /// <inheritdoc cref="TlvOf"/>
    internal static byte[] LwM2MCborOf(int resources, int instances, string value)
    {
        string[] entries = [.. Enumerable.Range(0, resources).Select(id => Entry(id * 20, Head(2, (ulong)value.Length, 0) + value))];
        string multiple = Map([.. Enumerable.Range(0, instances).Select(id => Entry(id * 20, Head(2, (ulong)value.Length, 0) + value))]);
        return ToBytes(Map([Entry(3, Map([Entry(0, Map([.. entries, Entry(1000, multiple)]))]))]));
    }

    private static Gen<string> Tlv()
    {
        Gen<string> number =
            from bits in s_magnitude
            from length in Gen.Elements(1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 3, 0)
            select BigEndian(bits, length);
        Gen<string> value = Gen.Frequency((10, number), (6, s_text), (1, s_text.Select(text => text.PadRight(text.Length * 9, 'p'))));
        Gen<string> instances = Concat(ElementOf(TlvResourceInstance, value), Gen.Choose(1, 4));
        Gen<string> odd = Gen.OneOf(
            ElementOf(TlvMultipleResource, Gen.Constant("")), ElementOf(TlvResourceInstance, value),
            ElementOf(TlvMultipleResource, Concat(
                from type in Gen.Choose(TlvObjectInstance, TlvResource)
                from element in ElementOf(type, Gen.Frequency((1, instances), (2, value)))
                select element, Gen.Choose(1, 3))),
            ElementOf(TlvObjectInstance, Concat(ElementOf(TlvResource, value), s_count)));
        return Concat(
            Gen.Frequency((48, ElementOf(TlvResource, value)), (24, ElementOf(TlvMultipleResource, instances)), (1, odd)), s_count);
    }

    private static Gen<string> LwM2MCbor()
    {
        Gen<string> value = Gen.Frequency(
            (16, Heads(0, 1)), (10, Floats()), (16, Strings(3)), (3, Gen.Elements("\xF4", "\xF5")), (3, Strings(2)),
            (3, s_id.Two().Select(ids => CborText($"{ids.Item1}:{ids.Item2}"))), (3, Heads(0, 1).Select(time => "\xC1" + time)),
            (1, Gen.Elements("\xF6", "\xF7", "\xC1\xF9\x3C\x00", "\xC1\x61\x61", "\xC0\x61\x61", "\xC4\x82\x20\x05", "\x7F\x61\x61\xFF",
                "\x5F\xFF", "\x82\x01\x02", "\xA0", "\xC1\xC1\x05", "\xF8\x14", "\x1C", "\x3F")));
        Gen<string> single = EntryOf(value);
        Gen<string> multiple = EntryOf(MapOf(single, Gen.Choose(1, 4)));
        Gen<string> resource = Gen.Frequency((48, single), (24, multiple), (1, EntryOf(MapOf(multiple, Gen.Constant(1)))));
        Gen<string> instance = EntryOf(MapOf(resource, s_count));
        Gen<string> lwm2mObject = EntryOf(MapOf(instance, Few));
        return MapOf(lwm2mObject, Few);
    }

    private static Gen<int> Few => Gen.Frequency((12, Gen.Constant(1)), (1, Gen.Choose(2, 3)));

    private static Gen<string> ElementOf(int type, Gen<string> value) =>
        from id in s_number
        from content in value
        from form in Gen.Frequency((40, Gen.Constant(0)), (1, Gen.Choose(0, 63)))
        select Element(type, id, content, form);

    // The shortest form, or with the bits 1 and 2 a wider length, with bit 0 a wider id, and with the others something that means nothing.
    private static string Element(int type, int id, string value, int form)
    {
        bool isWide = id > byte.MaxValue || (form & 1) != 0;
        int lengthOfLength = Math.Max(
            form >> 1 & 3, value.Length < 8 ? 0 : value.Length <= byte.MaxValue ? 1 : value.Length <= ushort.MaxValue ? 2 : 3);
        int head = type << 6 | (isWide ? 0x20 : 0) | lengthOfLength << 3 | (lengthOfLength == 0 ? value.Length : form >> 3);
        return (char)head + BigEndian((ulong)id, isWide ? 2 : 1) + BigEndian((ulong)value.Length, lengthOfLength) + value;
    }

    private static Gen<string> EntryOf(Gen<string> value) =>
        from id in s_number
        from width in Width
        from inArray in Gen.Frequency((160, Gen.Constant("")), (1, Gen.Elements("\x81", "\x82", "\x9F", "\x18")))
        from content in value
        select inArray + Head(0, (ulong)id, id > byte.MaxValue && width > 0 ? Math.Max(width, 25) : width) + content;

    private static string Entry(int id, string value) => Head(0, (ulong)id, 0) + value;

    private static Gen<string> MapOf(Gen<string> entry, Gen<int> entries) =>
        from count in entries
        from all in entry.ArrayOf(count)
        from wrong in Gen.Frequency((160, Gen.Constant(0)), (1, Gen.Elements(-1, 1, 100)))
        from width in Gen.Frequency((40, Gen.Constant(0)), (1, Gen.Choose(24, 27)))
        from isIndefinite in Gen.Frequency((160, Gen.Constant(false)), (1, Gen.Constant(true)))
        select isIndefinite
            ? "\xBF" + string.Concat(all) + "\xFF"
            : Head(5, (ulong)Math.Max(0, count + wrong), width) + string.Concat(all);

    private static string Map(string[] entries) => Head(5, (ulong)entries.Length, 0) + string.Concat(entries);

    private static Gen<string> Concat(Gen<string> part, Gen<int> count) =>
        from parts in count
        from all in part.ArrayOf(parts)
        select string.Concat(all);

    private static string BigEndian(ulong value, int length) =>
        string.Concat(Enumerable.Range(1, length).Select(i => (char)(value >> 8 * (length - i) & 0xFF)));
}
