using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Tests.Coap.Engine;

namespace Ipso.Tests.Lwm2m;

/// <summary>RFC 9177 is for devices that are told so; to others Q-Block1 and Q-Block2 are critical options that they do not know.</summary>
public class RobustBlockTests
{
    [Theory]
    [InlineData(false, "4.02")]
    [InlineData(true, "2.05 0 21.5")]
    public void A_device_knows_robust_blocks_if_it_is_told_so(bool isTold, string answer)
    {
        DeviceOptions options = new() { RobustBlocks = isTold };
        Assert.Equal(isTold, options.RobustBlocks);
        DeviceScript script = new(options, new Temperature { SensorValue = 21.5 });
        byte[] request = Ipso.Testing.CoapDatagram.Con(CoapCode.Get, 1).Token("01").Path("/3303/0/5700").Accept(ContentFormat.PlainText)
            .Option(CoapOptionNumber.QBlock2, [6]).ToArray();
        Assert.StartsWith(answer, Assert.Single(script.Receive(request)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_offers_robust_blocks_writes_a_large_value_either_way(bool isTold)
    {
        Temperature temperature = new() { SensorValue = 21.5 };
        DeviceEndpoint device = new(new SeededRandom(1), new() { RobustBlocks = isTold });
        device.Objects.Add(temperature);
        CoapEndpoint server = new(new CoapEndpointOptions(), new SeededRandom(2));
        string text = new('z', 9000);
        CoapRequestHead head = new()
        {
            Method = CoapCode.Put, Path = "/3303/0/5750", ContentFormat = ContentFormat.PlainText, RobustBlocks = true,
        };
        server.Request(Wire.Other, head, Encoding.UTF8.GetBytes(text));
        var buffer = new byte[2048];
        int robust = 0;
        for (Instant now = default; now < default(Instant) + TimeSpan.FromSeconds(10); now += TimeSpan.FromSeconds(1))
        {
            while (server.TryTransmit(buffer, now, out Transmit transmit))
            {
                Assert.True(CoapMessage.TryParse(buffer.AsSpan(0, transmit.Length), out CoapMessage message, out _));
                foreach (CoapOption option in message.Options)
                {
                    robust += option.Number == CoapOptionNumber.QBlock1 ? 1 : 0;
                }

                device.Receive(buffer.AsSpan(0, transmit.Length), Wire.Peer, now);
            }

            while (device.TryTransmit(buffer, now, out Transmit transmit))
            {
                server.Receive(buffer.AsSpan(0, transmit.Length), Wire.Other, now);
            }
        }

        Assert.Equal(text, temperature.ApplicationType);
        Assert.Equal(isTold ? 9 : 1, robust);
    }
}
