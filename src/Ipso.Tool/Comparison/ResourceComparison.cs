using Ipso.Generator.Naming;
using Ipso.Generator.Registry;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Comparison;

/// <summary>What a new definition of a resource changes.</summary>
/// <param name="oldType">The class that had it.</param>
/// <param name="newType">The class that has it now.</param>
/// <param name="before">The resource before.</param>
/// <param name="after">The resource now.</param>
/// <param name="changes">Takes the changes.</param>
internal sealed class ResourceComparison(string oldType, string newType, ResourceView before, ResourceView after, List<Change> changes)
{
    private readonly ResourceDefinition _old = before.Definition;
    private readonly ResourceDefinition _new = after.Definition;
    private readonly string _subject = ObjectComparison.Subject(after);

    // What the property becomes is said once, at the first change that brings it about.
    private bool _isDeclarationTold;

    /// <summary>Compares.</summary>
    public void Run()
    {
        CompareNames();
        CompareShapes();
        CompareOperations();
        CompareRanges();
        CompareUnits();
    }

    private void CompareNames()
    {
        if (before.Member != after.Member)
        {
            string words = _old.Name == _new.Name ? "{0} gets another name in C#" : $"resource {_old.Id} is called {_new.Name} instead of {_old.Name}";
            Add(true, words, $"{oldType}.{before.Member} becomes {newType}.{after.Member}");
        }
        else if (_old.Name != _new.Name)
        {
            Add(false, $"resource {_old.Id} is called {_new.Name} instead of {_old.Name}");
        }
    }

    private void CompareShapes()
    {
        if (_old.Kind != _new.Kind && !_old.IsExecutable && !_new.IsExecutable)
        {
            Add(true, $"{{0}} is of type {_new.Kind.Word()} instead of {_old.Kind.Word()}", Declaration());
        }

        if (_old.IsMultiple != _new.IsMultiple)
        {
            Add(true, _new.IsMultiple ? "{0} has several values instead of one" : "{0} has one value instead of several", Declaration());
        }

        if (_old.IsMandatory != _new.IsMandatory)
        {
            string consequence = Declaration();
            bool isBreaking = _new.IsMandatory || consequence.Length > 0;
            Add(isBreaking, _new.IsMandatory ? "{0} is mandatory instead of optional" : "{0} is optional instead of mandatory", consequence);
        }
    }

    private void CompareOperations()
    {
        if (_old.Operations == _new.Operations)
        {
            return;
        }

        ResourceOperations lost = _old.Operations & ~_new.Operations;
        string consequence = Declaration();
        if (consequence.Length == 0 && lost != ResourceOperations.None)
        {
            consequence = $"a server cannot {Verb(lost)} {newType}.{after.Member} any more";
        }

        Add(
            lost != ResourceOperations.None || consequence.Length > 0,
            $"{{0}} has the operations {Name(_new.Operations)} instead of {Name(_old.Operations)}",
            consequence);
    }

    private void CompareRanges()
    {
        if (_old.Enumeration.Count > 0 && _new.Enumeration.Count > 0)
        {
            CompareValues();
            return;
        }

        bool areIntegers = _new.Kind is ResourceKind.Integer or ResourceKind.UnsignedInteger;
        if (_old.Kind == _new.Kind && RangeComparison.IsNarrower(_old.Range, _new.Range, areIntegers))
        {
            Add(true, RangeWords(), $"{newType}.{after.Member} refuses values that it took");
        }
        else if (_old.RangeText != _new.RangeText)
        {
            // Where values got names, or lost them, the property has another type.
            string consequence = Declaration();
            Add(consequence.Length > 0, RangeWords(), consequence);
        }
    }

    private string RangeWords() => (_old.RangeText.Length, _new.RangeText.Length) switch
    {
        (0, _) => $"{{0}} has the range {_new.RangeText}, and had none",
        (_, 0) => $"{{0}} has no range any more, and had {_old.RangeText}",
        _ => $"{{0}} has the range {_new.RangeText} instead of {_old.RangeText}",
    };

    private void CompareValues()
    {
        Dictionary<string, string> old = Members(_old);
        Dictionary<string, string> now = Members(_new);
        foreach (string value in old.Keys.Union(now.Keys))
        {
            string type = $"{newType}.Values.{after.Member}";
            switch (old.GetValueOrDefault(value), now.GetValueOrDefault(value))
            {
                case (null, { } added):
                    Add(false, $"{{0}} has the value {value} {added}, and had none", $"{type}.{added} is new");
                    break;

                case ({ } gone, null):
                    Add(true, $"{{0}} has no value {value} {gone} any more", $"{type}.{gone} is gone");
                    break;

                case ({ } was, { } name) when was != name:
                    Add(true, $"{{0}} calls the value {value} {name} instead of {was}", $"{type}.{was} becomes {name}");
                    break;
            }
        }
    }

    private static Dictionary<string, string> Members(ResourceDefinition resource) =>
        resource.Enumeration.Zip(ValueNames.Of(resource.Enumeration)).ToDictionary(static pair => pair.First.Value, static pair => pair.Second);

    private void CompareUnits()
    {
        if (_old.Unit == _new.Unit)
        {
            return;
        }

        // Another unit gives each value another meaning; that it is said at last gives none of them another one.
        bool isBreaking = _old.Unit.Length > 0 && _new.Unit.Length > 0;
        Add(
            isBreaking,
            _old.Unit.Length == 0 ? $"{{0}} has the unit {_new.Unit}, and had none"
            : _new.Unit.Length == 0 ? $"{{0}} has no unit any more, and had {_old.Unit}"
            : $"{{0}} has the unit {_new.Unit} instead of {_old.Unit}",
            isBreaking ? $"{newType}.{after.Member} means {_new.Unit}" : "");
    }

    private string Declaration()
    {
        if (_isDeclarationTold || before.Declaration == after.Declaration)
        {
            return "";
        }

        _isDeclarationTold = true;
        return $"{newType}.{after.Member} becomes {after.Declaration} instead of {before.Declaration}";
    }

    private void Add(bool isBreaking, string words, string consequence = "") =>
        changes.Add(new Change(isBreaking, _new.Id, words.Replace("{0}", _subject, StringComparison.Ordinal), consequence));

    private static string Name(ResourceOperations operations) =>
        ResourceView.OperationsOf(operations) is { Length: > 0 } name ? name : "of a Bootstrap-Server alone";

    private static string Verb(ResourceOperations lost) => lost switch
    {
        ResourceOperations.Read => "read",
        ResourceOperations.Write => "write",
        ResourceOperations.Execute => "execute",
        _ => "read or write",
    };
}
