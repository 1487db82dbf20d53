using Ipso.Lwm2m.Device;
using Ipso.Net;
using Microsoft.Extensions.Logging;

namespace Ipso.Hosting;

/// <summary>Has everything that a device tells logged, beside what the program does with it.</summary>
internal static class DeviceEvents
{
    internal static void LogTo(this Lwm2mDevice device, ILogger logger)
    {
        device.RegistrationChanged += e => Log(logger, e);
        device.BootstrapChanged += e => Log(logger, e);
        device.NotificationChanged += e => Log(logger, e);
        device.SendEnded += e => Log(logger, e);
        device.ChangedByServer += e => DeviceLog.ChangedByServer(logger, e.ShortServerId, e.Path, e.Kind);
        device.HandlerFailed += e => Log(logger, e);
        if (device.StorageFault is { } fault)
        {
            DeviceLog.StorageDamaged(logger, fault);
        }
    }

    private static void Log(ILogger logger, RegistrationEvent e)
    {
        switch (e.Kind)
        {
            case RegistrationEventKind.Registered:
                DeviceLog.Registered(logger, e.ShortServerId, e.Uri, e.Version);
                break;
            case RegistrationEventKind.Updated:
                DeviceLog.Updated(logger, e.ShortServerId, e.Uri);
                break;
            case RegistrationEventKind.Failed when e.NextTryIn is { } next:
                DeviceLog.RegistrationFailed(logger, e.ShortServerId, e.Uri, e.Failure, e.Explanation, next);
                break;
            case RegistrationEventKind.Failed:
                DeviceLog.RegistrationGivenUp(logger, e.ShortServerId, e.Uri, e.Failure, e.Explanation);
                break;
            case RegistrationEventKind.Deregistered:
                DeviceLog.Deregistered(logger, e.ShortServerId, e.Uri);
                break;
            case RegistrationEventKind.Disabled:
                DeviceLog.Disabled(logger, e.ShortServerId, e.Uri, e.NextTryIn);
                break;
            case RegistrationEventKind.Sleeping:
                DeviceLog.Sleeping(logger, e.ShortServerId, e.Uri);
                break;
            case RegistrationEventKind.Awake:
                DeviceLog.Awake(logger, e.ShortServerId, e.Uri);
                break;
            case RegistrationEventKind.BootstrapRequested:
                DeviceLog.BootstrapRequested(logger, e.ShortServerId, e.Uri);
                break;
        }
    }

    private static void Log(ILogger logger, BootstrapEvent e)
    {
        switch (e.Kind)
        {
            case BootstrapEventKind.Started:
                DeviceLog.BootstrapStarted(logger, e.Uri);
                break;
            case BootstrapEventKind.PackRequested:
                DeviceLog.PackRequested(logger, e.Uri);
                break;
            case BootstrapEventKind.PackFailed:
                DeviceLog.PackFailed(logger, e.Uri, e.Failure, e.Explanation);
                break;
            case BootstrapEventKind.Requested:
                DeviceLog.CommandsRequested(logger, e.Uri);
                break;
            case BootstrapEventKind.Finished:
                DeviceLog.Bootstrapped(logger, e.Uri);
                break;
            case BootstrapEventKind.Failed:
                DeviceLog.BootstrapFailed(logger, e.Uri, e.Failure, e.Explanation, e.NextTryIn);
                break;
            case BootstrapEventKind.AccountExpired:
                DeviceLog.BootstrapAccountExpired(logger, e.Uri);
                break;
        }
    }

    private static void Log(ILogger logger, NotificationEvent e)
    {
        switch (e.Kind)
        {
            case NotificationEventKind.Acknowledged:
                DeviceLog.NotificationAcknowledged(logger, e.ShortServerId, e.Path);
                break;
            case NotificationEventKind.TimedOut:
                DeviceLog.NotificationTimedOut(logger, e.ShortServerId, e.Path);
                break;
            default:
                DeviceLog.ObservationEnded(logger, e.Path, e.ShortServerId, e.Kind);
                break;
        }
    }

    private static void Log(ILogger logger, SendResult e)
    {
        if (e.Outcome == SendOutcome.Delivered)
        {
            DeviceLog.SendDelivered(logger, e.ShortServerId);
        }
        else if (logger.IsEnabled(LogLevel.Warning))
        {
            DeviceLog.SendFailed(logger, e.ShortServerId, e.Outcome, e.ToString());
        }
    }

    private static void Log(ILogger logger, Exception e)
    {
        if (e is StateStorageException)
        {
            DeviceLog.StorageFailed(logger, e);
        }
        else
        {
            DeviceLog.HandlerFailed(logger, e);
        }
    }
}
