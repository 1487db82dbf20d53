using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Lwm2m.Device;
using Ipso.Net;

namespace Ipso.Dtls.Tests;

// OSCORE inside of DTLS (LwM2M TS Transport, 5.4).
public partial class DeviceTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_account_with_keys_for_messages_too_is_registered_and_asked_under_both(bool byOpenSsl)
    {
        string folder = Directory.CreateTempSubdirectory("ipso-device-").FullName;
        using OpenSslSecurity serving = new(Keys.Server), own = new();
        using OscoreProtection protection = new() { RequiresProtection = true };
        Assert.True(protection.TryAdd(new SecurityContext(new SecurityContextKeys
        {
            MasterSecret = Keys.Wrong, SenderId = [9], RecipientId = [1], HasLostReplayWindow = false,
        })));
        await using (ManagementServer server = new(serving, protection: protection))
        {
            using FileStateStorage storage = new(folder);
            using OscoreAccounts accounts = new(aeads: byOpenSsl ? new OpenSslAeads() : null);
            OscoreKeys keys = new() { MasterSecret = Keys.Wrong, SenderId = new byte[] { 1 }, RecipientId = new byte[] { 9 } };
            DeviceOptions options = Options(server.Uri, Right);
            options = options with { Server = options.Server! with { Oscore = keys }, Protection = accounts, Storage = storage };
            await using Lwm2mDevice device = new(options) { Security = own };
            await device.StartAsync(s_local);
            await device.WaitUntilRegisteredAsync();
            Assert.Equal("86400", await server.Read("/1/0/1"));

            // The session is of the one key, and the messages within are of the other.
            ManagementServer.Device registered = Assert.Single(server.Devices);
            Assert.Equal(new PeerIdentity(PeerIdentityKind.PreSharedKey, "node-7"u8), registered.Identity);
            Assert.True(protection.TryGetContext(registered.Peer, out ulong context) && context != 0);
            Assert.Equal((1, 0), (server.Counters.Opened, server.Counters.NotSent));
            Assert.Equal((2, 2), (protection.Counters.Protected, protection.Counters.Unprotected));
            Assert.Equal((1, 2, 2), (accounts.Count, accounts.Counters.Protected, accounts.Counters.Unprotected));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task Under_other_keys_for_messages_nothing_is_registered_over_a_session_that_opens()
    {
        string folder = Directory.CreateTempSubdirectory("ipso-device-").FullName;
        using OpenSslSecurity serving = new(Keys.Server), own = new();
        using OscoreProtection protection = new() { RequiresProtection = true };
        await using (ManagementServer server = new(serving, protection: protection))
        {
            using FileStateStorage storage = new(folder);
            using OscoreAccounts accounts = new();
            OscoreKeys keys = new() { MasterSecret = Keys.Wrong, SenderId = new byte[] { 1 }, RecipientId = new byte[] { 9 } };
            DeviceOptions options = Options(server.Uri, Right);
            options = options with { Server = options.Server! with { Oscore = keys }, Protection = accounts, Storage = storage };
            TaskCompletionSource<RegistrationEvent> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using Lwm2mDevice device = new(options) { Security = own, RegistrationChanged = e => failed.TrySetResult(e) };
            await device.StartAsync(s_local);
            Assert.Contains("4.01", (await failed.Task).Explanation, StringComparison.Ordinal);
            Assert.Empty(server.Devices);
            Assert.Equal(1, server.Counters.Opened);
        }

        Directory.Delete(folder, recursive: true);
    }
}
