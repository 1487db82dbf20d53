using System.Net;
using System.Security.Cryptography;
using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>Firmware on a socket: fetched over CoAP, and kept in a file.</summary>
[Trait("Category", "Network")]
public sealed class FirmwareTests : AsyncTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly byte[] s_image = [.. Enumerable.Range(0, 60_000).Select(static i => (byte)(i * 5 >> 2))];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipso-firmware-");
    private readonly CoapServer _server = new();
    private readonly TaskCompletionSource<string> _state = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FirmwareTests()
    {
        _server.MapGet("/firmware", static _ => CoapReply.Content(s_image, ContentFormat.OctetStream));
        _server.Start(new IPEndPoint(IPAddress.Loopback, 0));
    }

    private string File => Path.Combine(_folder.FullName, "firmware.bin");

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_image_is_fetched_to_a_file()
    {
        using FileFirmwareSink sink = new(File);
        await using Lwm2mDevice device = Start(sink);
        await WriteUriAsync(device, $"coap://127.0.0.1:{_server.LocalEndPoint.Port}/firmware");
        Assert.Equal("Downloaded None", await _state.Task.WaitAsync(s_patience));
        Assert.Equal(s_image, await System.IO.File.ReadAllBytesAsync(File));
        Assert.Equal(SHA256.HashData(s_image), sink.Digest!.Value.ToArray());
        Assert.False(System.IO.File.Exists(File + ".part"));
    }

    [Theory]
    [InlineData("coap://127.0.0.1:{0}/nothing", "Idle InvalidUri")]
    [InlineData("coap://127.0.0.1:{0}/%zz", "Idle InvalidUri")]
    public async Task What_is_not_there_is_said(string uri, string state)
    {
        using FileFirmwareSink sink = new(File);
        await using Lwm2mDevice device = Start(sink);
        await WriteUriAsync(device, string.Format(null, System.Text.CompositeFormat.Parse(uri), _server.LocalEndPoint.Port));
        Assert.Equal(state, await _state.Task.WaitAsync(s_patience));
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task What_is_longer_than_the_file_may_be_is_not_kept()
    {
        using FileFirmwareSink sink = new(File, maxLength: 1000);
        await using Lwm2mDevice device = Start(sink);
        await WriteUriAsync(device, $"coap://127.0.0.1:{_server.LocalEndPoint.Port}/firmware");
        Assert.Equal("Idle NotEnoughStorage", await _state.Task.WaitAsync(s_patience));
        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void An_image_that_is_refused_leaves_no_file()
    {
        using FileFirmwareSink sink = new(File) { Verify = static (_, _, _) => FirmwareUpdateResult.UnsupportedPackage };
        Assert.Equal(FirmwareUpdateResult.None, sink.Begin(3));
        Assert.Equal(FirmwareUpdateResult.None, sink.Write([1, 2, 3]));
        Assert.Equal(FirmwareUpdateResult.UnsupportedPackage, sink.End(3, SHA256.HashData([1, 2, 3])));
        sink.Discard();
        Assert.Empty(_folder.GetFiles());
        Assert.Null(sink.Digest);
    }

    [Fact]
    public void A_folder_that_is_not_there_has_no_room()
    {
        using FileFirmwareSink sink = new(Path.Combine(_folder.FullName, "no", "folder"));
        Assert.Equal(FirmwareUpdateResult.NotEnoughStorage, sink.Begin(null));
        Assert.Equal(FirmwareUpdateResult.NotEnoughStorage, sink.Write([1]));
        sink.Discard();
    }

    private Lwm2mDevice Start(FileFirmwareSink sink)
    {
        Lwm2mDevice device = new();
        device.Attach(new FirmwareUpdater(sink, () => { }, new() { Fetch = new CoapFirmwareSource().Fetch })
        {
            StateChanged = (state, result) =>
            {
                if (state != FirmwareUpdateState.Downloading)
                {
                    _ = _state.TrySetResult($"{state} {result}");
                }
            },
        });
        device.Start(new IPEndPoint(IPAddress.Loopback, 0));
        return device;
    }

    private static async Task WriteUriAsync(Lwm2mDevice device, string uri)
    {
        await using CoapClient client = CoapClient.Connect(device.LocalEndPoint);
        CoapClientResponse response = await client.PutAsync("/5/0/1", System.Text.Encoding.UTF8.GetBytes(uri), ContentFormat.PlainText);
        Assert.Equal(CoapCode.Changed, response.Code);
    }
}
