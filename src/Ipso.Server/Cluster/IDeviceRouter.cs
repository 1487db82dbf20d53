using Ipso.Server.Operations;

namespace Ipso.Server.Cluster;

/// <summary>
/// Brings requests to the server that a device is registered at, since they have to go out where the device's messages come in. What travels is
/// bytes, whoever carries them.
/// </summary>
public interface IDeviceRouter
{
    /// <summary>Has a server ask one of its devices.</summary>
    /// <param name="owner">The server.</param>
    /// <param name="command">What to ask, and within which time.</param>
    /// <param name="cancellationToken">Gives up waiting: what is under way then may be done or not.</param>
    /// <returns>What has become of it, at the latest when the command's time is over.</returns>
    ValueTask<RoutedAnswer> SendAsync(NodeIdentity owner, RoutedCommand command, CancellationToken cancellationToken = default);

    /// <summary>Takes what is for a server.</summary>
    /// <param name="node">The server, which is served once.</param>
    /// <param name="handler">Asks the device. May be called by any thread, and many at a time; what it throws is
    /// <see cref="RoutedOutcome.Unknown"/>. It is cancelled when the command's time is over.</param>
    /// <returns>To be disposed of to take nothing more: what is under way then is <see cref="RoutedOutcome.Unknown"/>.</returns>
    /// <exception cref="InvalidOperationException">The server is served already.</exception>
    IDisposable Serve(NodeIdentity node, Func<RoutedCommand, CancellationToken, ValueTask<RoutedAnswer>> handler);
}

/// <summary>What has become of a command that was sent to another server.</summary>
public enum RoutedOutcome : byte
{
    /// <summary>The server has dealt with it: the answer says how.</summary>
    Done = 0,

    /// <summary>It was not done: the device sleeps. It may be kept for the device instead (<see cref="Lwm2mServer.EnqueueAsync"/>).</summary>
    Sleeping = 1,

    /// <summary>It was not done: the server is gone, or the device is another's by now.</summary>
    OwnerLost = 2,

    /// <summary>It may have been done or not.</summary>
    Unknown = 3,

    /// <summary>It was not done: its time was over before.</summary>
    Expired = 4,
}

/// <summary>A request to a device of another server.</summary>
/// <param name="Endpoint">The device's endpoint name.</param>
/// <param name="Epoch">The epoch of the registration that it is for: it is not done under another.</param>
/// <param name="Request">What to ask; no observation.</param>
/// <param name="Timeout">How long it may take until there is an answer, more than 0.</param>
public sealed record RoutedCommand(string Endpoint, long Epoch, DeviceRequest Request, TimeSpan Timeout)
{
    /// <summary>Writes it, for whatever carries bytes.</summary>
    /// <returns>Bytes for <see cref="TryRead"/>; the first is the version of their form.</returns>
    public byte[] ToBytes() => RoutedCodec.Write(this);

    /// <summary>Reads a command.</summary>
    /// <param name="data">What <see cref="ToBytes"/> has written.</param>
    /// <returns><see langword="null"/> where it cannot be read: it is damaged, or of a later version.</returns>
    public static RoutedCommand? TryRead(ReadOnlyMemory<byte> data) => RoutedCodec.TryReadCommand(data);
}

/// <summary>What has become of a command.</summary>
/// <param name="Outcome">Whether it was done.</param>
/// <param name="Answer">What the device has answered, or why it has not; <see langword="null"/> but with <see cref="RoutedOutcome.Done"/>.</param>
public sealed record RoutedAnswer(RoutedOutcome Outcome, DeviceAnswer? Answer = null)
{
    /// <summary>Writes it, for whatever carries bytes.</summary>
    /// <returns>Bytes for <see cref="TryRead"/>; the first is the version of their form.</returns>
    public byte[] ToBytes() => RoutedCodec.Write(this);

    /// <summary>Reads an answer.</summary>
    /// <param name="data">What <see cref="ToBytes"/> has written.</param>
    /// <returns><see langword="null"/> where it cannot be read: it is damaged, or of a later version.</returns>
    public static RoutedAnswer? TryRead(ReadOnlyMemory<byte> data) => RoutedCodec.TryReadAnswer(data);
}
