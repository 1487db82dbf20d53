using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Send, the data that a device pushes (LwM2M TS Core, 6.4.6; Transport, 6.4.5): one at a time to each server, in the order in which they
/// were asked for. What a server cannot have at once waits, with the values and the times of when it was asked for.
/// </summary>
/// <param name="device">The device that sends.</param>
/// <param name="registrations">Who is registered with.</param>
internal sealed class Sends(DeviceEndpoint device, Registrations registrations)
{
    private static readonly ObjectVersion s_first = new(1, 1);
    private static readonly ObjectVersion s_withNon = new(1, 2);

    private readonly SendWriter _writer = new(device.Objects, device.Access, device.Options.Coap.MaxBodySize);

    /// <summary>Those that were not delivered.</summary>
    internal SendQueue Queue { get; } = new(device.Options.Reporting.BufferedSends, device.ReportingCounters)
    {
        Ended = result => device.SendEnded?.Invoke(result),
    };

    /// <summary>Tells the time of day; <see langword="null"/> where the device has no clock.</summary>
    internal IWallClock? Clock { get; set; }

    /// <summary>Sends to all servers, or to one.</summary>
    internal void Begin(SendContent content, ushort? server, Action<IReadOnlyList<SendResult>>? completed, Instant now)
    {
        Queue.Awake(now);
        SendJob job = Queue.Make(content, completed);
        bool isKnown = server is null;
        foreach (Registration registration in registrations.All)
        {
            ushort id = registration.Account.ShortServerId;
            if (server is null || server == id)
            {
                isKnown = true;
                job.Await();
                Begin(job, registration, now);
            }
        }

        if (!isKnown)
        {
            job.Await();
            job.End(server.GetValueOrDefault(), SendOutcome.NotRegistered);
        }

        job.Release();
    }

    /// <summary>Sends what can be sent of what waits.</summary>
    internal void Drive(Instant now)
    {
        Queue.Awake(now);
        for (int i = 0; i < Queue.Lines.Count; i++)
        {
            Drive(Queue.Lines[i], now);
        }
    }

    /// <summary>Takes the event of an exchange, if it is one of a Send.</summary>
    internal bool Take(in CoapEvent e)
    {
        for (int i = 0; i < Queue.Lines.Count; i++)
        {
            SendQueue.Line line = Queue.Lines[i];
            if (!line.Exchange.IsNone && line.Exchange == e.Exchange)
            {
                SendJob job = Queue.End(line);
                CoapCode code = e.HasMessage ? e.Message.Code : default;
                job.End(line.Server, OutcomeOf(e), code);
                return true;
            }
        }

        return false;
    }

    /// <summary>The device sends no more: whoever waits is told.</summary>
    internal void Abandon(Instant now)
    {
        if (Queue.IsEmpty)
        {
            return;
        }

        _ = device.StoreSends(now);
        for (int i = 0; i < Queue.Lines.Count; i++)
        {
            SendQueue.Line line = Queue.Lines[i];
            if (!line.Exchange.IsNone)
            {
                _ = device.Engines.Forget(line.Exchange);
            }

            Queue.Park(line);
        }
    }

    private static SendOutcome OutcomeOf(in CoapEvent e) => e.Kind switch
    {
        CoapEventKind.Response => e.Message.Code.IsSuccess ? SendOutcome.Delivered : SendOutcome.Refused,
        CoapEventKind.Timeout => SendOutcome.TimedOut,
        CoapEventKind.TransferFailed => SendOutcome.TooLarge,
        _ => SendOutcome.Rejected,
    };

    // What keeps a server from ever having it.
    private static SendOutcome? Obstacle(Registration registration) =>
        registration.HasEnded ? SendOutcome.NotRegistered
        : registration.Account.Server.MuteSend != false ? SendOutcome.Muted
        : registration.Version < s_first ? SendOutcome.NotSupported
        : null;

    private void Abandon(SendQueue.Line line)
    {
        while (Queue.TryTake(line, out SendJob? job))
        {
            job.End(line.Server, SendOutcome.NotRegistered);
        }
    }

    private void Begin(SendJob job, Registration registration, Instant now)
    {
        SendQueue.Line line = Queue.LineOf(registration.Account.ShortServerId);
        if (Obstacle(registration) is { } obstacle)
        {
            job.End(line.Server, obstacle);
            return;
        }

        // What is sent as it is may be stored before it is delivered, too.
        job.Kept ??= Queue.IsStored ? _writer.Capture(job.Content, now) : null;
        if (line.Waiting.Count > 0 || !line.Exchange.IsNone || !registration.IsUpToDate
            || !TrySend(line, job, registration, now, out SendOutcome? fault))
        {
            job.Snapshot ??= job.Kept ?? _writer.Capture(job.Content, now);
            Queue.Wait(line, job);
        }
        else if (fault is { } outcome)
        {
            job.End(line.Server, outcome);
        }
    }

    private void Drive(SendQueue.Line line, Instant now)
    {
        while (line.Exchange.IsNone && line.Waiting.TryPeek(out SendJob? job))
        {
            if (registrations.Find(line.Server) is not { HasEnded: false } registration)
            {
                if (device.IsStopping && Queue.IsStored)
                {
                    return;
                }

                Abandon(line);
            }
            else if (Obstacle(registration) is { } obstacle)
            {
                _ = Queue.TryTake(line, out _);
                job.End(line.Server, obstacle);
            }
            else if (registration.IsUpToDate && TrySend(line, job, registration, now, out SendOutcome? fault))
            {
                // Who is told may send again: what has ended waits no longer by then.
                _ = Queue.TryTake(line, out _);
                if (fault is { } outcome)
                {
                    job.End(line.Server, outcome);
                }
            }
            else
            {
                return;
            }
        }
    }

    // False where the engine has no room for a request. The fault is why it cannot be sent at all; nobody is told of it here.
    private bool TrySend(SendQueue.Line line, SendJob job, Registration registration, Instant now, out SendOutcome? fault)
    {
        byte[] rented = SpareBytes.Rent(device.Options.Coap.MaxBodySize + TimestampedWriter.Slack);
        fault = _writer.Write(
            job, registration.Account, registration.Version, rented, Clock?.UtcNow, now, out ContentFormat format, out int length);
        if (fault is null)
        {
            CoapRequestHead head = new()
            {
                Method = CoapCode.Post,
                Host = registration.UriHost,
                Path = "/dp",
                ContentFormat = format,
                NonConfirmable = job.Content.NonConfirmable && registration.Version >= s_withNon,
            };
            ExchangeId exchange = device.Engines.Request(registration.Account.Peer.GetValueOrDefault(), head, rented.AsSpan(0, length));
            if (!exchange.IsNone)
            {
                Queue.Begin(line, job, exchange);
            }
        }

        SpareBytes.Return(rented);
        return fault is not null || !line.Exchange.IsNone;
    }
}
