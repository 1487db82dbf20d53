using Ipso.Coap;
using Ipso.Lwm2m.Device;

namespace Ipso.Tests.Lwm2m;

/// <summary>The object Firmware Update (5): images that are pushed, and what becomes of them.</summary>
public class FirmwareUpdaterTests
{
    private static readonly byte[] s_image = [.. Enumerable.Range(0, 100_000).Select(static i => (byte)(i * 7 >> 3))];

    private readonly List<string> _states = [];
    private int _installs;

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void An_image_is_pushed_in_blocks_and_installed_after_the_answer(double loss)
    {
        ImageSink sink = new();
        FirmwareUpdater updater = Make(sink);
        DeviceNetwork network = Attach(updater, loss);
        Assert.Equal("2.04", Push(network, s_image));
        Assert.Equal(s_image, sink.Image);
        Assert.Equal(["begin", "write", "end"], sink.Calls);
        Assert.Equal(["Downloading None", "Downloaded None"], _states);

        Assert.Equal("2.05 0 2", network.Server.Get("/5/0/3", ContentFormat.PlainText));
        Assert.Equal("2.04", network.Server.Post("/5/0/2"));
        Assert.Equal("2.05 0 3", network.Server.Get("/5/0/3", ContentFormat.PlainText));
        network.Await(() => _installs == 1, "it is not installed");
        updater.Complete(FirmwareUpdateResult.Success);
        Assert.Equal("2.05 0 0", network.Server.Get("/5/0/3", ContentFormat.PlainText));
        Assert.Equal("2.05 0 1", network.Server.Get("/5/0/5", ContentFormat.PlainText));
        Assert.Equal(1, _installs);
    }

    [Theory]
    [InlineData(ContentFormat.OctetStream)]
    [InlineData(ContentFormat.Tlv)]
    [InlineData(ContentFormat.Cbor)]
    [InlineData(ContentFormat.SenMLCbor)]
    public void Any_format_carries_an_image(ContentFormat format)
    {
        ImageSink sink = new();
        DeviceNetwork network = Attach(Make(sink));
        byte[] payload = format switch
        {
            ContentFormat.Tlv => [0xC3, 0x00, 1, 2, 3],
            ContentFormat.Cbor => [0x43, 1, 2, 3],
            ContentFormat.SenMLCbor => [0x81, 0xA2, 0x00, 0x66, .. "/5/0/0"u8, 0x08, 0x43, 1, 2, 3],
            _ => [1, 2, 3],
        };
        Assert.Equal("2.04", network.Server.Ask(CoapCode.Put, "/5/0/0", payload, format));
        Assert.Equal([1, 2, 3], sink.Image);
        Assert.Equal(["Downloading None", "Downloaded None"], _states);
    }

    [Fact]
    public void An_update_without_an_image_is_refused()
    {
        DeviceNetwork network = Attach(Make(new()));
        Assert.Equal("4.05", network.Server.Post("/5/0/2"));
        Assert.Equal("4.05", network.Server.Post("/5/0/10"));
        Assert.Empty(_states);
    }

    [Theory]
    [InlineData("/5/0/0", ContentFormat.OctetStream, "\0")]
    [InlineData("/5/0/0", ContentFormat.OctetStream, "")]
    [InlineData("/5/0/1", ContentFormat.PlainText, "")]
    public void A_NUL_byte_or_an_empty_address_takes_all_back(string path, ContentFormat format, string payload)
    {
        ImageSink sink = new();
        DeviceNetwork network = Attach(Make(sink));
        Assert.Equal("2.04", Push(network, [1, 2, 3]));
        Assert.Equal("2.04", network.Server.Put(path, payload, format));
        Assert.Equal("Idle None", _states[^1]);
        Assert.Equal("discard", sink.Calls[^1]);
        Assert.Empty(sink.Image);
    }

    [Fact]
    public void An_image_of_one_byte_is_one_unless_it_is_NUL()
    {
        ImageSink sink = new();
        DeviceNetwork network = Attach(Make(sink));
        Assert.Equal("2.04", Push(network, [7]));
        Assert.Equal([7], sink.Image);
        Assert.Equal("Downloaded None", _states[^1]);
    }

    [Fact]
    public void What_the_sink_has_no_room_for_is_too_large()
    {
        ImageSink sink = new() { Room = 5000 };
        DeviceNetwork network = Attach(Make(sink));
        Assert.Equal("4.13", Push(network, s_image));
        Assert.Equal(["Downloading None", "Idle NotEnoughStorage"], _states);
        Assert.Empty(sink.Image);

        // The next one comes as if nothing had been.
        Assert.Equal("2.04", Push(network, [1, 2, 3]));
        Assert.Equal("Downloaded None", _states[^1]);
    }

