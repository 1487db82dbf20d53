using Ipso.Coap;
using Ipso.Server.Events;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;
using Ipso.Server.Stores;

namespace Ipso.Server;

// What has happened is told to the program within the call, and to a sink of events when that can take it.
public sealed partial class ServerEndpoint
{
    private readonly EventPublisher? _events;

    /// <summary>
    /// How many events were lost since the sink (<see cref="ServerEndpointOptions.Events"/>) did not keep up, beyond
    /// <see cref="ServerEndpointOptions.EventBytes"/>. Their numbers are missing in what it gets.
    /// </summary>
    public long EventsLost => _events?.Lost ?? 0;

    /// <summary>Publishes the events that are left. To be called after <see cref="Stop"/>, when nobody drives the server any more.</summary>
    /// <param name="cancellationToken">Gives up; the rest is lost.</param>
    /// <exception cref="Exception">Whatever the sink has thrown: the rest is lost.</exception>
    public Task DrainEventsAsync(CancellationToken cancellationToken = default) => _events?.DrainAsync(cancellationToken) ?? Task.CompletedTask;

    // The event comes first: what the program throws does not cost it. A refusal has no device, and whoever asks in vain is not to fill anything.
    private void Tell(RegistrationChange change)
    {
        if (_events is { } events && change.Registration is { } registration)
        {
            DeviceEventKind kind = change.Kind switch
            {
                RegistrationChangeKind.Registered => DeviceEventKind.Registered,
                RegistrationChangeKind.Updated => DeviceEventKind.Updated,
                RegistrationChangeKind.Replaced => DeviceEventKind.Replaced,
                RegistrationChangeKind.Deregistered => DeviceEventKind.Deregistered,
                RegistrationChangeKind.Expired => DeviceEventKind.Expired,
                RegistrationChangeKind.Moved => DeviceEventKind.Moved,
                _ => DeviceEventKind.Removed,
            };
            Note(events.Add(kind, registration, _options.Time.GetUtcNow(), EventCodec.WriteRegistration(registration)));
        }

        RegistrationChanged?.Invoke(change);
    }

    private void Tell(DeviceObservation observation, in DeviceResponse response)
    {
        if (_events is not null)
        {
            Report(DeviceEventKind.Notified, observation.Device!, observation.StoredRequest, response.ContentFormat, response.Payload);
        }

        observation.OnNotified(response);
    }

    private void Tell(CommandRecord command)
    {
        if (_events is { } events)
        {
            long epoch = _directory.Find(command.Endpoint)?.Registration.Epoch ?? 0;
            Note(events.Add(DeviceEventKind.CommandEnded, command.Endpoint, epoch, _options.Time.GetUtcNow(), EventCodec.WriteCommand(command)));
        }

        CommandEnded?.Invoke(new(command));
    }

    private void Report(
        DeviceEventKind kind, RegisteredDevice device, ReadOnlyMemory<byte> request, ContentFormat? format, ReadOnlySpan<byte> payload)
    {
        if (_events is { } events)
        {
            Note(events.Add(kind, device.Registration, _options.Time.GetUtcNow(), EventCodec.WriteReport(request, format, payload)));
        }
    }

    private void Note(bool isKept)
    {
        if (!isKept)
        {
            HandlerFailed?.Invoke(new IOException("The sink of events does not keep up: events are lost."));
        }
    }

    private void PublishEvents()
    {
        while (_events?.Begin(_now) is { } publishing)
        {
            if (!publishing.IsCompleted)
            {
                When(RunAsync(publishing), taken => _events.End(taken.IsDone, _now));
                return;
            }

            _events.End(publishing.IsCompletedSuccessfully, _now);
            if (publishing.Exception?.InnerException is { } fault)
            {
                HandlerFailed?.Invoke(fault);
            }
        }

        static async ValueTask<bool> RunAsync(Task publishing)
        {
            await publishing.ConfigureAwait(false);
            return true;
        }
    }
}
