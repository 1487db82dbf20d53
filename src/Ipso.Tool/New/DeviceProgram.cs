using System.Text;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;
using Microsoft.CodeAnalysis.CSharp;

namespace Ipso.Tool.New;

/// <summary>The program of a device: to be read, and to be changed.</summary>
/// <param name="name">The project's name.</param>
/// <param name="objects">The objects.</param>
internal sealed class DeviceProgram(string name, IReadOnlyList<NamedObject> objects)
{
    // IPSO: Sensor Value, which every sensor has.
    private const ushort SensorValue = 5700;

    // What the program itself has names for.
    private static readonly string[] s_taken = ["args", "device", "local", "timer", "e", "handled", "Wander"];

    /// <summary>The source.</summary>
    public string Text
    {
        get
        {
            (NamedObject Item, string Variable)[] all = [.. objects.Select(static item => (item, Variable(item.TypeName)))];
            StringBuilder text = new();
            text.Append($$"""
                // A device with {{DeviceProject.Words([.. objects.Select(static one => one.Definition.Name)])}}. It serves whoever asks at coap://127.0.0.1:5683, or at the
                // address and port that it is told; with the URI of a server, such as coap://leshan.example, it registers there.
                using System.Net;
                using Ipso.Lwm2m.Device;
                using Ipso.Net;
                using Ipso.Objects;


                """);
            foreach ((NamedObject item, string variable) in all)
            {
                text.Append($"{TypeOf(item)} {variable} = new(){Initializer(item)};\n");
            }

            text.Append($$"""

                ServerOptions? server = args is [string uri] && uri.Contains("://") ? new(uri) : null;
                IPEndPoint? local = server is not null ? null : args is [string address] ? IPEndPoint.Parse(address) : new(IPAddress.Loopback, 5683);

                await using Lwm2mDevice device = new(new DeviceOptions { Endpoint = "urn:dev:ops:Example-{{Product()}}-1", Server = server });
                device.Attach(new DeviceControl());

                """);
            foreach ((_, string variable) in all)
            {
                text.Append($"device.Objects.Add({variable});\n");
            }

            text.Append("""
                device.RequestHandled = (in handled) => Console.WriteLine(handled.ToString());
                device.RegistrationChanged = e => Console.WriteLine(e);
                try
                {
                    await device.StartAsync(local);
                }
                catch (UdpBindException e)
                {
                    Console.Error.WriteLine(e.Message);
                    return 2;
                }

                Console.WriteLine($"coap://{device.LocalEndPoint} serves");
                Console.WriteLine(device.Objects.ToText());

                // Until Ctrl+C.
                using PeriodicTimer timer = new(TimeSpan.FromSeconds(1));
                Console.CancelKeyPress += (_, e) =>
                {
                    e.Cancel = true;
                    timer.Dispose();
                };
                while (await timer.WaitForNextTickAsync())
                {

                """);
            (string Property, ResourceDefinition Resource)[] measured = [.. all.SelectMany(static one => Measured(one.Item, one.Variable))];
            text.Append(measured.Length == 0 ? "    // What the device does is for you to write.\n" : "    // Here sensors would be read.\n");
            foreach ((string property, ResourceDefinition resource) in measured)
            {
                (string middle, string width) = InitialValue.Swing(resource);
                text.Append($"    {property} = Wander({middle}, {width});\n");
            }

            text.Append("}\n\nreturn 0;\n");
            if (measured.Length > 0)
            {
                text.Append("\nstatic double Wander(double middle, double width) => Math.Round(middle + width * Math.Sin(Environment.TickCount64 / 10_000.0), 2);\n");
            }

            return text.ToString().ReplaceLineEndings("\n");
        }
    }

    private static string Initializer(NamedObject item)
    {
        string[] values =
        [
            .. item.Definition.Resources
                .Select((resource, i) => (Resource: resource, Member: item.Members[i]))
                .Where(static one => one.Resource.IsRequired)
                .Select(one => $"{one.Member} = {InitialValue.Of(one.Resource, TypeOf(item), one.Member)}"),
        ];
        return values.Length == 0 ? "" : $" {{ {string.Join(", ", values)} }}";
    }

    private static IEnumerable<(string Property, ResourceDefinition Resource)> Measured(NamedObject item, string variable)
    {
        for (int i = 0; i < item.Members.Count; i++)
        {
            ResourceDefinition resource = item.Definition.Resources[i];
            if (resource.Id == SensorValue && resource is { Kind: ResourceKind.Float, IsMultiple: false, IsReadable: true })
            {
                yield return ($"{variable}.{item.Members[i]}", resource);
            }
        }
    }

    // A class that is called as one of the framework's needs its namespace, and so does one in the way of the program's own usings.
    private static string TypeOf(NamedObject item) =>
        ImplicitUsings.Find(item.TypeName) is not null || s_imported.Contains(item.TypeName) ? $"Ipso.Objects.{item.TypeName}" : item.TypeName;

    private static readonly HashSet<string> s_imported =
    [
        .. typeof(Net.CoapClient).Assembly.GetExportedTypes().Where(static type => type.Namespace is "Ipso.Net" or "Ipso.Lwm2m.Device").Select(static type => type.Name),
        .. typeof(System.Net.IPEndPoint).Assembly.GetExportedTypes().Where(static type => type.Namespace == "System.Net").Select(static type => type.Name),
    ];

    private static string Variable(string typeName)
    {
        string variable = char.ToLowerInvariant(typeName[0]) + typeName[1..];
        return s_taken.Contains(variable) || variable == typeName || SyntaxFacts.GetKeywordKind(variable) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(variable) != SyntaxKind.None
            ? variable + "Object"
            : variable;
    }

    // RFC 9039, 4.3: hyphens part the pieces of such a name.
    private string Product() => string.Concat(name.Where(char.IsAsciiLetterOrDigit));
}
