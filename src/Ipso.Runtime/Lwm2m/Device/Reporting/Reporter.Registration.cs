using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Device;

// Who observes what, and by which attributes.
internal sealed partial class Reporter
{
    // The observation whose first response is being written; -1 if none is.
    private int _pending = -1;

    /// <summary>
    /// A request for an observation is answered next. What has changed before is old news to it; what changes from here on is not, it may
    /// or may not be in the answer.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="path">The path that it names; the root for a composite.</param>
    /// <param name="account">Whose request it is.</param>
    /// <param name="knowsSenML">Whether the server understands SenML without having asked for it: it does not in LwM2M 1.0.</param>
    /// <param name="now">The moment.</param>
    internal void BeginObservation(in CoapRequest request, Lwm2mPath path, ServerAccount? account, bool knowsSenML, Instant now)
    {
        // A request before that was not seen through.
        Settle();
        if (DeviceManagement.IsDiscover(request) || !AttributeArguments.TryRead(request, out AttributeQuery query))
        {
            return;
        }

        // The one that it takes the place of is over whatever the answer is (RFC 7641, 4.1), and leaves its room.
        if (endpoint.TryFindObserver(request, out ulong before) && _observations[(int)before].IsUsed)
        {
            Remove((int)before);
        }

        if (request.Method == CoapMethod.Get)
        {
            _pending = _observations.Add(path, new(in path), now);
        }
        else if (request.ContentFormat is { } format && PathPack.Supports(format))
        {
            AddComposite(request.Payload, format, now);
        }

        if (_pending >= 0)
        {
            // Whatever comes, goes or changes from now on is to be noted.
            objects.HasObservers = true;
            FlagTargetsOf(_pending);
            FlagRules(observations: 1);
            AwaitSetters();
            ref ObservationTable.Observation observation = ref _observations[_pending];
            observation.Account = account;
            _observations.SetQuery(_pending, query);
            observation.StoredFormat = FormatOfStored(request, knowsSenML);
            Assign(_pending);
            Restart(_pending, now);
        }
    }

    /// <summary>Whether the answer to the request of <see cref="BeginObservation"/> is to be rendered again.</summary>
    /// <inheritdoc cref="HasRendered(ulong, int)"/>
    internal bool HasRendered(int renderings) => _pending < 0 || HasRendered((ulong)_pending, renderings);

    /// <summary>Has the engine accept the observation of <see cref="BeginObservation"/>, if it was answered well.</summary>
    internal void EndObservation(ref CoapResponse response)
    {
        if (_pending >= 0 && response.Code.IsSuccess)
        {
            response.Observe((ulong)_pending);
        }
    }

    /// <summary>What became of the last request is seen: the engine may have refused an observation, or let others go.</summary>
    internal void Settle()
    {
        if (_pending >= 0)
        {
            int place = _pending;
            _pending = -1;
            OnRemoved((ulong)place);
        }

        // The engine tells of each that goes, unless it was told to let it go.
        for (ulong place = 0; _observations.Count > endpoint.ObserverCount && place < (ulong)_observations.Places; place++)
        {
            OnRemoved(place);
        }
    }

    /// <summary>The engine has let an observation go.</summary>
    /// <param name="tag">Its tag.</param>
    internal void OnRemoved(ulong tag)
    {
        int place = (int)tag;
        if (place < _observations.Places && _observations[place].IsUsed && !endpoint.HasObserver(tag))
        {
            Remove(place);
        }
    }

    /// <summary>
    /// Ends the observations of a server, without a word to it: with its registration (LwM2M TS Core, 6.4.1), or with its account.
    /// </summary>
    /// <param name="server">The Short Server ID; <see cref="ServerAccounts.Anybody"/> for those of anybody.</param>
    internal void EndObservations(ushort server)
    {
        for (int place = 0; place < _observations.Places; place++)
        {
            if (_observations[place].IsUsed && ServerOf(_observations[place].Account) == server)
            {
                endpoint.RemoveObservers((ulong)place);
                Remove(place);
            }
        }
    }

    private static ushort ServerOf(ServerAccount? account) => account?.ShortServerId ?? ServerAccounts.Anybody;

    private bool IsAnybodyListening => _observations.Count > 0 || Attributes.Count > 0;

    private void AddComposite(ReadOnlySpan<byte> payload, ContentFormat format, Instant now)
    {
        // A path takes a byte at least.
        Lwm2mPath[] rented = SpareArrays<Lwm2mPath>.Rent(payload.Length);
        PathPack pack = new(payload, format);
        int count = 0;
        while (pack.Next(out Lwm2mPath path))
        {
            rented[count++] = path;
        }

        if (pack.Fault == PayloadFault.None)
        {
            _pending = _observations.Add(Lwm2mPath.Root, PathSet.Merge(rented.AsSpan(0, count)), now);
        }

        SpareArrays<Lwm2mPath>.Return(rented);
    }

    private void Remove(int place)
    {
        // Flags are looked up by what is left: the paths have to outlive the targets.
        ref ObservationTable.Observation observation = ref _observations[place];
        Lwm2mPath[]? rented = null;
        int count = observation.TargetCount;
        Span<Lwm2mPath> paths = count <= 8 ? stackalloc Lwm2mPath[8] : rented = SpareArrays<Lwm2mPath>.Rent(count);
        count = 0;
        for (int i = observation.FirstTarget; i >= 0; i = _observations.TargetAt(i).Next)
        {
            paths[count++] = _observations.TargetAt(i).Path;
        }

        counters.ValuesDropped += _offline?.Forget(place) ?? 0;
        _observations.Remove(place);
        objects.HasObservers = IsAnybodyListening;
        foreach (Lwm2mPath path in paths[..count])
        {
            FlagOn(path);
        }

        FlagRules(observations: 0);

        if (rented is not null)
        {
            SpareArrays<Lwm2mPath>.Return(rented);
        }
    }
}
