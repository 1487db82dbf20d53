using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Diagnostics;

/// <summary>A place in a file as a plain value: a <see cref="Location"/> has no business in a cache.</summary>
internal sealed record LocationInfo(string Path, TextSpan Span, LinePositionSpan Lines)
{
    /// <summary>The beginning of a file, for faults of the file as a whole.</summary>
    public static LocationInfo StartOf(string path) => new(path, default, default);

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}
