using System.Text;
using Ipso.Coap;

namespace Ipso.Net;

/// <summary>What a path has led to.</summary>
/// <param name="Node">The resource; null if there is none.</param>
/// <param name="Values">What stands in the place of the template's parameters, in their order.</param>
internal readonly record struct CoapMatch(CoapRouteTable.Node? Node, string[] Values);

/// <summary>The resources of a server by path: a tree of segments, in which a literal goes before a parameter.</summary>
internal sealed class CoapRouteTable
{
    internal sealed class Node
    {
        public Dictionary<string, Node> Literals { get; } = new(StringComparer.Ordinal);

        public Node? Parameter { get; set; }

        public CoapRoute?[] Routes { get; } = new CoapRoute?[(int)CoapMethod.IPatch + 1];

        public string[] Names { get; set; } = [];

        public bool HasRoutes { get; set; }
    }

    private readonly Node _root = new();

    /// <summary>All routes, in the order in which they were added.</summary>
    public List<CoapRoute> All { get; } = [];

    /// <summary>Adds a route.</summary>
    /// <exception cref="ArgumentException">The template does not begin with a slash, or the route is there already.</exception>
    public void Add(CoapRoute route)
    {
        Node node = _root;
        List<string> names = [];
        foreach (string segment in Segments(route.Template))
        {
            if (segment is ['{', .., '}'])
            {
                names.Add(segment[1..^1]);
                node = node.Parameter ??= new Node();
                continue;
            }

            string literal = Uri.UnescapeDataString(segment);
            if (!node.Literals.TryGetValue(literal, out Node? next))
            {
                node.Literals.Add(literal, next = new Node());
            }

            node = next;
        }

        ref CoapRoute? place = ref node.Routes[route.Method.Value];
        if (place is not null || (node.HasRoutes && !node.Names.SequenceEqual(names)))
        {
            throw new ArgumentException($"{route.Method} {route.Template} is mapped already, perhaps with other parameters.");
        }

        place = route;
        node.Names = [.. names];
        node.HasRoutes = true;
        All.Add(route);
    }

    /// <summary>Finds the resource of a path.</summary>
    public CoapMatch Find(CoapOptionValues path)
    {
        List<string> segments = [];
        foreach (ReadOnlySpan<byte> segment in path)
        {
            segments.Add(Encoding.UTF8.GetString(segment));
        }

        List<string> values = [];
        Node? node = Find(_root, segments, 0, values);
        return new CoapMatch(node, node is null ? [] : [.. values]);
    }

    /// <summary>The segments of a path in URI form; none for the root.</summary>
    public static string[] Segments(string path)
    {
        if (path is not ['/', ..])
        {
            throw new ArgumentException($"'{path}' does not begin with a slash.", nameof(path));
        }

        return path.Length == 1 ? [] : path[1..].Split('/');
    }

    private static Node? Find(Node node, List<string> segments, int position, List<string> values)
    {
        if (position == segments.Count)
        {
            return node.HasRoutes ? node : null;
        }

        if (node.Literals.TryGetValue(segments[position], out Node? next)
            && Find(next, segments, position + 1, values) is { } found)
        {
            return found;
        }

        if (node.Parameter is null)
        {
            return null;
        }

        values.Add(segments[position]);
        found = Find(node.Parameter, segments, position + 1, values);
        if (found is null)
        {
            values.RemoveAt(values.Count - 1);
        }

        return found;
    }
}
