using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// A device on a virtual network with a Bootstrap-Server, <c>bs</c>, and the servers <c>s</c> and <c>t</c>. The Bootstrap-Server has no packs and
/// accepts to bootstrap, unless a test says otherwise; a test sends its commands.
/// </summary>
internal sealed class BootstrapWorld
{
    internal BootstrapWorld(double loss = 0, DeviceOptions? options = null, params ObjectInstance[] objects)
    {
        World = new(options ?? Options(), loss, RegistrationWorld.BootstrapServer, "s", "t");
        foreach (ObjectInstance instance in objects)
        {
            World.Device.Objects.Add(instance);
        }

        Server.Answer = static line => line.StartsWith("GET /bspack", StringComparison.Ordinal) ? CoapCode.NotImplemented : CoapCode.Changed;
    }

    internal RegistrationWorld World { get; }

    internal DeviceEndpoint Device => World.Device;

    internal ServerNode Server => World[RegistrationWorld.BootstrapServer];

    /// <summary>What the Bootstrap-Server was asked.</summary>
    internal List<string> Log => Server.Log;

    internal static DeviceOptions Options(ServerOptions? server = null) => new()
    {
        Endpoint = "urn:dev:ops:1-A",
        BootstrapServer = new("coap://bs"),
        Server = server,
    };

    /// <summary>An instance of Security, in SenML JSON.</summary>
    internal static string Security(int instance, string uri, int? id, bool isBootstrap = false, int mode = 3)
    {
        string flag = isBootstrap ? "true" : "false";
        string last = id is { } known ? $$""",{"n":"10","v":{{known}}}""" : "";
        return $$"""[{"bn":"/0/{{instance}}/","n":"0","vs":"{{uri}}"},{"n":"1","vb":{{flag}}},{"n":"2","v":{{mode}}}{{last}}]""";
    }

    /// <summary>An instance of Server, in SenML JSON.</summary>
    internal static string Account(int instance, int id, int lifetime = 300, string more = "") =>
        $$"""[{"bn":"/1/{{instance}}/","n":"0","v":{{id}}},{"n":"1","v":{{lifetime}}},{"n":"6","vb":true},{"n":"7","vs":"U"}{{more}}]""";

    /// <summary>The two in one pack.</summary>
    internal static string Pack(params string[] parts) => $"[{string.Join(',', parts.Select(static part => part[1..^1]))}]";

    /// <summary>Starts the device, and waits until it has been told that commands will follow.</summary>
    internal BootstrapWorld Open()
    {
        Device.StartRegistering(World.Network.Now);
        World.Until(() => Device.BootstrapState == BootstrapState.Open);
        return this;
    }

    /// <summary>Has the Bootstrap-Server give the device a server account.</summary>
    internal void Provision(string uri = "coap://s", int id = 7, int lifetime = 300)
    {
        Assert.Equal("2.04", Put("/0/1", Security(1, uri, id)));
        Assert.Equal("2.04", Put("/1/0", Account(0, id, lifetime)));
    }

    /// <summary>Begins, gives the device an account and finishes.</summary>
    internal BootstrapWorld Bootstrap(string uri = "coap://s", int id = 7, int lifetime = 300)
    {
        Open();
        Provision(uri, id, lifetime);
        Assert.Equal("2.04", Finish());
        return this;
    }

    internal string Finish() => Command(CoapCode.Post, "/bs");

    internal string Delete(string path) => Command(CoapCode.Delete, path);

    internal string Put(string path, string json) => Command(CoapCode.Put, path, json, ContentFormat.SenMLJson);

    internal string Discover(string path) => Command(CoapCode.Get, path, accept: ContentFormat.LinkFormat);

    internal string Read(string path) => Command(CoapCode.Get, path, accept: ContentFormat.SenMLJson);

    /// <summary>Sends a command, and waits for the answer.</summary>
    /// <returns>Its code, and its payload.</returns>
    internal string Command(
        CoapCode method, string path, string payload = "", ContentFormat? format = null, ContentFormat? accept = null, string query = "") =>
        Server.Ask(World.DeviceNode, method, path, Encoding.UTF8.GetBytes(payload), format, accept, query: query);

    /// <summary>Waits until a server was asked to register the device.</summary>
    internal void AwaitRegistration(string server = "s", int count = 1) => World.Until(() => World[server].Registers.Distinct().Count() >= count);

    /// <summary>The events of bootstrapping, without their moments.</summary>
    internal IEnumerable<string> Events => World.Events.Select(static e => e[(e.IndexOf(' ', StringComparison.Ordinal) + 1)..])
        .Where(static e => e.StartsWith("bootstrap ", StringComparison.Ordinal));

    /// <summary>All that the device holds, also what nobody may read.</summary>
    internal string Content
    {
        get
        {
            StringBuilder text = new();
            byte[] buffer = new byte[4096];
            foreach (ObjectInstance instance in Device.Objects)
            {
                Assert.True(Representation.TryWriteWhole(instance, ContentFormat.SenMLJson, buffer, out int length));
                text.Append(Encoding.UTF8.GetString(buffer, 0, length)).Append('\n');
            }

            return text.ToString();
        }
    }
}
