using System.Text;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

/// <summary>Keys of the tests.</summary>
internal static class Keys
{
    internal static readonly byte[] Right = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];
    internal static readonly byte[] Wrong = [.. Enumerable.Range(2, 16).Select(static i => (byte)i)];

    internal const string Identity = "node-7";

    internal static DtlsOptions Server { get; } = new() { PreSharedKeys = Find };

    internal static PreSharedKeyCredentials Client { get; } = Credentials(Identity, Right);

    internal static PreSharedKeyCredentials Credentials(string identity, byte[] key) => new(Encoding.UTF8.GetBytes(identity), key);

    internal static int Find(ReadOnlySpan<byte> identity, Span<byte> key)
    {
        if (!identity.SequenceEqual("node-7"u8))
        {
            return 0;
        }

        Right.CopyTo(key);
        return Right.Length;
    }
}
