using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Ipso.Coap;
using Ipso.Testing;

namespace Ipso.Tests.Architecture;

/// <summary>
/// Who may know whom in Ipso.Runtime, proved over the metadata of the built assembly: base types, interfaces, the signatures of fields,
/// methods and locals, and every type, method and field that a method's body names.
/// </summary>
public class LayerTests
{
    // Each layer and the ones it may know besides itself, Buffers <- Coap <- Engine <- Oscore, Device <- Net, and
    // Buffers <- Cbor, Json <- SenML, Links <- Lwm2m <- Codecs <- Model <- Objects <- Device.
    private static readonly Dictionary<string, string[]> s_mayKnow = new()
    {
        ["Ipso.Buffers"] = [],
        ["Ipso.Cbor"] = ["Ipso.Buffers"],
        ["Ipso.Json"] = ["Ipso.Buffers"],
        ["Ipso.Links"] = ["Ipso.Buffers"],
        ["Ipso.Coap"] = ["Ipso.Buffers"],
        ["Ipso.Coap.Engine"] = ["Ipso.Buffers", "Ipso.Coap"],
        ["Ipso.Coap.Oscore"] = ["Ipso.Buffers", "Ipso.Cbor", "Ipso.Coap", "Ipso.Coap.Engine"],
        ["Ipso.Lwm2m"] = ["Ipso.Buffers", "Ipso.Links"],
        ["Ipso.Lwm2m.Codecs"] = ["Ipso.Buffers", "Ipso.Cbor", "Ipso.Json", "Ipso.SenML", "Ipso.Links", "Ipso.Lwm2m"],
        ["Ipso.Lwm2m.Model"] = ["Ipso.Buffers", "Ipso.SenML", "Ipso.Links", "Ipso.Lwm2m", "Ipso.Lwm2m.Codecs"],
        ["Ipso.Lwm2m.Objects"] = ["Ipso.Lwm2m", "Ipso.Lwm2m.Model"],
        ["Ipso.Lwm2m.Device"] =
        [
            "Ipso.Buffers", "Ipso.Coap", "Ipso.Coap.Engine", "Ipso.Coap.Oscore", "Ipso.Links", "Ipso.Lwm2m", "Ipso.Lwm2m.Codecs",
            "Ipso.Lwm2m.Model", "Ipso.Lwm2m.Objects",
        ],
        ["Ipso.SenML"] = ["Ipso.Buffers", "Ipso.Cbor", "Ipso.Json"],
        ["Ipso.Net.Security"] = ["Ipso.Coap.Engine"],
        ["Ipso.Net"] =
        [
            "Ipso.Buffers", "Ipso.Coap", "Ipso.Coap.Engine", "Ipso.Coap.Oscore", "Ipso.Links", "Ipso.Net.Security", "Ipso.Lwm2m",
            "Ipso.Lwm2m.Model", "Ipso.Lwm2m.Objects", "Ipso.Lwm2m.Device",
        ],
    };

    // The only thing of CoAP that Codecs and Model may name.
    private static readonly string[] s_knowContentFormat = ["Ipso.Lwm2m.Codecs", "Ipso.Lwm2m.Model"];

    private static readonly string[] s_onlyInNet =
    [
        "System.Net.", "System.DateTime::get_UtcNow", "System.DateTime::get_Now", "System.DateTimeOffset::get_UtcNow",
        "System.DateTimeOffset::get_Now", "System.Diagnostics.Stopwatch", "System.TimeProvider", "System.Environment::get_TickCount",
        "System.Random", "System.Security.Cryptography.RandomNumberGenerator", "System.Threading.Tasks.", "System.Threading.Thread", "System.Threading.Timer",
        "System.Threading.CancellationToken", "System.Console", "System.IO.",
    ];

    // Time and chance come from the seed alone. The addresses of System.Net and the streams of System.IO are values to it.
    private static readonly string[] s_notInTesting =
    [
        .. s_onlyInNet.Where(static name => name is not ("System.Net." or "System.IO.")), "System.Net.Sockets.Socket", "System.Net.Dns",
        "System.IO.File", "System.IO.Directory", "System.HashCode",
    ];