    [Fact]
    public void A_damaged_image_is_said_by_the_result()
    {
        ImageSink sink = new() { Verdict = FirmwareUpdateResult.IntegrityFailure };
        DeviceNetwork network = Attach(Make(sink));
        Assert.Equal("2.04", Push(network, s_image));
        Assert.Equal(["Downloading None", "Idle IntegrityFailure"], _states);
        Assert.Equal("2.05 0 5", network.Server.Get("/5/0/5", ContentFormat.PlainText));
        Assert.Equal("4.05", network.Server.Post("/5/0/2"));
    }

    [Fact]
    public void Another_image_takes_the_place_of_the_one_that_is_there()
    {
        ImageSink sink = new();
        DeviceNetwork network = Attach(Make(sink));
        Push(network, [1, 2, 3]);
        Push(network, [4, 5, 6]);
        Assert.Equal([4, 5, 6], sink.Image);
        Assert.Equal(["begin", "write", "end", "discard", "begin", "write", "end"], sink.Calls);
    }

    [Fact]
    public void While_it_is_installed_nothing_is_written_and_nothing_cancelled()
    {
        FirmwareUpdater updater = Make(new());
        DeviceNetwork network = Attach(updater);
        Push(network, [1, 2, 3]);
        network.Server.Post("/5/0/2");
        Assert.Equal("4.05", Push(network, [4, 5, 6]));
        Assert.Equal("4.05", Push(network, s_image));
        Assert.Equal("4.05", network.Server.Put("/5/0/1", "coap://x/y"));
        Assert.Equal("4.05", network.Server.IPatch("""[{"n":"/5/0/1","vs":"coap://x/y"}]"""));
        Assert.Equal("4.05", network.Server.Post("/5/0/10"));
        Assert.Equal("2.04", network.Server.Put("/5/0/14", "1"));
        updater.Complete(FirmwareUpdateResult.Failed);
        Assert.Equal("Idle Failed", _states[^1]);
        Assert.Throws<InvalidOperationException>(() => updater.Complete(FirmwareUpdateResult.Failed));
    }

    [Fact]
    public void What_the_user_puts_off_can_be_installed_later_or_cancelled()
    {
        ImageSink sink = new();
        FirmwareUpdater updater = Make(sink);
        DeviceNetwork network = Attach(updater);
        Push(network, [1, 2, 3]);
        network.Server.Post("/5/0/2");
        updater.Complete(FirmwareUpdateResult.Deferred);
        Assert.Equal("Downloaded Deferred", _states[^1]);
        Assert.Equal([1, 2, 3], sink.Image);
        Assert.Equal("2.04", network.Server.Post("/5/0/10"));
        Assert.Equal("Idle Cancelled", _states[^1]);
        Assert.Empty(sink.Image);
    }

    [Fact]
    public void With_automatic_upgrade_it_is_installed_as_soon_as_it_is_there()
    {
        DeviceNetwork network = Attach(Make(new()));
        network.Server.Put("/5/0/14", "1");
        Push(network, [1, 2, 3]);
        network.Await(() => _installs == 1, "it is not installed");
        Assert.Equal("Updating None", _states[^1]);
    }

    [Fact]
    public void A_push_that_breaks_off_is_a_lost_connection()
    {
        ImageSink sink = new();
        DeviceNetwork network = Attach(Make(sink));
        network.Server.Begin(CoapCode.Put, "/5/0/0", s_image, ContentFormat.OctetStream);
        network.Await(() => sink.Image.Length > 10_000, "nothing comes");
        network.Network.Cut([network.Server.Node], [network.Node]);
        network.Await(() => _states[^1] == "Idle ConnectionLost", "it is waited for");
        Assert.Empty(sink.Image);
    }

    [Fact]
    public void A_server_without_the_right_pushes_nothing()
    {
        ImageSink sink = new();
        FirmwareUpdater updater = Make(sink);
        DeviceNetwork network = new DeviceNetwork(0, 2, random => Device(random, updater)).AddAccounts();
        network.Device.Access.Grant(new(5, 0), 2, AccessRights.Read);
        Assert.Equal("4.01", network.Servers[1].Ask(CoapCode.Put, "/5/0/0", s_image, ContentFormat.OctetStream));
        Assert.Empty(sink.Calls);
    }

    [Fact]
    public void What_the_device_was_restarted_for_is_told_by_the_program()
    {
        FirmwareUpdater updater = new(new ImageSink(), () => { }, new() { Result = FirmwareUpdateResult.Success });
        DeviceNetwork network = Attach(updater);
        Assert.Equal("2.05 0 1", network.Server.Get("/5/0/5", ContentFormat.PlainText));
        Assert.Equal("2.05 0 1", network.Server.Get("/5/0/9", ContentFormat.PlainText));
    }

    [Fact]
    public void An_image_in_a_composite_goes_to_the_sink_as_well()
    {
        ImageSink sink = new();
        DeviceNetwork network = Attach(Make(sink));
        Assert.Equal("2.04", network.Server.IPatch("""[{"n":"/5/0/0","vd":"AQID"}]"""));
        Assert.Equal([1, 2, 3], sink.Image);
        Assert.Equal("Downloaded None", _states[^1]);
    }

