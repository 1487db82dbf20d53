using Ipso.Coap;
using Ipso.Server.Reporting;

namespace Ipso.Server.Operations;

/// <summary>Has a device observe, and hands the first value on.</summary>
internal sealed class ObserveOperation : DeviceOperation
{
    private readonly ServerEndpoint _server;

    internal ObserveOperation(ServerEndpoint server, DeviceObservation observation)
        : base(observation.Request)
    {
        _server = server;
        Observation = observation;

        // An observation lasts, and may well begin when the device is awake next.
        Timeout = System.Threading.Timeout.InfiniteTimeSpan;
    }

    internal DeviceObservation Observation { get; }

    /// <summary>The number in the Observe option of the answer; <see langword="null"/> where the device does not observe.</summary>
    internal uint? Sequence { get; set; }

    /// <summary>The format that it is asked for in.</summary>
    internal ContentFormat? Accept { get; set; }

    /// <summary>The token that notifications will bear; empty where the engine keeps the observation.</summary>
    internal CoapToken Token { get; set; }

    protected internal override void OnCompleted(in DeviceResponse response) => _server.OnObserveAnswered(this, response);
}

/// <summary>Fetches what a notification has only the beginning of.</summary>
internal sealed class FetchOperation(ServerEndpoint server, DeviceObservation observation) : DeviceOperation(observation.Request.AsRead())
{
    internal DeviceObservation Observation { get; } = observation;

    protected internal override void OnCompleted(in DeviceResponse response) => server.OnFetched(this, response);
}