    [Fact]
    public void Every_namespace_is_a_layer_and_knows_only_the_layers_below()
    {
        List<string> violations = [];
        foreach ((string from, string to) in Uses())
        {
            string layer = NamespaceOf(from), known = NamespaceOf(to);
            if (!s_mayKnow.TryGetValue(layer, out string[]? mayKnow))
            {
                violations.Add($"{from} is in no layer");
            }
            else if (IsLayer(known) && known != layer && !mayKnow.Contains(known) && !IsContentFormat(layer, to))
            {
                violations.Add($"{from} knows {to}");
            }
        }

        Assert.True(violations.Count == 0, string.Join('\n', violations.Distinct()));
    }

    [Fact]
    public void Nobody_but_Net_knows_sockets_clocks_randomness_tasks_and_threads()
    {
        IEnumerable<string> violations = Uses()
            .Where(use => NamespaceOf(use.From) != "Ipso.Net" && s_onlyInNet.Any(name => Names(use.To, name)))
            // A certificate is valid by the time of day, which the platform would take from the system otherwise.
            .Where(static use => use.From != "Ipso.Net.Security.CertificateTrust" || !Names(use.To, "System.TimeProvider"))
            .Select(use => $"{use.From} uses {use.To}")
            .Distinct();
        Assert.True(!violations.Any(), string.Join('\n', violations));
    }

    // A firmware image is hashed; keys are held by Oscore, and by the security of transports.
    [Fact]
    public void Nobody_but_Oscore_and_Net_knows_ciphers_and_keys()
    {
        (string From, string To)[] uses =
        [
            .. Uses().Where(use => use.To.StartsWith("System.Security.Cryptography.", StringComparison.Ordinal)
                && !Names(use.To, "System.Security.Cryptography.IncrementalHash")
                && !Names(use.To, "System.Security.Cryptography.HashAlgorithmName")),
        ];
        Assert.Contains(uses, use => NamespaceOf(use.From) == "Ipso.Coap.Oscore");
        Assert.DoesNotContain(uses, use => NamespaceOf(use.From) is not ("Ipso.Coap.Oscore" or "Ipso.Net" or "Ipso.Net.Security"));
    }

    [Fact]
    public void Ipso_Testing_knows_CoAP_alone_and_no_socket_clock_thread_or_chance()
    {
        string[] layers = ["Ipso.Testing", "Ipso.Coap", "Ipso.Coap.Engine"];
        List<(string From, string To)> uses = Uses(typeof(VirtualNetwork).Assembly.Location);
        Assert.Contains(uses, u => u.From == "Ipso.Testing.VirtualNetwork" && u.To == "Ipso.Coap.Engine.IDatagramProtocol::Receive");
        IEnumerable<string> violations = uses
            .Where(static use => NamespaceOf(use.From) == "Ipso.Testing")
            .Where(use => s_notInTesting.Any(name => Names(use.To, name))
                || (IsLayer(NamespaceOf(use.To)) && !layers.Contains(NamespaceOf(use.To))))
            .Select(use => $"{use.From} uses {use.To}")
            .Distinct();
        Assert.True(!violations.Any(), string.Join('\n', violations));
    }

    // Fleets are devices: on the network without anything that makes a run another one, and by their host alone over sockets.
    [Fact]
    public void Fleets_of_Ipso_Testing_know_sockets_clocks_and_threads_in_their_host_alone()
    {
        const string Host = "Ipso.Testing.Fleets.SimulatedFleetHost";
        (string From, string To)[] uses =
        [
            .. Uses(typeof(VirtualNetwork).Assembly.Location)
                .Where(static use => NamespaceOf(use.From) == "Ipso.Testing.Fleets")
                .Where(static use => s_notInTesting.Any(name => Names(use.To, name))),
        ];
        Assert.Contains(uses, static use => use.From.StartsWith(Host, StringComparison.Ordinal));
        Assert.DoesNotContain(uses, static use => !use.From.StartsWith(Host, StringComparison.Ordinal)
            && (use.From != "Ipso.Testing.Fleets.SimulatedFleet" || !Names(use.To, "System.TimeProvider")));
    }

