using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;
using Ipso.Server.Stores;

namespace Ipso.Server;

// Observations that outlive the server: what a notification is of that was asked for by the server before it.
public sealed partial class ServerEndpoint
{
    // More than this do not wait for the store at a time: one that hangs is not to take all memory.
    private const int MaxKeeping = 1 << 16;

    private int _keeping;

    /// <summary>
    /// Takes the observations that the store has. To be called once, after <see cref="Restore"/>. Their notifications are told to
    /// <see cref="NotificationUnclaimed"/> until the program observes the same. Of those whose device has registered anew since, the device is
    /// asked when it is heard of.
    /// </summary>
    /// <param name="records">What <see cref="IObservationStore.ScanAsync"/> gives.</param>
    /// <param name="now">The moment.</param>
    /// <returns>How many records cannot be read, or are of devices that are not there; those are removed from the store.</returns>
    public int RestoreObservations(IEnumerable<ObservationRecord> records, Instant now)
    {
        ArgumentNullException.ThrowIfNull(records);
        _now = now;
        int passedOver = 0;
        foreach (ObservationRecord record in records)
        {
            RegisteredDevice? device = _directory.Find(record.Endpoint);
            if (_observations.TryGetValue(record.Token, out DeviceObservation? known) && known.KeptToken == record.Token)
            {
                // Begun by this server, and stored before the store was read.
                continue;
            }

            if (device is null && _options.Node != default)
            {
                // It is at another server, whose observation it is.
                continue;
            }

            if (device is null || device.Observations.Count >= _options.MaxObservationsPerDevice || known is not null
                || record.Token.Length == 0 || RequestCodec.TryRead(record.Request) is not { Observes: true } request)
            {
                ForgetKept(record.Token);
                passedOver++;
                continue;
            }

            // Where the server has ended between the old one and the new one, both are there.
            if (device.Observations.Find(o => o is UnclaimedObservation u && u.Is(record.Request.Span)) is { } before)
            {
                if (before.IsEstablished && device.Registration.Epoch != record.Epoch)
                {
                    ForgetKept(record.Token);
                    continue;
                }

                if (!before.IsEstablished)
                {
                    Forget(before);
                }
            }

            UnclaimedObservation observation = new(this, request, record.Request)
            {
                Device = device, WasEstablished = true, KeptToken = record.Token,
            };
            device.Observations.Add(observation);
            if (device.Registration.Epoch == record.Epoch)
            {
                // Whatever number comes first is news.
                observation.IsEstablished = true;
                observation.LastArrival = Asleep;
                observation.Token = record.Token;
                _observations.Add(record.Token, observation);
            }
            else
            {
                Lapse(observation);
            }
        }

        return passedOver;
    }

    // Takes the place of one of the same request that nobody has claimed. The device is asked all the same, for the value that it has now, and
    // notifies meanwhile as it did.
    private void Claim(RegisteredDevice device, DeviceObservation observation)
    {
        if (!device.Observations.Exists(static o => o is UnclaimedObservation))
        {
            return;
        }

        ReadOnlySpan<byte> request = observation.StoredRequest;
        foreach (DeviceObservation one in device.Observations)
        {
            if (one is UnclaimedObservation unclaimed && unclaimed.Is(request))
            {
                device.Observations.Remove(unclaimed);
                (observation.IsEstablished, observation.WasEstablished) = (unclaimed.IsEstablished, true);
                (observation.LastSequence, observation.LastArrival) = (unclaimed.LastSequence, unclaimed.LastArrival);
                (observation.Token, observation.KeptToken) = (unclaimed.Token, unclaimed.KeptToken);
                if (observation.Token.Length > 0)
                {
                    _observations[observation.Token] = observation;
                }

                unclaimed.Token = unclaimed.KeptToken = default;
                Forget(unclaimed);
                return;
            }
        }
    }

    private void Keep(DeviceObservation observation)
    {
        if (_options.Observations is { } store && observation.Token.Length > 0)
        {
            RegisteredDevice device = observation.Device!;
            ObservationRecord record = new(observation.Token, device.Endpoint, device.Registration.Epoch, observation.StoredRequest);
            Keep(() => store.PutAsync(record));
            if (observation.KeptToken != observation.Token)
            {
                ForgetKept(observation.KeptToken);
            }

            observation.KeptToken = observation.Token;
        }
    }

    private void ForgetKept(CoapToken token)
    {
        // Whoever stops has not ended what he observes.
        if (_options.Observations is { } store && token.Length > 0 && !_isStopped)
        {
            Keep(() => store.RemoveAsync(token));
        }
    }

    // Nobody waits for it: a server that ends before it is durable has observed, as far as the next one knows, what it was about to.
    private void Keep(Func<ValueTask> write)
    {
        if (_keeping >= MaxKeeping)
        {
            HandlerFailed?.Invoke(new IOException("The store of observations does not keep up: one was not written."));
            return;
        }

        _keeping++;
        When(Try(RunAsync), _ => _keeping--);

        async ValueTask<bool> RunAsync()
        {
            await write().ConfigureAwait(false);
            return true;
        }
    }
}
