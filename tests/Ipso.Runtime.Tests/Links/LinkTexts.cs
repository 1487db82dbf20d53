using System.Text;
using Ipso.Links;

namespace Ipso.Tests.Links;

/// <summary>Links as the reader sees them, for comparison.</summary>
internal static class LinkTexts
{
    internal static string Show(string target, IEnumerable<(string Name, string Form, string? Value)> parameters) =>
        $"<{target}>" + string.Concat(parameters.Select(p => $"; {p.Form} {p.Name}: {p.Value ?? "nothing"}"));

    /// <summary>The links up to the first fault.</summary>
    internal static List<string> Read(ReadOnlySpan<byte> text, LinkSyntax syntax, out LinkError error)
    {
        List<string> links = [];
        LinkFormatReader reader = new(text, syntax);
        while (reader.Next())
        {
            List<(string, string, string?)> parameters = [];
            foreach (LinkParameter parameter in reader.Current.Parameters)
            {
                parameters.Add((
                    Encoding.UTF8.GetString(parameter.Name),
                    parameter.Form.ToString().ToLowerInvariant(),
                    parameter.HasValue ? parameter.GetValue() : null));
            }

            links.Add(Show(Encoding.UTF8.GetString(reader.Current.Target), parameters));
        }

        error = reader.Error;
        Assert.False(reader.Next());
        Assert.Equal(error, reader.Error);
        return links;
    }

    /// <summary>The same links out of the writer.</summary>
    internal static byte[] Rewrite(ReadOnlySpan<byte> text)
    {
        var buffer = new byte[text.Length * 2];
        int length = Rewrite(text, buffer);
        Assert.True(length >= 0);
        return buffer[..length];
    }

    internal static int Rewrite(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        LinkFormatReader reader = new(text);
        LinkFormatWriter writer = new(destination);
        Span<byte> value = stackalloc byte[1024];
        while (reader.Next())
        {
            writer.Link(reader.Current.Target);
            foreach (LinkParameter parameter in reader.Current.Parameters)
            {
                int length = 0;
                if (!parameter.TryCopyValue(value, out length))
                {
                    return -2;
                }

                switch (parameter.Form)
                {
                    case LinkParameterForm.Flag: writer.Flag(parameter.Name); break;
                    case LinkParameterForm.Token: writer.Token(parameter.Name, value[..length]); break;
                    default: writer.Quoted(parameter.Name, value[..length]); break;
                }
            }
        }

        return writer.Finish();
    }
}
