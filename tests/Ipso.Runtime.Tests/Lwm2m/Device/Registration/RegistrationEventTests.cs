using Ipso.Coap;
using Ipso.Lwm2m.Device;

namespace Ipso.Tests.Lwm2m;

/// <summary>What a log says of registrations.</summary>
public class RegistrationEventTests
{
    [Theory]
    [InlineData(RegistrationEventKind.Registered, null, "server 3 at coap://s: registered, LwM2M 0.0")]
    [InlineData(RegistrationEventKind.Updated, null, "server 3 at coap://s: updated")]
    [InlineData(RegistrationEventKind.BootstrapRequested, null, "server 3 at coap://s: bootstraprequested")]
    [InlineData(RegistrationEventKind.Disabled, 600.0, "server 3 at coap://s: disabled; next try in 600 s")]
    [InlineData(RegistrationEventKind.Failed, null, "server 3 at coap://s: failed: the answer was 4.03 Forbidden; no further try")]
    [InlineData(RegistrationEventKind.Failed, 61.25, "server 3 at coap://s: failed: the answer was 4.03 Forbidden; next try in 61.3 s")]
    [InlineData(RegistrationEventKind.Failed, 61.04, "server 3 at coap://s: failed: the answer was 4.03 Forbidden; next try in 61 s")]
    [InlineData(RegistrationEventKind.Failed, 0.0, "server 3 at coap://s: failed: the answer was 4.03 Forbidden; next try in 0 s")]
    public void An_event_is_one_line(RegistrationEventKind kind, double? nextTry, string line)
    {
        bool hasFailed = kind == RegistrationEventKind.Failed;
        RegistrationEvent told = new(kind, 3, "coap://s")
        {
            Failure = hasFailed ? RegistrationFailure.Rejected : RegistrationFailure.None,
            Code = hasFailed ? CoapCode.Forbidden : default,
            NextTryIn = nextTry is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
        Assert.Equal(line, told.ToString());
        Assert.Equal(nextTry is { } wait ? TimeSpan.FromSeconds(wait) : null, told.NextTryIn);
    }
}
