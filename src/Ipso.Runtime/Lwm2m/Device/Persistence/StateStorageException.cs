namespace Ipso.Lwm2m.Device;

/// <summary>What a device remembers cannot be read or written. The message says where and why.</summary>
/// <param name="message">Where and why, and what to do.</param>
/// <param name="inner">What the system says.</param>
public sealed class StateStorageException(string message, Exception? inner = null) : Exception(message, inner);
