using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ipso.Net;

namespace Ipso.Benchmarks.Coap;

/// <summary>What a UDP server cannot do without: the calls that our hosts make, and nothing else. None of them returns.</summary>
internal static unsafe class Echoes
{
    private const int NameLength = 16;

    /// <summary>A datagram a call.</summary>
    internal static void Ones(Socket socket)
    {
        SocketAddress from = new(AddressFamily.InterNetwork);
        byte[] buffer = new byte[2048];
        while (true)
        {
            int length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
            socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, from);
        }
    }

    /// <summary>Many datagrams a call.</summary>
    internal static void Batches(Socket socket) => Run(socket, bufferLength: 2048, controlLength: 0);

    /// <summary>Many messages a call, and in each the datagrams of one peer that are equally long.</summary>
    internal static void Segments(Socket socket)
    {
        socket.SetRawSocketOption(LinuxSocket.Udp, LinuxSocket.UdpReceiveSegments, BitConverter.GetBytes(1));
        Run(socket, bufferLength: 65_536 + 320, controlLength: 64);
    }

    private static void Run(Socket socket, int bufferLength, int controlLength)
    {
        const int Batch = ServerPrograms.Batch;
        int slot = sizeof(LinuxSocket.BatchMessage) + sizeof(LinuxSocket.Piece) + NameLength + controlLength + bufferLength;
        var messages = (LinuxSocket.BatchMessage*)NativeMemory.AllocZeroed(Batch, (nuint)slot);
        var pieces = (LinuxSocket.Piece*)(messages + Batch);
        byte* names = (byte*)(pieces + Batch);
        byte* controls = names + (Batch * NameLength);
        byte* buffers = controls + (Batch * controlLength);
        for (int i = 0; i < Batch; i++)
        {
            pieces[i].Bytes = buffers + (i * bufferLength);
            messages[i].Message.Pieces = pieces + i;
            messages[i].Message.PieceCount = 1;
            messages[i].Message.Name = names + (i * NameLength);
            messages[i].Message.Control = controls + (i * controlLength);
        }

        int count = Batch;
        int descriptor = (int)socket.Handle;
        while (true)
        {
            for (int i = 0; i < count; i++)
            {
                pieces[i].Length = (nuint)bufferLength;
                messages[i].Message.NameLength = NameLength;
                messages[i].Message.ControlLength = (nuint)controlLength;
            }

            count = LinuxSocket.ReceiveBatch(descriptor, messages, Batch, LinuxSocket.WaitForOne, null);
            for (int i = 0; i < count; i++)
            {
                pieces[i].Length = messages[i].Length;
                if (messages[i].Message.ControlLength > 0)
                {
                    KeepSegments(ref messages[i].Message, (int)messages[i].Length);
                }
            }

            for (int sent = 0; sent < count;)
            {
                sent += Math.Max(LinuxSocket.SendBatch(descriptor, messages + sent, (uint)(count - sent), 0), 1);
            }

            count = Math.Max(count, 0);
        }
    }

    private static void KeepSegments(ref LinuxSocket.Message message, int length)
    {
        int segment = LinuxSocket.ReadSegment(LinuxSocket.Next(message, null), length);
        message.ControlLength = 0;
        *(ushort*)LinuxSocket.Append(ref message, LinuxSocket.Udp, LinuxSocket.UdpSegment, sizeof(ushort)) = (ushort)segment;
    }
}
