using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;

namespace Ipso.Benchmarks.Devices;

/// <summary>What a device keeps on the heap: the difference that some of them make, each with ten instances.</summary>
internal static class DeviceHeap
{
    private const int Devices = 20;
    private const int Instances = 10;

    internal static double Measure(CoapEndpointOptions coap, ReportingOptions reporting, bool isObserved)
    {
        // What is there once, for all of them.
        _ = Make(coap, reporting, isObserved);
        DeviceEndpoint[] devices = new DeviceEndpoint[Devices];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Devices; i++)
        {
            devices[i] = Make(coap, reporting, isObserved);
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(devices);
        return (double)(after - before) / Devices;
    }

    private static DeviceEndpoint Make(CoapEndpointOptions coap, ReportingOptions reporting, bool isObserved)
    {
        DeviceEndpoint device = new(
            new SystemRandomSource(),
            new() { Endpoint = "urn:dev:mac:0024befffe804ff1", Server = new("coap://192.0.2.1"), Coap = coap, Reporting = reporting });
        PeerId server = new([1]);
        device.HostRequested = (host, now) => device.OnResolved(host, server, null, now);
        for (int i = 0; i < Instances; i++)
        {
            device.Objects.Add(new Temperature { SensorValue = i, SensorUnits = "Cel", ApplicationType = "room" });
        }

        if (!isObserved)
        {
            return device;
        }

        // It registers, and each instance is observed: what is made at first use is there.
        byte[] buffer = new byte[2048];
        device.StartRegistering(default);
        if (!device.TryTransmit(buffer, default, out _))
        {
            throw new Harness.WrongResultException("The device does not register.");
        }

        for (byte i = 0; i < Instances; i++)
        {
            device.Receive([0x41, 1, 0, i, i, 0x60, 0x54, .. "3303"u8, 0x01, (byte)('0' + i)], server, default);
            if (!device.TryTransmit(buffer, default, out _) || device.ObserverCount != i + 1)
            {
                throw new Harness.WrongResultException($"Observation {i} was not accepted.");
            }
        }

        return device;
    }
}