    [Fact]
    public void The_test_sees_what_it_is_to_see()
    {
        List<(string From, string To)> uses = Uses();
        // A signature, a call, a field's type, a type argument, an interface.
        Assert.Contains(uses, u => u.From == "Ipso.Net.UdpHost" && u.To.StartsWith("System.Net.Sockets.Socket", StringComparison.Ordinal));
        Assert.Contains(uses, u => u.From == "Ipso.Lwm2m.Device.DeviceEndpoint" && u.To == "Ipso.Coap.Engine.CoapEndpoint::TryTransmit");
        Assert.Contains(uses, u => u.From == "Ipso.Lwm2m.Codecs.RecordReader" && u.To == "Ipso.Cbor.CborReader");
        Assert.Contains(uses, u => u.From == "Ipso.Lwm2m.Device.DeviceEndpoint" && u.To == "Ipso.Coap.Engine.ICoapRequestHandler");
        Assert.All(s_mayKnow.Keys, layer => Assert.Contains(uses, u => NamespaceOf(u.From) == layer));
    }

    private static bool IsContentFormat(string layer, string to) =>
        s_knowContentFormat.Contains(layer) && Names(to, "Ipso.Coap.ContentFormat");

    private static bool IsLayer(string @namespace) => @namespace.StartsWith("Ipso.", StringComparison.Ordinal);

    // A rule is a namespace ("System.Net."), a type or a member ("X::Y"), and what begins with a member's name: get_TickCount64.
    private static bool Names(string to, string rule) =>
        rule.EndsWith('.') || rule.Contains("::", StringComparison.Ordinal)
            ? to.StartsWith(rule, StringComparison.Ordinal)
            : to == rule || to.StartsWith(rule + "::", StringComparison.Ordinal);

    private static string NamespaceOf(string name)
    {
        string type = name.Split("::")[0];
        return type.LastIndexOf('.') is var dot && dot < 0 ? "" : type[..dot];
    }

    /// <summary>Every use of a type or member (<c>Type::Member</c>) by a type, the outermost where types nest.</summary>
    private static List<(string From, string To)> Uses(string? assembly = null)
    {
        using FileStream file = File.OpenRead(assembly ?? typeof(CoapMessage).Assembly.Location);
        using PEReader image = new(file);
        MetadataReader metadata = image.GetMetadataReader();
        AssemblyNames names = new(metadata);
        List<(string From, string To)> uses = [];
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            TypeDefinition type = metadata.GetTypeDefinition(handle);
            string from = names.NameOf(handle);
            // What the compiler adds for itself: <Module>, embedded attributes, the data of array literals.
            if (!NamespaceOf(from).StartsWith("Ipso", StringComparison.Ordinal))
            {
                continue;
            }

            names.Found.Clear();
            names.Add(type.BaseType);
            foreach (InterfaceImplementationHandle implementation in type.GetInterfaceImplementations())
            {
                names.Add(metadata.GetInterfaceImplementation(implementation).Interface);
            }

            foreach (FieldDefinitionHandle field in type.GetFields())
            {
                metadata.GetFieldDefinition(field).DecodeSignature(names, null);
            }

            foreach (MethodDefinitionHandle method in type.GetMethods())
            {
                AddMethod(image, metadata, names, metadata.GetMethodDefinition(method));
            }

            uses.AddRange(names.Found.Select(to => (from, to)));
        }

        return uses;
    }

    private static void AddMethod(PEReader image, MetadataReader metadata, AssemblyNames names, MethodDefinition method)
    {
        method.DecodeSignature(names, null);
        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        MethodBodyBlock body = image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names, null);
        }

        foreach (ExceptionRegion region in body.ExceptionRegions)
        {
            names.Add(region.CatchType);
        }

        foreach (EntityHandle token in IntermediateLanguage.Tokens(body.GetILBytes()))
        {
            names.Add(token);
        }
    }
}