    [Theory]
    [InlineData("write")]
    [InlineData("end")]
    public void A_sink_that_throws_has_failed_and_the_next_image_comes(string call)
    {
        ImageSink sink = new() { Throws = call };
        DeviceNetwork network = Attach(Make(sink));
        List<Exception> faults = [];
        network.Device.HandlerFailed = faults.Add;
        Push(network, s_image);
        Assert.Equal(["Downloading None", "Idle Failed"], _states);
        Assert.IsType<InvalidDataException>(Assert.Single(faults));
        Assert.Equal("discard", sink.Calls[^1]);
        Assert.Equal("2.04", Push(network, [1, 2, 3]));
        Assert.Equal("Downloaded None", _states[^1]);
    }

    [Fact]
    public void A_second_push_is_refused_and_leaves_the_first_alone()
    {
        ImageSink sink = new();
        FirmwareUpdater updater = Make(sink);
        DeviceNetwork network = new(0, 2, random => Device(random, updater));
        network.Servers[0].Begin(CoapCode.Put, "/5/0/0", s_image, ContentFormat.OctetStream);
        network.Await(() => sink.Image.Length > 10_000, "nothing comes");
        Assert.Equal("4.13", network.Servers[1].Ask(CoapCode.Put, "/5/0/0", [1, 2, 3], ContentFormat.OctetStream));
        network.Await(() => _states[^1] == "Downloaded None", "the first does not come to its end");
        Assert.Equal(s_image, sink.Image);
    }

    [Theory]
    [InlineData(ContentFormat.OctetStream, "00", 1)]
    [InlineData(ContentFormat.OctetStream, "", 1)]
    [InlineData(ContentFormat.Tlv, "C10000", 0)]
    [InlineData(ContentFormat.Cbor, "4100", 0)]
    public void A_NUL_byte_takes_back_what_is_being_pushed(ContentFormat format, string payload, int server)
    {
        ImageSink sink = new();
        FirmwareUpdater updater = Make(sink);
        DeviceNetwork network = new(0, 2, random => Device(random, updater));
        network.Servers[0].Begin(CoapCode.Put, "/5/0/0", s_image, ContentFormat.OctetStream);
        network.Await(() => sink.Image.Length > 10_000, "nothing comes");
        Assert.Equal("2.04", network.Servers[server].AskHex(CoapCode.Put, "/5/0/0", payload, format));
        Assert.Equal("Idle None", _states[^1]);
        Assert.Equal("discard", sink.Calls[^1]);

        // What still comes of the old one is refused, and the next one is whole.
        Assert.Equal("2.04", network.Servers[1].Ask(CoapCode.Put, "/5/0/0", s_image[..5000], ContentFormat.OctetStream));
        network.Network.Run(TimeSpan.FromSeconds(300));
        Assert.Equal(s_image[..5000], sink.Image);
        Assert.Equal(["Downloading None", "Idle None", "Downloading None", "Downloaded None"], _states);
    }

    [Fact]
    public void An_address_that_a_write_of_all_brings_with_the_image_does_not_take_it_back()
    {
        ImageSink sink = new();
        DeviceNetwork network = Attach(Make(sink));
        Assert.Equal("2.04", network.Server.Put("/5/0/1", "gopher://example.org"));
        Assert.Equal("Idle UnsupportedProtocol", _states[^1]);
        Assert.Equal("2.04", network.Server.AskHex(CoapCode.Put, "/5/0", "C300010203" + "C001", ContentFormat.Tlv));
        Assert.Equal("Downloaded None", _states[^1]);
        Assert.Equal([1, 2, 3], sink.Image);
    }

    [Fact]
    public void Who_is_told_of_a_state_may_ask_for_anything()
    {
        ImageSink sink = new();
        FirmwareUpdater updater = Make(sink);
        DeviceNetwork network = Attach(updater);
        updater.StateChanged = (state, _) =>
        {
            if (state == FirmwareUpdateState.Updating)
            {
                updater.Complete(FirmwareUpdateResult.Deferred);
            }
        };
        Push(network, [1, 2, 3]);
        Assert.Equal("2.04", network.Server.Post("/5/0/2"));
        Assert.Equal(FirmwareUpdateState.Downloaded, updater.State);
        network.Network.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(0, _installs);
    }

    private static string Push(DeviceNetwork network, byte[] image) =>
        network.Server.Ask(CoapCode.Put, "/5/0/0", image, ContentFormat.OctetStream);

    private FirmwareUpdater Make(ImageSink sink) => new(sink, () => _installs++)
    {
        StateChanged = (state, result) => _states.Add($"{state} {result}"),
    };

    private static DeviceNetwork Attach(FirmwareUpdater updater, double loss = 0) => new(loss, 1, random => Device(random, updater));

    private static DeviceEndpoint Device(Ipso.Testing.SeededRandom random, ObjectBehaviour behaviour)
    {
        DeviceEndpoint device = new(random);
        device.Attach(behaviour);
        return device;
    }
}
