// What a client would do, so that the sample shows itself without a second terminal.
using System.Net;
using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Model;
using Ipso.Net;
using Ipso.Objects;

internal static class Demo
{
    internal static async Task RunAsync(IPEndPoint server)
    {
        await using CoapClient client = CoapClient.Connect(server);

        Show("GET /.well-known/core", await client.GetAsync("/.well-known/core"));
        Show("GET /3303/0/5700", await client.GetAsync("/3303/0/5700", ContentFormat.PlainText));
        Show("GET /3/0 as SenML JSON", await client.GetAsync("/3/0", ContentFormat.SenMLJson));
        Show("GET /3/0 as TLV", await client.GetAsync("/3/0", ContentFormat.Tlv));

        // The same class reads what the device wrote.
        CoapClientResponse cbor = await client.GetAsync("/3303/0", ContentFormat.SenMLCbor);
        Show("GET /3303/0 as SenML CBOR", cbor);
        if (cbor.ContentFormat == ContentFormat.SenMLCbor)
        {
            Console.WriteLine(Representation.TryRead(0, ContentFormat.SenMLCbor, cbor.Payload, out Temperature room, out PayloadError error)
                ? $"    new Temperature {{ SensorValue = {room.SensorValue}, SensorUnits = \"{room.SensorUnits}\" }}"
                : $"    {error}");
        }

        Show("PUT /3308/0/5900 '23.5'", await client.PutAsync("/3308/0/5900", "23.5"u8.ToArray(), ContentFormat.PlainText));
        Show("PUT /3308/0/5900 'warm'", await client.PutAsync("/3308/0/5900", "warm"u8.ToArray(), ContentFormat.PlainText));
        Show("PUT /26300/0/26244 '7'", await client.PutAsync("/26300/0/26244", "7"u8.ToArray(), ContentFormat.PlainText));
        Show("POST /3303/0/5605 (reset minimum and maximum)", await client.PostAsync("/3303/0/5605"));

        await foreach (CoapClientResponse notification in client.ObserveAsync("/3303/0/5700", ContentFormat.PlainText).Take(5))
        {
            Show($"OBSERVE /3303/0/5700 #{notification.Observe}", notification);
        }

        // From now on it heats another room.
        Show("PUT /26300/0/26241 '3303:1'", await client.PutAsync("/26300/0/26241", "3303:1"u8.ToArray(), ContentFormat.PlainText));
        Show("PUT /26300/0/26241 '3303:7'", await client.PutAsync("/26300/0/26241", "3303:7"u8.ToArray(), ContentFormat.PlainText));
        await foreach (CoapClientResponse notification in client.ObserveAsync("/3303/1/5700", ContentFormat.PlainText).Take(2))
        {
            Show($"OBSERVE /3303/1/5700 #{notification.Observe}", notification);
        }

        Show("POST /26300/0/26245 (reset the set point)", await client.PostAsync("/26300/0/26245"));
        Show("GET /3308/0/5900", await client.GetAsync("/3308/0/5900", ContentFormat.PlainText));
    }

    private static void Show(string request, CoapClientResponse response)
    {
        Console.WriteLine($"{request}\n  {response.Code}{(response.ContentFormat is { } format ? $" ({format}, {response.Payload.Length} bytes)" : "")}");
        if (response.Code == CoapCode.NotAcceptable)
        {
            Console.WriteLine("    (the project's IpsoFormats leave this format out)");
        }

        bool isText = response.ContentFormat is null or ContentFormat.PlainText or ContentFormat.LinkFormat or ContentFormat.SenMLJson;
        if (response.Payload.Length != 0)
        {
            Console.WriteLine($"    {(isText ? Encoding.UTF8.GetString(response.Payload) : Convert.ToHexStringLower(response.Payload))}");
        }
    }
}
