using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>Servers with accounts, and time that passes.</summary>
internal sealed partial class DeviceScript
{
    /// <summary>Who sends what is received next.</summary>
    internal PeerId Peer { get; set; } = new([1]);

    /// <summary>The account that was added last.</summary>
    internal ServerAccount? Account { get; private set; }

    /// <summary>Type and Message ID of the last message that was sent.</summary>
    internal (CoapType Type, ushort MessageId) LastMessage { get; private set; }

    internal void AddServer(ushort shortServerId, PeerId peer)
    {
        Account = new(
            new Ipso.Lwm2m.Device.LWM2MSecurity
            {
                LWM2MServerURI = "coap://server",
                BootstrapServer = false,
                SecurityMode = 3,
                PublicKeyOrIdentity = default,
                ServerPublicKey = default,
                SecretKey = default,
                ShortServerID = shortServerId,
            },
            new Ipso.Lwm2m.Device.LwM2MServer
            {
                ShortServerID = shortServerId,
                Lifetime = 86_400,
                NotificationStoringWhenDisabledOrOffline = true,
                Binding = "U",
                RegistrationUpdateTrigger = static _ => { },
            })
        {
            Peer = peer,
        };
        Device.Accounts.Add(Account);
    }

    internal string WriteAttributes(string path, string query) => Exchange(CoapCode.Put, path, query: query);

    /// <summary>Lets time pass, does what is due when it is, and acknowledges what asks for it.</summary>
    /// <returns>What was sent, and after how many seconds.</returns>
    internal List<(double After, string Message)> RunFor(double seconds)
    {
        List<(double, string)> sent = [];
        Instant start = Now, end = Now + TimeSpan.FromSeconds(seconds);
        while (true)
        {
            foreach (string message in Drain())
            {
                sent.Add(((Now - start).TotalSeconds, message));
                if (LastMessage.Type == CoapType.Confirmable)
                {
                    Device.Receive(CoapDatagram.Ack(LastMessage.MessageId).ToArray(), Peer, Now);
                }
            }

            if (Device.NextDeadline is not { } next || next > end)
            {
                Now = end;
                return sent;
            }

            Now = next > Now ? next : Now;
            Device.OnDeadline(Now);
        }
    }
}
