using System.Buffers.Binary;
using System.Globalization;
using Ipso.Coap.Engine;

namespace Ipso.Server.Registration;

/// <summary>
/// Names a registration: the last segment of its location, <c>/rd/{id}</c>. Drawn at random, since without security whoever knows it may
/// update the registration.
/// </summary>
/// <param name="Value">64 bits.</param>
public readonly record struct RegistrationId(ulong Value)
{
    internal const int TextLength = 16;

    internal static RegistrationId Draw(IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        random.Fill(bytes);
        return new(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
    }

    internal void Format(Span<byte> destination) =>
        Value.TryFormat(destination, out _, "x16", CultureInfo.InvariantCulture);

    internal static bool TryParse(ReadOnlySpan<byte> text, out RegistrationId id)
    {
        bool isId = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            && text.Length == TextLength;
        id = new(value);
        return isId;
    }

    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
