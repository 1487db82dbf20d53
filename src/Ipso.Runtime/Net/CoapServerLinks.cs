using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Links;

namespace Ipso.Net;

/// <summary>The answer of <c>/.well-known/core</c>: the links of a server's resources, filtered by the query (RFC 6690, 4).</summary>
internal sealed class CoapServerLinks
{
    private readonly byte[] _links;

    /// <exception cref="ArgumentException">A template or an attribute cannot be said in the format.</exception>
    public CoapServerLinks(IEnumerable<CoapRoute> routes)
    {
        var buffer = new byte[1024];
        int length;
        while ((length = Write(routes, buffer, out bool overflowed)) < 0)
        {
            if (!overflowed)
            {
                throw new ArgumentException("A path, type, interface or title has a character that cannot be said in a link.");
            }

            buffer = new byte[2 * buffer.Length];
        }

        _links = buffer[..length];
    }

    public static bool IsAskedFor(in CoapRequest request)
    {
        int position = 0;
        foreach (ReadOnlySpan<byte> segment in request.UriPath)
        {
            if (!segment.SequenceEqual(position switch { 0 => ".well-known"u8, 1 => "core"u8, _ => default }))
            {
                return false;
            }

            position++;
        }

        return position == 2;
    }

    public CoapReply Answer(in CoapRequest request)
    {
        if (request.Code != CoapCode.Get)
        {
            return new CoapReply(CoapCode.MethodNotAllowed);
        }

        if (request.Accept is { } accept && accept != ContentFormat.LinkFormat)
        {
            return new CoapReply(CoapCode.NotAcceptable);
        }

        byte[] links = [.. _links];
        int length = links.Length;
        foreach (ReadOnlySpan<byte> argument in request.UriQuery)
        {
            if (!LinkFilter.TryParse(argument, out LinkFilter filter))
            {
                return CoapReply.Error(CoapCode.BadRequest, "The query is no filter, name=value");
            }

            _ = filter.TryApply(links.AsSpan(0, length), links, out length);
        }

        return CoapReply.Content(links.AsMemory(0, length), ContentFormat.LinkFormat);
    }

    private static int Write(IEnumerable<CoapRoute> routes, Span<byte> buffer, out bool overflowed)
    {
        LinkFormatWriter writer = new(buffer);
        foreach (IGrouping<string, CoapRoute> resource in routes
            .Where(static route => !route.Template.Contains('{', StringComparison.Ordinal))
            .GroupBy(static route => route.Template)
            .Where(static resource => !resource.Any(static route => route.IsHidden)))
        {
            writer.Link(Encoding.UTF8.GetBytes(resource.Key));
            if (resource.Select(static route => route.ResourceType).FirstOrDefault(static type => type is not null) is { } type)
            {
                writer.Quoted("rt"u8, type);
            }

            if (resource.Select(static route => route.Interface).FirstOrDefault(static text => text is not null) is { } description)
            {
                writer.Quoted("if"u8, description);
            }

            ushort[] formats = [.. resource.SelectMany(static route => route.Produced).Select(static format => (ushort)format).Distinct()];
            if (formats.Length > 0)
            {
                writer.Numbers("ct"u8, formats);
            }

            if (resource.Select(static route => route.Title).FirstOrDefault(static title => title is not null) is { } title)
            {
                writer.Quoted("title"u8, title);
            }

            if (resource.Any(static route => route.IsObservable))
            {
                writer.Flag("obs"u8);
            }
        }

        overflowed = writer.Overflowed;
        return writer.Finish();
    }
}
