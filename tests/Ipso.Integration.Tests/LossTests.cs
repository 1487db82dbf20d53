using System.Globalization;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Integration.Tests;

/// <summary>
/// Sockets of the system where one datagram of five is lost: a client of ours with a server of ours and with libcoap's. Every exchange ends,
/// with the right answer or with a time-out.
/// </summary>
[Trait("Category", "Peers")]
public sealed class LossTests
{
    private const int Percent = 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    // Two transmissions of three fail both ways once in eight times, so that some requests do time out.
    private static readonly TransmissionParameters s_impatient =
        new() { AckTimeout = TimeSpan.FromMilliseconds(15), MaxRetransmit = 1 };

    // A body of a hundred blocks comes through, all but surely.
    private static readonly TransmissionParameters s_patient =
        new() { AckTimeout = TimeSpan.FromMilliseconds(15), MaxRetransmit = 10, AckRandomFactor = 1.2 };

    [PeerTheory(LossyNetwork.Name, LibcoapServer.Program)]
    [InlineData(true)]
    [InlineData(false)]
    public Task Requests_are_answered_or_time_out(bool isOurs) => WithAsync(isOurs, s_impatient, async (client, store) =>
    {
        const int Requests = 200;
        int answered = 0;
        int timedOut = 0;
        for (int i = 0; i < Requests; i++)
        {
            try
            {
                CoapClientResponse response = await client.GetAsync(isOurs ? $"/count?{i}" : "/time");
                Assert.Equal(CoapCode.Content, response.Code);
                if (isOurs)
                {
                    Assert.Equal("1", response.GetText());
                }

                answered++;
            }
            catch (CoapException e) when (e.Failure == CoapFailure.Timeout)
            {
                Assert.Equal(2, e.Transmissions);
                timedOut++;
            }
        }

        Assert.Equal(Requests, answered + timedOut);
        Assert.True(LossyNetwork.Lost() > 0);
        Assert.InRange(timedOut, 1, Requests / 3);
        if (store is not null)
        {
            // Whatever was repeated was run once (RFC 7252, 4.5).
            Assert.All(store.Runs.Values, static runs => Assert.Equal(1, runs));
            Assert.True(store.Counters.Duplicates > 0);
        }
    });

    [PeerTheory(LossyNetwork.Name)]
    [InlineData(20_000)]
    [InlineData(100_000)]
    public Task Bodies_arrive_whole(int size) => WithAsync(isOurs: true, s_patient, async (client, store) =>
    {
        byte[] body = NodeCoapClientTests.Numbers(size);
        Assert.Equal(CoapCode.Created, (await client.PutAsync("/store", body, ContentFormat.OctetStream)).Code);
        Assert.Equal(body, store!.Body);
        Assert.Equal(body, (await client.GetAsync("/store")).Payload);
        Assert.True(LossyNetwork.Lost() > 0);
    });

    [PeerTheory(LossyNetwork.Name, LibcoapServer.Program)]
    [InlineData(20_000)]
    [InlineData(100_000)]
    public Task Bodies_get_to_libcoaps_server_and_back(int size) => WithAsync(isOurs: false, s_patient, async (client, _) =>
    {
        byte[] body = NodeCoapClientTests.Numbers(size);
        byte[] lastBlock = body[(size / 1024 * 1024)..];
        byte[] read = [];
        for (int i = 0; i < 6 && read.Length < size; i++)
        {
            Assert.True((await client.PutAsync("/store", body, ContentFormat.OctetStream)).Code.IsSuccess);
            CoapClientResponse response = await client.GetAsync("/store");
            Assert.Equal(CoapCode.Content, response.Code);
            read = response.Payload;

            // This server (4.3.1) knows no duplicates: one of the last block, when the answer is lost, takes the place of the whole body.
            Assert.True(read.AsSpan().SequenceEqual(body) || read.AsSpan().SequenceEqual(lastBlock));
        }

        Assert.Equal(size, read.Length);
        Assert.True(LossyNetwork.Lost() > 0);
    });

    [PeerFact(LossyNetwork.Name)]
    public Task An_observation_ends_with_the_last_value() => WithAsync(isOurs: true, s_patient, async (client, store) =>
    {
        const int Last = 80;
        int value = 0;
        store!.Change("0"u8.ToArray());
        List<int> seen = [];
        await foreach (CoapClientResponse response in client.ObserveAsync("/store"))
        {
            seen.Add(int.Parse(response.GetText(), CultureInfo.InvariantCulture));
            if (seen[^1] == Last)
            {
                break;
            }

            // One upon the other: some become one notification.
            for (int i = 0; i < 4 && value < Last; i++)
            {
                value++;
                store.Change(Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
            }
        }

        Assert.Equal(seen.Order(), seen);
        Assert.Equal(Last, seen[^1]);
        Assert.True(LossyNetwork.Lost() > 0);
    });

    [PeerFact(LossyNetwork.Name, LibcoapServer.Program)]
    public Task Observing_libcoaps_server_ends_with_the_last_value() => WithAsync(isOurs: false, s_patient, async (client, _) =>
    {
        await client.PutAsync("/example_data", "0"u8.ToArray());
        string last = "";
        bool hasChanged = false;
        while (last != "1")
        {
            // libcoap repeats a notification after two seconds at the earliest, and may give up an observer; then it is asked again.
            using CancellationTokenSource enough = new(TimeSpan.FromSeconds(4));
            try
            {
                await foreach (CoapClientResponse response in client.ObserveAsync("/example_data", cancellationToken: enough.Token))
                {
                    Assert.True(last != "1" || response.GetText() == "1", "the value goes back");
                    last = response.GetText();
                    if (last == "1")
                    {
                        break;
                    }

                    if (!hasChanged)
                    {
                        hasChanged = true;
                        await client.PutAsync("/example_data", "1"u8.ToArray());
                    }
                }
            }
            catch (OperationCanceledException) when (enough.IsCancellationRequested)
            {
            }
        }
    });

    private static async Task WithAsync(bool isOurs, TransmissionParameters parameters, Func<CoapClient, ServedStore?, Task> test)
    {
        CoapEndpointOptions options = new()
        {
            MaxBodySize = ServedStore.MaxBody,
            TransferBytes = 2 * ServedStore.MaxBody,
            Transmission = parameters,
            ResponseTimeout = TimeSpan.FromSeconds(20),
        };
        using LossyNetwork network = new(Percent);
        await network.RunAsync(async () =>
        {
            await using ServedStore? store = isOurs ? new ServedStore(parameters) : null;
            await using LibcoapServer? libcoap = isOurs ? null : await LibcoapServer.StartAsync("127.0.0.1", "-d", "10");
            await using CoapClient client = CoapClient.Connect(store?.EndPoint ?? libcoap!.EndPoint, options);
            await test(client, store).WaitAsync(s_patience);
        });
    }
}
