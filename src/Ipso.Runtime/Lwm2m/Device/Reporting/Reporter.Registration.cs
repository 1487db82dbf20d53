using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Device;

// Who observes what, and by which attributes.
internal sealed partial class Reporter
{
    // The observation whose first response is being written.
    private Observation? _pending;

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
        if (endpoint.TryFindObserver(request, out ulong tag) && _observations.Find(tag) is { } before)
        {
            Remove(before);
        }

        if (request.Method == CoapMethod.Get)
        {
            _pending = _observations.Add(path, new(in path), now);
        }
        else if (request.ContentFormat is { } format && PathPack.Supports(format))
        {
            AddComposite(request.Payload, format, now);
        }

        if (_pending is { } observation)
        {
            // Whatever comes, goes or changes from now on is to be noted.
            objects.HasObservers = true;
            FlagTargetsOf(observation);
            FlagRules(observations: 1);
            AwaitSetters();
            observation.Account = account;
            observation.SetQuery(query);
            observation.Format = request.Accept ?? (request.Method == CoapMethod.Fetch ? request.ContentFormat : null);
            observation.KnowsSenML = knowsSenML;
            Assign(observation);
            Restart(observation, now);
        }
    }

    /// <summary>Whether the answer to the request of <see cref="BeginObservation"/> is to be rendered again.</summary>
    /// <inheritdoc cref="HasRendered(Observation, int)"/>
    internal bool HasRendered(int renderings) => _pending is null || HasRendered(_pending, renderings);

    /// <summary>Has the engine accept the observation of <see cref="BeginObservation"/>, if it was answered well.</summary>
    internal void EndObservation(ref CoapResponse response)
    {
        if (_pending is not null && response.Code.IsSuccess)
        {
            response.Observe((ulong)_pending.Place);
        }
    }

    /// <summary>What became of the last request is seen: the engine may have refused an observation, or let others go.</summary>
    internal void Settle()
    {
        if (_pending is { } pending)
        {
            _pending = null;
            OnRemoved((ulong)pending.Place);
        }

        // The engine tells of each that goes, unless it was told to let it go.
        for (int place = 0; _observations.Count > endpoint.ObserverCount && place < _observations.All.Length; place++)
        {
            OnRemoved((ulong)place);
        }
    }

    /// <summary>The engine has let an observation go.</summary>
    /// <param name="tag">Its tag.</param>
    // Not inlined, for it is seldom, and where it would be are three places.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void OnRemoved(ulong tag)
    {
        if (_observations.Find(tag) is { } observation && !endpoint.HasObserver(tag))
        {
            Remove(observation);
        }
    }

    /// <summary>
    /// Ends the observations of a server, without a word to it: with its registration (LwM2M TS Core, 6.4.1), or with its account.
    /// </summary>
    /// <param name="server">The Short Server ID; <see cref="ServerAccounts.Anybody"/> for those of anybody.</param>
    internal void EndObservations(ushort server)
    {
        foreach (Observation observation in _observations.All)
        {
            if (observation.IsUsed && IsOf(observation, server))
            {
                endpoint.RemoveObservers((ulong)observation.Place);
                Remove(observation);
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

    private void Remove(Observation observation)
    {
        counters.ValuesDropped += _offline?.Forget(observation) ?? 0;
        _observations.Remove(observation);
        objects.HasObservers = IsAnybodyListening;
        FlagTargetsOf(observation);
        FlagRules(observations: 0);
        _observations.Free(observation);
    }
}
