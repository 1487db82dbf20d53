using Ipso.Coap;
using Ipso.Lwm2m.Device;

namespace Ipso.Tests.Lwm2m;

/// <summary>Images that the device fetches from where a server says (5/0/1).</summary>
public class FirmwareDownloadTests
{
    private readonly List<FirmwareDownload> _downloads = [];
    private readonly List<string> _states = [];
    private readonly ImageSink _sink = new();
    private readonly DeviceNetwork _network;

    public FirmwareDownloadTests()
    {
        FirmwareUpdater updater = new(_sink, () => { }, new() { Fetch = _downloads.Add })
        {
            StateChanged = (state, result) => _states.Add($"{state} {result}"),
        };
        _network = new(0, 1, random =>
        {
            DeviceEndpoint device = new(random);
            device.Attach(updater);
            return device;
        });
    }

    [Fact]
    public void A_server_says_where_from()
    {
        Assert.Equal("2.04", Write("coap://example.org/firmware"));
        FirmwareDownload download = Assert.Single(_downloads);
        Assert.Equal(("coap://example.org/firmware", FirmwareProtocol.Coap), (download.Uri, download.Protocol));
        Assert.True(download.Begin(6));
        Assert.True(download.Write([1, 2, 3]));
        Assert.True(download.Write([4, 5, 6]));
        download.Complete();
        Assert.Equal([1, 2, 3, 4, 5, 6], _sink.Image);
        Assert.Equal(["Downloading None", "Downloaded None"], _states);
        Assert.Equal("2.05 0 2", _network.Server.Get("/5/0/3", ContentFormat.PlainText));
        Assert.Equal("2.05 0 2", _network.Server.Get("/5/0/9", ContentFormat.PlainText));
    }

    [Theory]
    [InlineData("https://example.org/firmware", "Idle UnsupportedProtocol")]
    [InlineData("gopher://example.org/firmware", "Idle UnsupportedProtocol")]
    [InlineData("firmware", "Idle InvalidUri")]
    [InlineData("coap://", "Idle InvalidUri")]
    public void What_cannot_be_fetched_is_said_by_the_result(string uri, string state)
    {
        Assert.Equal("2.04", Write(uri));
        Assert.Equal([state], _states);
        Assert.Empty(_downloads);
    }

    [Fact]
    public void A_download_that_fails_says_why()
    {
        Write("coap://example.org/firmware");
        Assert.True(_downloads[0].Begin(null));
        Assert.True(_downloads[0].Write([1]));
        _downloads[0].Fail(FirmwareUpdateResult.ConnectionLost);
        Assert.Equal(["Downloading None", "Idle ConnectionLost"], _states);
        Assert.Equal("discard", _sink.Calls[^1]);
    }

    [Fact]
    public void Another_address_an_empty_one_a_push_and_a_cancel_end_it()
    {
        Write("coap://example.org/1");
        Assert.True(_downloads[0].Begin(null));
        Write("coap://example.org/2");
        Write("");
        Write("coap://example.org/3");
        Assert.Equal("2.04", _network.Server.Ask(CoapCode.Put, "/5/0/0", [1, 2, 3], ContentFormat.OctetStream));
        Write("coap://example.org/4");
        Assert.Equal("2.04", _network.Server.Post("/5/0/10"));
        Assert.Equal("Idle Cancelled", _states[^1]);
        Assert.Equal(4, _downloads.Count);

        // What still comes of them counts no more.
        bool isTold = false;
        foreach (FirmwareDownload download in _downloads)
        {
            Assert.True(download.IsCancelled);
            Assert.False(download.Begin(null));
            Assert.False(download.Write([1]));
            download.Complete();
            download.Fail(FirmwareUpdateResult.OutOfMemory);
            download.OnCancelled(() => isTold = true);
        }

        Assert.True(isTold);
        Assert.Equal("Idle Cancelled", _states[^1]);
        Assert.Empty(_sink.Image);
    }

    [Fact]
    public void What_is_cancelled_while_the_sink_is_busy_is_discarded_by_whoever_comes_out_of_it()
    {
        Write("coap://example.org/firmware");
        Assert.True(_downloads[0].Begin(null));
        Assert.True(_downloads[0].Write([1, 2, 3]));
        string? answer = null;
        int calls = 0;
        _sink.Judging = () =>
        {
            answer = _network.Server.Post("/5/0/10");
            calls = _sink.Calls.Count;
        };
        _downloads[0].Complete();
        Assert.Equal("2.04", answer);
        Assert.Equal("end", _sink.Calls[calls - 1]);
        Assert.Equal("discard", _sink.Calls[^1]);
        Assert.Equal("Idle Cancelled", _states[^1]);
    }

    [Fact]
    public void A_fetch_that_throws_has_failed()
    {
        List<string> states = [];
        FirmwareUpdater updater = new(_sink, () => { }, new() { Fetch = static _ => throw new InvalidOperationException() })
        {
            StateChanged = (state, result) => states.Add($"{state} {result}"),
        };
        DeviceNetwork network = new(0, 1, random =>
        {
            DeviceEndpoint device = new(random);
            device.Attach(updater);
            return device;
        });
        Assert.Equal("2.04", network.Server.Put("/5/0/1", "coap://example.org/firmware"));
        Assert.Equal(["Downloading None", "Idle Failed"], states);
    }

    [Fact]
    public void A_write_of_other_resources_begins_nothing()
    {
        Write("coap://example.org/firmware");
        Assert.Equal("2.04", _network.Server.Post("/5/0", """[{"n":"/5/0/14","vb":true}]""", ContentFormat.SenMLJson));
        Assert.Single(_downloads);
    }

    private string Write(string uri) => _network.Server.Put("/5/0/1", uri);
}
