using Ipso.Buffers;

namespace Ipso.Lwm2m.Model;

/// <summary>What the registry says of a resource.</summary>
/// <param name="id">The Resource's id.</param>
/// <param name="name">The Resource's name in the registry.</param>
/// <param name="type">The data type.</param>
/// <param name="operations">The operations that a server may perform.</param>
public sealed class ResourceInfo(ushort id, string name, ResourceType type, Operations operations)
{
    /// <summary>The Resource's id.</summary>
    public ushort Id { get; } = id;

    /// <summary>The Resource's name in the registry.</summary>
    public string Name { get; } = name;

    /// <summary>The data type.</summary>
    public ResourceType Type { get; } = type;

    /// <summary>The operations that a server may perform.</summary>
    public Operations Operations { get; } = operations;

    /// <summary>Whether every instance of the object has this resource.</summary>
    public bool IsMandatory { get; init; }

    /// <summary>Whether the resource holds several values, each under a Resource Instance id.</summary>
    public bool IsMultiple { get; init; }

    /// <summary>The unit of the values; <see langword="null"/> where the registry names none.</summary>
    public SenMLUnit? Unit { get; init; }

    /// <summary>The values that the resource takes; <see langword="null"/> where the registry sets no limit.</summary>
    public ValueRange? Range { get; init; }

    /// <summary>Whether a server may read the resource.</summary>
    public bool IsReadable => (Operations & Operations.Read) != 0;

    /// <summary>Whether a server may write the resource.</summary>
    public bool IsWritable => (Operations & Operations.Write) != 0;

    /// <summary>Whether a server may execute the resource.</summary>
    public bool IsExecutable => (Operations & Operations.Execute) != 0;

    /// <summary>Id and name, for messages: <c>5851 (Dimmer)</c>.</summary>
    public override string ToString() => Phrase.Of($"{Id} ({Name})");
}
