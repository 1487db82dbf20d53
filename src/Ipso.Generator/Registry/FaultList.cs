using System.Collections.Generic;
using Ipso.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Registry;

/// <summary>Gathers the faults of one file at their places.</summary>
internal sealed class FaultList(string path, string text)
{
    private readonly List<DiagnosticInfo> _items = [];
    private readonly LineMap _lines = LineMap.OfSource(text);

    public EquatableArray<DiagnosticInfo> Items => new(_items);

    public LocationInfo Place(TextSpan span) => new(path, span, _lines.Positions(span));

    public void Add(DiagnosticDescriptor descriptor, TextSpan span, params string[] arguments) =>
        Add(DiagnosticInfo.Create(descriptor, null, arguments), span);

    /// <summary>Adds a fault whose first argument is what it is said of.</summary>
    public void Add(DiagnosticDescriptor descriptor, TextSpan span, Subject subject, params string[] arguments) =>
        Add(descriptor, span, [subject.ToString(), .. arguments]);

    /// <summary>Adds a fault that has no place yet.</summary>
    public void Add(DiagnosticInfo fault, TextSpan span) => _items.Add(fault with { Location = Place(span) });
}
