using System.Net;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Microsoft.Extensions.Logging;

namespace Ipso.Hosting;

/// <summary>What is logged of a device. Numbers and names stay as they are: people filter by them.</summary>
internal static partial class DeviceLog
{
    [LoggerMessage(100, LogLevel.Information, "Device {Endpoint} serves on {LocalEndPoint}")]
    internal static partial void Started(ILogger logger, string? endpoint, IPEndPoint localEndPoint);

    [LoggerMessage(101, LogLevel.Information, "Device {Endpoint} has stopped")]
    internal static partial void Stopped(ILogger logger, string? endpoint);

    [LoggerMessage(102, LogLevel.Critical, "Device {Endpoint} has ended by an exception")]
    internal static partial void Broken(ILogger logger, Exception exception, string? endpoint);

    [LoggerMessage(110, LogLevel.Information, "Registered with server {ShortServerId} at {ServerUri}, LwM2M {Version}")]
    internal static partial void Registered(ILogger logger, ushort shortServerId, string serverUri, ObjectVersion version);

    [LoggerMessage(111, LogLevel.Debug, "Registration with server {ShortServerId} at {ServerUri} is updated")]
    internal static partial void Updated(ILogger logger, ushort shortServerId, string serverUri);

    [LoggerMessage(
        112, LogLevel.Warning,
        "Registration with server {ShortServerId} at {ServerUri} has failed ({Failure}): {Explanation}; next try in {NextTryIn}")]
    internal static partial void RegistrationFailed(
        ILogger logger, ushort shortServerId, string serverUri, RegistrationFailure failure, string explanation, TimeSpan nextTryIn);

    [LoggerMessage(
        113, LogLevel.Error, "Registration with server {ShortServerId} at {ServerUri} has failed ({Failure}): {Explanation}; no further try")]
    internal static partial void RegistrationGivenUp(
        ILogger logger, ushort shortServerId, string serverUri, RegistrationFailure failure, string explanation);

    [LoggerMessage(114, LogLevel.Information, "Deregistered from server {ShortServerId} at {ServerUri}")]
    internal static partial void Deregistered(ILogger logger, ushort shortServerId, string serverUri);

    [LoggerMessage(115, LogLevel.Warning, "Server {ShortServerId} at {ServerUri} has disabled itself; next try in {NextTryIn}")]
    internal static partial void Disabled(ILogger logger, ushort shortServerId, string serverUri, TimeSpan? nextTryIn);

    [LoggerMessage(116, LogLevel.Debug, "Asleep for server {ShortServerId} at {ServerUri}")]
    internal static partial void Sleeping(ILogger logger, ushort shortServerId, string serverUri);

    [LoggerMessage(117, LogLevel.Debug, "Awake for server {ShortServerId} at {ServerUri}")]
    internal static partial void Awake(ILogger logger, ushort shortServerId, string serverUri);

    [LoggerMessage(118, LogLevel.Information, "Server {ShortServerId} at {ServerUri} makes a bootstrap necessary")]
    internal static partial void BootstrapRequested(ILogger logger, ushort shortServerId, string serverUri);

    [LoggerMessage(130, LogLevel.Information, "Bootstrap from {ServerUri} begins")]
    internal static partial void BootstrapStarted(ILogger logger, string serverUri);

    [LoggerMessage(131, LogLevel.Debug, "Bootstrap-Server {ServerUri} is asked for a pack")]
    internal static partial void PackRequested(ILogger logger, string serverUri);

    [LoggerMessage(132, LogLevel.Information, "No pack from Bootstrap-Server {ServerUri} ({Failure}): {Explanation}")]
    internal static partial void PackFailed(ILogger logger, string serverUri, BootstrapFailure failure, string explanation);

    [LoggerMessage(133, LogLevel.Debug, "Bootstrap-Server {ServerUri} is asked for a bootstrap by commands")]
    internal static partial void CommandsRequested(ILogger logger, string serverUri);

    [LoggerMessage(134, LogLevel.Information, "Bootstrapped from {ServerUri}")]
    internal static partial void Bootstrapped(ILogger logger, string serverUri);

    [LoggerMessage(
        135, LogLevel.Warning, "Bootstrap from {ServerUri} has failed ({Failure}): {Explanation}; next try in {NextTryIn}")]
    internal static partial void BootstrapFailed(
        ILogger logger, string serverUri, BootstrapFailure failure, string explanation, TimeSpan? nextTryIn);

    [LoggerMessage(136, LogLevel.Information, "The time of the account of Bootstrap-Server {ServerUri} is over")]
    internal static partial void BootstrapAccountExpired(ILogger logger, string serverUri);

    [LoggerMessage(150, LogLevel.Debug, "Server {ShortServerId} has acknowledged {Path}")]
    internal static partial void NotificationAcknowledged(ILogger logger, ushort? shortServerId, Lwm2mPath path);

    [LoggerMessage(151, LogLevel.Warning, "Server {ShortServerId} does not acknowledge {Path}, which ends the observation")]
    internal static partial void NotificationTimedOut(ILogger logger, ushort? shortServerId, Lwm2mPath path);

    [LoggerMessage(152, LogLevel.Information, "The observation of {Path} by server {ShortServerId} is over: {Kind}")]
    internal static partial void ObservationEnded(ILogger logger, Lwm2mPath path, ushort? shortServerId, NotificationEventKind kind);

    [LoggerMessage(153, LogLevel.Debug, "Send to server {ShortServerId} is delivered")]
    internal static partial void SendDelivered(ILogger logger, ushort shortServerId);

    [LoggerMessage(154, LogLevel.Warning, "Send to server {ShortServerId} is not delivered ({Outcome}): {Explanation}")]
    internal static partial void SendFailed(ILogger logger, ushort shortServerId, SendOutcome outcome, string explanation);

    [LoggerMessage(160, LogLevel.Debug, "Server {ShortServerId} has changed {Path}: {Kind}")]
    internal static partial void ChangedByServer(ILogger logger, ushort? shortServerId, Lwm2mPath path, ServerChangeKind kind);

    [LoggerMessage(170, LogLevel.Error, "A handler or a callback of the device has thrown; the server sees 5.00")]
    internal static partial void HandlerFailed(ILogger logger, Exception exception);

    [LoggerMessage(180, LogLevel.Error, "What was stored is not whole, and the device goes by what was stored before or by its options: {Fault}")]
    internal static partial void StorageDamaged(ILogger logger, string fault);

    [LoggerMessage(181, LogLevel.Error, "What the device is to remember cannot be stored; it is tried again in a minute")]
    internal static partial void StorageFailed(ILogger logger, Exception exception);

    [LoggerMessage(182, LogLevel.Information, "What the device is to remember is stored again")]
    internal static partial void StorageRecovered(ILogger logger);
}
