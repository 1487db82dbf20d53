using Ipso.Generator.Diagnostics;

namespace Ipso.Generator.Registry;

/// <summary>The children of an element by name: of each the first.</summary>
internal readonly struct ChildElements
{
    private readonly XmlNode _parent;
    private readonly string[] _names;

    // By their places in the tree, where the root has the first: 0 is none.
    private readonly int[] _first;
    private readonly bool _areSound = true;

    /// <param name="parent">The element.</param>
    /// <param name="names">The names that a child may have, in the order in which a definition has them as a rule.</param>
    public ChildElements(XmlNode parent, string[] names)
    {
        _parent = parent;
        _names = names;
        _first = new int[names.Length];
        int next = 0;
        foreach (XmlNode child in parent.Children)
        {
            int place = Place(child, next);
            bool isNew = place >= 0 && _first[place] == 0;
            _areSound &= isNew;
            next = place >= 0 ? place + 1 : next;
            if (isNew)
            {
                _first[place] = child.Index;
            }
        }
    }

    /// <summary>The first child of a name, or null.</summary>
    public XmlNode? this[string name] => _first[Place(name)] is > 0 and int index ? new XmlNode(_parent.Tree, index) : null;

    /// <summary>
    /// Says which children are passed over: those that repeat a name, and those whose name is none. A misspelt one would otherwise be
    /// missed without a word.
    /// </summary>
    public void Report(Subject subject, FaultList faults)
    {
        if (_areSound)
        {
            return;
        }

        int next = 0;
        foreach (XmlNode child in _parent.Children)
        {
            int place = Place(child, next);
            next = place + 1;
            if (place < 0)
            {
                faults.Add(Descriptors.ElementUnknown, child.NameSpan, subject, child.Name, string.Join(", ", _names));
            }
            else if (_first[place] != child.Index)
            {
                faults.Add(Descriptors.ElementRepeated, child.NameSpan, child.Name, _parent.Name);
            }
        }
    }

    private int Place(XmlNode child, int expected) =>
        expected < _names.Length && child.Is(_names[expected]) ? expected : Place(child.Name);

    private int Place(string name)
    {
        int place = _names.Length - 1;
        while (place >= 0 && _names[place] != name)
        {
            place--;
        }

        return place;
    }
}
