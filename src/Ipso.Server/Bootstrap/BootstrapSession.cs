using Ipso.Server.Operations;
using Ipso.Server.Registration;

namespace Ipso.Server.Bootstrap;

/// <summary>A device that is being bootstrapped: the commands one after the other, then the Finish.</summary>
internal sealed class BootstrapSession(ServerEndpoint server, RegisteredDevice device, BootstrapConfiguration configuration)
{
    private int _next;

    internal RegisteredDevice Device => device;

    /// <summary>The next operation.</summary>
    internal DeviceOperation Continue()
    {
        BootstrapCommand? command = _next < configuration.Commands.Count ? configuration.Commands[_next] : null;
        _next++;
        return new Step(server, this, command);
    }

    private sealed class Step(ServerEndpoint server, BootstrapSession session, BootstrapCommand? command)
        : DeviceOperation(command?.Request ?? DeviceRequest.BootstrapFinish)
    {
        protected internal override void OnCompleted(in DeviceResponse response) => server.OnBootstrapStep(session, command, response);
    }
}
