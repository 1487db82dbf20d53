namespace Ipso.Lwm2m.Model;

/// <summary>Marks the constructor of a generated class whose instance is filled off the wire and so starts without mandatory resources.</summary>
public readonly struct FromWire;
