using Ipso.Server.Stores;

namespace Ipso.Server.Operations;

/// <summary>A command that was taken from its store.</summary>
internal sealed class CommandOperation(ServerEndpoint server, CommandRecord record, DeviceRequest request) : DeviceOperation(request)
{
    internal CommandRecord Record => record;

    protected internal override void OnCompleted(in DeviceResponse response) => server.OnCommandDone(this, response);
}
