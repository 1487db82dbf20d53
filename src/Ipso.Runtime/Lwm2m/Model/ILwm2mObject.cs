namespace Ipso.Lwm2m.Model;

/// <summary>What generic code may ask of a generated object class without an instance of it.</summary>
/// <typeparam name="TSelf">The class itself.</typeparam>
public interface ILwm2mObject<TSelf>
    where TSelf : ObjectInstance, ILwm2mObject<TSelf>
{
    /// <summary>What the registry says of the object.</summary>
    static abstract ObjectInfo Info { get; }

    /// <summary>An instance without any resource, to be filled off the wire.</summary>
    static abstract TSelf Create();
}
