// A thermostat: a room whose temperature follows a set point, served over CoAP, and to the server that it registers with. Which room, which
// set point and which heaters is for the thermostat's links to say, and for servers to change.
using System.Net;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;

const double DefaultSetPoint = 21;

IPEndPoint? bind = null;
ServerOptions? server = null;
bool isDemo = false;
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--demo")
    {
        isDemo = true;
    }
    else if (args[i] == "--server")
    {
        if (++i == args.Length)
        {
            return Refuse("--server takes a URI, for example --server coap://127.0.0.1");
        }

        try
        {
            server = new(args[i]);
        }
        catch (UriFormatException e)
        {
            return Refuse(e.Message);
        }
    }
    else if (args[i] != "--bind")
    {
        return Refuse($"'{args[i]}' is no option; there are --server URI, --bind ADDRESS:PORT and --demo");
    }
    else if (++i == args.Length || !IPEndPoint.TryParse(args[i], out bind))
    {
        return Refuse("--bind takes ADDRESS:PORT, for example --bind 127.0.0.1:5683");
    }
}

Temperature livingRoom = new() { SensorValue = 18, SensorUnits = "Cel" };
Temperature bedroom = new() { SensorValue = 16, SensorUnits = "Cel" };
SetPoint setPoint = new() { SetPointValue = DefaultSetPoint, SensorUnits = "Cel" };

await using Lwm2mDevice device = new(new DeviceOptions { Endpoint = "urn:dev:ops:Company-Thermostat-1", Server = server });
device.Objects.Add(new Device
{
    Manufacturer = "Company X",
    ModelNumber = "Thermostat",
    ErrorCode = [0],
    SupportedBindingAndModes = "U",
    Reboot = _ => Console.WriteLine("  (a real thermostat would reboot now)"),
});
Thermostat thermostat = new()
{
    Temperature = device.Objects.Add(livingRoom),
    SetPoint = device.Objects.Add(setPoint),
    Heaters = [device.Objects.Add(new Actuation { OnOff = false })],
    Mode = 1,
    Reset = _ => setPoint.SetPointValue = DefaultSetPoint,
};
device.Objects.Add(bedroom);
device.Objects.Add(thermostat);
device.RequestHandled = (in handled) => Console.WriteLine($"{UdpAddress.ToEndPoint(handled.Request.From)}  {handled.ToString()}");
device.RegistrationChanged = e => Console.WriteLine(e);

try
{
    IPEndPoint? local = isDemo ? new IPEndPoint(IPAddress.Loopback, 0) : server is null ? new IPEndPoint(IPAddress.Loopback, 5683) : null;
    await device.StartAsync(bind ?? local);
}
catch (UdpBindException e)
{
    return Refuse(e.Message);
}

Console.WriteLine($"coap://{device.LocalEndPoint} serves");
Console.WriteLine(device.Objects.ToText());
using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
Task room = SimulateRoomAsync(TimeSpan.FromSeconds(isDemo ? 0.1 : 1), stop.Token);
if (isDemo)
{
    device.RequestHandled = null;
    await Demo.RunAsync(device.LocalEndPoint);
    stop.Cancel();
}

await room;
return 0;

async Task SimulateRoomAsync(TimeSpan step, CancellationToken cancel)
{
    using PeriodicTimer timer = new(step);
    using CancellationTokenRegistration end = cancel.Register(timer.Dispose);
    do
    {
        Control();
    }
    while (await timer.WaitForNextTickAsync());
}

// The links are followed each time: what they point at may be another one by now.
void Control()
{
    bool isHeating = false;
    if (device.Objects.Find<Temperature>(thermostat.Temperature) is { } sensor
        && device.Objects.Find<SetPoint>(thermostat.SetPoint) is { } target)
    {
        double difference = target.SetPointValue - sensor.SensorValue;
        isHeating = thermostat.Mode == 1 && difference > 0.1;
        sensor.SensorValue = Math.Round(sensor.SensorValue + (thermostat.Mode == 0 ? 0 : difference / 5), 2);
    }

    thermostat.Heating = isHeating;
    foreach (Actuation heater in device.Objects.FindAll<Actuation>(thermostat.Heaters))
    {
        heater.OnOff = isHeating;
    }
}

static int Refuse(string why)
{
    Console.Error.WriteLine($"thermostat: {why}");
    return 2;
}
