using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Net;

namespace Ipso.Size;

/// <summary>The programs whose sizes are compared: one source, of which each has what <see cref="Parts"/> say.</summary>
internal static class Program
{
    private static ReadOnlySpan<ContentFormat> Formats =>
        [ContentFormat.SenMLCbor, ContentFormat.SenMLJson, ContentFormat.Tlv, ContentFormat.Lwm2mCbor];

    /// <returns>0 where every part did its work.</returns>
    private static int Main()
    {
        bool isDone = true;
        if (Parts.Sixty)
        {
            isDone &= Use(Objects.Sixty());
        }

        if (Parts.Thirty)
        {
            isDone &= Use(Objects.Thirty());
        }

        if (Parts.Two)
        {
            isDone &= Use(Objects.Two());
        }

        if (Parts.Udp)
        {
            isDone &= Echo();
        }

        return isDone ? 0 : 1;
    }

    private static bool Use(ObjectInstance[] instances)
    {
        bool isDone = Describe(instances);
        if (Parts.Writing)
        {
            isDone &= Write(instances);
        }

        if (Parts.Reading)
        {
            isDone &= Read(instances);
        }

        if (Parts.Device)
        {
            isDone &= Serve(instances);
        }

        if (Parts.Registering)
        {
            isDone &= Register(instances);
        }

        return isDone;
    }

    // The registry's facts about the objects are no part of writing or reading them: all of the programs have these.
    private static bool Describe(ObjectInstance[] instances)
    {
        bool isDescribed = true;
        foreach (ObjectInstance instance in instances)
        {
            isDescribed &= instance.Definition.Resources.Length > 0;
        }

        return isDescribed;
    }

    private static bool Write(ObjectInstance[] instances)
    {
        byte[] buffer = new byte[1024];
        bool isWritten = true;
        foreach (ObjectInstance instance in instances)
        {
            foreach (ContentFormat format in Formats)
            {
                isWritten &= Representation.Write(instance, format, buffer, out _) == RepresentationResult.Written;
            }
        }

        return isWritten;
    }

    private static bool Read(ObjectInstance[] instances)
    {
        bool isRead = true;
        foreach (ObjectInstance instance in instances)
        {
            Lwm2mPath path = new(instance.Definition.ObjectId, instance.InstanceId);
            foreach (ContentFormat format in Formats)
            {
                isRead &= Representation.TryRead(instance, path, format, WithoutResources(format), ReadMode.Mirror, out _);
            }
        }

        return isRead;
    }

    private static ReadOnlySpan<byte> WithoutResources(ContentFormat format) => format switch
    {
        ContentFormat.SenMLCbor => [0x80],
        ContentFormat.SenMLJson => "[]"u8,
        ContentFormat.Lwm2mCbor => [0xA0],
        _ => [],
    };

    private static bool Serve(ObjectInstance[] instances)
    {
        Lwm2mDevice device = new();
        foreach (ObjectInstance instance in instances)
        {
            device.Objects.Add(instance);
        }

        device.Start(new(IPAddress.Loopback, 0));
        bool isServing = device.LocalEndPoint.Port != 0 && device.IsRunning;
        device.Stop();
        return isServing;
    }

    // A server that is not there will do.
    private static bool Register(ObjectInstance[] instances)
    {
        Lwm2mDevice device = new(new() { Endpoint = "urn:dev:mac:0024befffe804ff1", Server = new("coap://127.0.0.1:5683") });
        foreach (ObjectInstance instance in instances)
        {
            device.Objects.Add(instance);
        }

        device.StartAsync(new(IPAddress.Loopback, 0)).Wait();
        bool isServing = device.LocalEndPoint.Port != 0 && !device.Completion.IsCompleted;
        device.StopAsync().Wait();
        return isServing;
    }

    private static bool Echo()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        byte[] datagram = new byte[1280];
        SocketAddress from = socket.LocalEndPoint!.Serialize();
        socket.SendTo(datagram.AsSpan(0, 4), SocketFlags.None, from);
        int length = socket.ReceiveFrom(datagram, SocketFlags.None, from);
        return socket.SendTo(datagram.AsSpan(0, length), SocketFlags.None, from) == 4;
    }
}
