using System.Collections.Immutable;
using System.Text;
using Ipso.Buffers;
using Ipso.Coap;

namespace Ipso.Lwm2m.Device;

/// <summary>The queries of Register and Update (LwM2M TS Transport, 6.4.3), in URI form.</summary>
internal static class RegistrationRequest
{
    /// <summary>More than any query but for the endpoint's name and what a location brings with it.</summary>
    internal const int FixedLength = 96 + 16 + MaxProfiles;

    /// <summary>The longest ids of profiles, with the commas between them.</summary>
    internal const int MaxProfiles = 128;

    private static readonly ObjectVersion s_withFlags = new(1, 1);

    /// <summary>Writes <c>ep=..&amp;lt=..&amp;lwm2m=..&amp;b=U&amp;Q</c>.</summary>
    /// <param name="destination">As long as the name and <see cref="FixedLength"/>.</param>
    /// <param name="endpoint">The endpoint's name, escaped; empty for one that the server knows by its keys.</param>
    /// <param name="lifetime">The lifetime in seconds.</param>
    /// <param name="version">The version.</param>
    /// <param name="isQueued">Whether in queue mode.</param>
    /// <param name="profiles">The ids of profiles that stand for the links; none where these are sent.</param>
    internal static ReadOnlySpan<char> Register(
        Span<char> destination, string endpoint, long lifetime, ObjectVersion version, bool isQueued, ReadOnlySpan<string> profiles = default)
    {
        int length = 0;
        if (endpoint.Length > 0)
        {
            Append(destination, ref length, "ep=");
            Append(destination, ref length, endpoint);
            Append(destination, ref length, "&");
        }

        Append(destination, ref length, "lt=");
        Append(destination, ref length, lifetime);
        Append(destination, ref length, "&lwm2m=");
        Append(destination, ref length, version.Major);
        Append(destination, ref length, ".");
        Append(destination, ref length, version.Minor);
        Append(destination, ref length, "&");
        AppendBinding(destination, ref length, version, isQueued);
        if (!profiles.IsEmpty)
        {
            // Several are one text, in quotation marks.
            string mark = profiles.Length > 1 ? "%22" : "";
            Append(destination, ref length, "&pid=");
            Append(destination, ref length, mark);
            for (int i = 0; i < profiles.Length; i++)
            {
                Append(destination, ref length, i > 0 ? "," : "");
                Append(destination, ref length, profiles[i]);
            }

            Append(destination, ref length, mark);
        }

        return destination[..length];
    }

    /// <summary>A text as it stands in a query: what is not unreserved (RFC 3986, 2.3) is escaped.</summary>
    internal static string Escape(string text)
    {
        const string Hex = "0123456789ABCDEF";
        StringBuilder escaped = new();
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append('%').Append(Hex[b >> 4]).Append(Hex[b & 15]);
            }
        }

        return escaped.ToString();
    }

    /// <summary>Judges the ids of profiles.</summary>
    /// <exception cref="ArgumentException">They are none, or too long.</exception>
    internal static ImmutableArray<string> Profiles(ImmutableArray<string> ids)
    {
        int length = 0;
        foreach (string id in ids)
        {
            length += (id?.Length ?? 0) + 1;
            bool isId = !string.IsNullOrEmpty(id);
            foreach (char c in id ?? "")
            {
                isId &= char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '.' or '_';
            }

            if (!isId)
            {
                throw new ArgumentException(Phrase.Of($"'{id}' is no id of a profile: letters, digits and :-._ make one."), nameof(ids));
            }
        }

        return length <= MaxProfiles + 1
            ? ids
            : throw new ArgumentException(Phrase.Of($"The ids of all profiles have {MaxProfiles} characters at most."), nameof(ids));
    }

    /// <summary>Writes what has changed: nothing, <c>lt=..</c>, the binding, or both.</summary>
    /// <param name="destination">As long as the location's query and <see cref="FixedLength"/>.</param>
    /// <param name="locationQuery">The query of the location, which comes first.</param>
    /// <param name="lifetime">The lifetime in seconds, where it has changed.</param>
    /// <param name="version">The version.</param>
    /// <param name="isQueued">Whether in queue mode, where that has changed.</param>
    internal static ReadOnlySpan<char> Update(
        Span<char> destination, ReadOnlySpan<char> locationQuery, long? lifetime, ObjectVersion version, bool? isQueued)
    {
        int length = 0;
        Append(destination, ref length, locationQuery);
        if (lifetime is { } lt)
        {
            Append(destination, ref length, length > 0 ? "&lt=" : "lt=");
            Append(destination, ref length, lt);
        }

        if (isQueued is { } queued)
        {
            Append(destination, ref length, length > 0 ? "&" : "");
            AppendBinding(destination, ref length, version, queued);
        }

        return destination[..length];
    }

    /// <summary>Takes Location-Path and Location-Query as they are: a server may put there what it likes.</summary>
    /// <param name="message">The response to a Register.</param>
    /// <param name="destination">Where path and query go, without the question mark between.</param>
    /// <param name="pathLength">The length of the path.</param>
    /// <param name="length">The length of both.</param>
    /// <returns>False where there is no path, or no room.</returns>
    internal static bool TryReadLocation(in CoapMessage message, Span<char> destination, out int pathLength, out int length)
    {
        Span<byte> location = stackalloc byte[destination.Length];
        pathLength = length = 0;
        if (!CoapUri.TryFormatLocation(message.Options, location, out int written) || written < 2)
        {
            return false;
        }

        location = location[..written];
        int mark = location.IndexOf((byte)'?');
        pathLength = mark < 0 ? written : mark;
        for (int i = 0; i < written; i++)
        {
            // What is not ASCII is escaped.
            destination[length] = (char)location[i];
            length += i == mark ? 0 : 1;
        }

        return pathLength > 1;
    }

    // LwM2M 1.0 has the queue mode in the Binding, later versions as an argument of its own (LwM2M TS Core, 6.2.1.2).
    private static void AppendBinding(Span<char> destination, ref int length, ObjectVersion version, bool isQueued) =>
        Append(destination, ref length, !isQueued ? "b=U" : version < s_withFlags ? "b=UQ" : "b=U&Q");

    private static void Append(Span<char> destination, ref int length, ReadOnlySpan<char> text)
    {
        text.CopyTo(destination[length..]);
        length += text.Length;
    }

    private static void Append(Span<char> destination, ref int length, long number)
    {
        _ = number.TryFormat(destination[length..], out int written, provider: System.Globalization.CultureInfo.InvariantCulture);
        length += written;
    }
}
