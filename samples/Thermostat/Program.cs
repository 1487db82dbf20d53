// A thermostat: a room whose temperature follows a set point, served over CoAP.
using System.Net;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;

const double DefaultSetPoint = 21;

IPEndPoint? bind = IPEndPoint.Parse("127.0.0.1:5683");
bool isDemo = false;
for (int i = 0; i < args.Length; i++)
{
    bool isKnown = args[i] switch
    {
        "--demo" => isDemo = true,
        "--bind" => ++i < args.Length && IPEndPoint.TryParse(args[i], out bind),
        _ => false,
    };
    if (!isKnown)
        return Refuse($"'{args[Math.Min(i, args.Length - 1)]}' is no option; there are: --bind ADDRESS:PORT, --demo");
}

Temperature temperature = new() { SensorValue = 18, SensorUnits = "Cel", MinMeasuredValue = 18, MaxMeasuredValue = 18 };
temperature.ResetMinAndMaxMeasuredValues = _ => temperature.MinMeasuredValue = temperature.MaxMeasuredValue = temperature.SensorValue;
SetPoint setPoint = new() { SetPointValue = DefaultSetPoint, SensorUnits = "Cel" };

await using DeviceHost device = new();
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
    Temperature = device.Objects.Add(temperature),
    SetPoint = device.Objects.Add(setPoint),
    Mode = 1,
    Reset = _ => setPoint.SetPointValue = DefaultSetPoint,
};
device.Objects.Add(thermostat);
device.RequestHandled = (in HandledRequest request) => Console.WriteLine($"  {UdpAddress.ToEndPoint(request.Request.From)} {request.ToString()}");

try
{
    device.Start(isDemo ? new IPEndPoint(IPAddress.Loopback, 0) : bind!);
}
catch (UdpBindException e)
{
    return Refuse(e.Message);
}

Console.WriteLine($"coap://{device.LocalEndPoint} serves");
Console.WriteLine(device.Objects);
using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, e) => e.Cancel = !stop.IsCancellationRequested && stop.CancelAsync().IsCompleted;
Task room = SimulateRoomAsync(TimeSpan.FromSeconds(isDemo ? 0.1 : 1), stop.Token);
if (isDemo)
{
    device.RequestHandled = null;
    await Demo.RunAsync(device.LocalEndPoint);
    await stop.CancelAsync();
}

await room;
return 0;

async Task SimulateRoomAsync(TimeSpan step, CancellationToken cancel)
{
    using PeriodicTimer timer = new(step);
    while (!cancel.IsCancellationRequested)
    {
        double difference = setPoint.SetPointValue - temperature.SensorValue;
        using (temperature.BeginUpdate())
        {
            temperature.SensorValue = Math.Round(temperature.SensorValue + (thermostat.Mode == 0 ? 0 : difference / 5), 2);
            temperature.MinMeasuredValue = Math.Min(temperature.MinMeasuredValue ?? double.MaxValue, temperature.SensorValue);
            temperature.MaxMeasuredValue = Math.Max(temperature.MaxMeasuredValue ?? double.MinValue, temperature.SensorValue);
        }

        thermostat.Heating = thermostat.Mode == 1 && difference > 0.1;
        await timer.WaitForNextTickAsync(cancel).AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);
    }
}

static int Refuse(string why)
{
    Console.Error.WriteLine($"thermostat: {why}");
    return 2;
}
