using System.Security.Cryptography;
using Ipso.Lwm2m.Device;

namespace Ipso.Tests.Lwm2m;

/// <summary>Keeps a firmware image in memory, and refuses what a test says.</summary>
internal sealed class ImageSink : IFirmwareSink
{
    private readonly List<byte> _image = [];

    /// <summary>What was called, one word each; pieces that follow each other are one <c>write</c>.</summary>
    internal List<string> Calls { get; } = [];

    internal byte[] Image => [.. _image];

    internal long? Announced { get; private set; }

    internal int Room { get; init; } = int.MaxValue;

    internal FirmwareUpdateResult Verdict { get; set; }

    public FirmwareUpdateResult Begin(long? length)
    {
        Calls.Add("begin");
        Announced = length;
        _image.Clear();
        return FirmwareUpdateResult.None;
    }

    /// <summary>Thrown by the call of that name, once.</summary>
    internal string? Throws { get; set; }

    /// <summary>Called at the end of an image, before it is judged.</summary>
    internal Action? Judging { get; set; }

    public FirmwareUpdateResult Write(ReadOnlySpan<byte> bytes)
    {
        ThrowIn("write");
        if (Calls[^1] != "write")
        {
            Calls.Add("write");
        }

        if (_image.Count + bytes.Length > Room)
        {
            return FirmwareUpdateResult.NotEnoughStorage;
        }

        _image.AddRange(bytes);
        return FirmwareUpdateResult.None;
    }

    public FirmwareUpdateResult End(long length, ReadOnlySpan<byte> digest)
    {
        Calls.Add("end");
        ThrowIn("end");
        Judging?.Invoke();
        Assert.Equal(_image.Count, length);
        Assert.Equal(SHA256.HashData(Image), digest.ToArray());
        return Verdict;
    }

    private void ThrowIn(string call)
    {
        if (Throws == call)
        {
            Throws = null;
            throw new InvalidDataException($"no {call}");
        }
    }

    public void Discard()
    {
        Calls.Add("discard");
        _image.Clear();
    }
}
