namespace Ipso.Lwm2m.Model;

/// <summary>What a device does when a server executes a resource (LwM2M TS Core, 6.3.5).</summary>
/// <param name="arguments">The arguments, already checked for syntax; none in most cases.</param>
/// <remarks>
/// It runs on the device's loop before the answer leaves: it should return soon and leave long work to others. An exception becomes
/// 5.00 Internal Server Error.
/// </remarks>
public delegate void ExecuteHandler(ExecuteArguments arguments);
