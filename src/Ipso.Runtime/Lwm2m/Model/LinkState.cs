namespace Ipso.Lwm2m.Model;

/// <summary>What an Objlnk points at.</summary>
public enum LinkState : byte
{
    /// <summary>An instance, of the class that was asked for.</summary>
    Resolved,

    /// <summary>Nowhere: it is <see cref="ObjectLink.Null"/>.</summary>
    Null,

    /// <summary>An Object as a whole, with the instance 65535 (LwM2M TS Core, Appendix C).</summary>
    WholeObject,

    /// <summary>An instance of another class than was asked for.</summary>
    OtherClass,

    /// <summary>An Object or Object Instance that is not there.</summary>
    Broken,
}
