using System.Globalization;
using System.Text;
using Ipso.Benchmarks.Harness;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;

namespace Ipso.Benchmarks.Devices;

/// <summary>
/// One of many observed resources changes, each of which has <c>gt</c>, <c>lt</c> and <c>st</c>: the result is how many notifications go
/// out.
/// </summary>
internal readonly struct ChangeCycle : IOperation
{
    private const int MessageLimit = 2048;

    private readonly DeviceEndpoint _endpoint;
    private readonly Temperature[] _temperatures;
    private readonly byte[] _buffer = new byte[MessageLimit];
    private readonly int[] _next = [0];
    private readonly double _change;
    private readonly int _stride;

    /// <param name="observations">How many resources are observed.</param>
    /// <param name="change">By how much a value changes; from 30 on that is told.</param>
    /// <param name="takesTurns">Whether each change is that of another resource, so that none is in a cache when there are many.</param>
    internal ChangeCycle(int observations, double change, bool takesTurns = false)
    {
        _change = change;
        _stride = takesTurns ? 1 : 0;
        DeviceOptions options = new()
        {
            Coap = new()
            {
                Observers = observations, ObserverRequestSize = 64, Transmission = new() { NotificationInterval = TimeSpan.Zero },
            },
        };
        _endpoint = new(new SystemRandomSource(), options);
        _temperatures = new Temperature[observations];
        for (int i = 0; i < observations; i++)
        {
            _temperatures[i] = new Temperature { SensorValue = 0 };
            _endpoint.Objects.Add(_temperatures[i]);
            _endpoint.Receive(Observe(i), new PeerId([1]), default);
            if (!_endpoint.TryTransmit(_buffer, default, out _) || _endpoint.ObserverCount != i + 1)
            {
                throw new WrongResultException($"Observation {i} was not accepted.");
            }
        }
    }

    public int Run()
    {
        ref int next = ref _next[0];
        Temperature temperature = _temperatures[next];
        next = (next + _stride) % _temperatures.Length;
        temperature.SensorValue = temperature.SensorValue == 0 ? _change : 0;
        int count = 0;
        while (_endpoint.TryTransmit(_buffer, default, out _))
        {
            count++;
        }

        return count;
    }

    // GET /3303/{i}/5700?gt=40&lt=-40&st=30 with Observe 0 and a token of four bytes.
    private static byte[] Observe(int index)
    {
        List<byte> request = [0x44, 1, (byte)(index >> 8), (byte)index, .. BitConverter.GetBytes(index), 0x60];
        int delta = 5;
        foreach (string segment in (string[])["3303", index.ToString(CultureInfo.InvariantCulture), "5700"])
        {
            request.AddRange([(byte)(delta << 4 | segment.Length), .. Encoding.ASCII.GetBytes(segment)]);
            delta = 0;
        }

        delta = 4;
        foreach (string argument in (string[])["gt=40", "lt=-40", "st=30"])
        {
            request.AddRange([(byte)(delta << 4 | argument.Length), .. Encoding.ASCII.GetBytes(argument)]);
            delta = 0;
        }

        return [.. request];
    }
}
