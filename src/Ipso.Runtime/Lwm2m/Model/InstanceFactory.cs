namespace Ipso.Lwm2m.Model;

/// <summary>Makes instances of an object whose class only generic code knows.</summary>
internal sealed class InstanceFactory
{
    private readonly Func<ObjectInstance> _create;

    private InstanceFactory(ObjectInfo definition, Func<ObjectInstance> create)
    {
        Definition = definition;
        Blank = create();
        _create = create;
    }

    /// <summary>What the registry says of the object.</summary>
    internal ObjectInfo Definition { get; }

    /// <summary>An instance without any resource, which payloads for new ones are checked against: it is never changed.</summary>
    internal ObjectInstance Blank { get; }

    /// <summary>The factory of a class.</summary>
    internal static InstanceFactory Of<T>()
        where T : ObjectInstance, ILwm2mObject<T> => Holder<T>.Factory;

    /// <summary>A new instance without any resource.</summary>
    internal ObjectInstance Create() => _create();

    private static class Holder<T>
        where T : ObjectInstance, ILwm2mObject<T>
    {
        internal static readonly InstanceFactory Factory = new(T.Info, T.Create);
    }
}
