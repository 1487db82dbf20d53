using System.Globalization;
using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Testing.Fleets;

namespace Ipso.Testing.Tests;

/// <summary>Values of every object in registry-xml: there, readable, in range, and so after they have moved.</summary>
public class SimulatedObjectTests
{
    private static readonly DateTimeOffset s_now = new(2030, 1, 1, 12, 0, 0, 250, TimeSpan.Zero);

    public static TheoryData<Type> Objects =>
        [.. typeof(Temperature).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(ObjectInstance))).OrderBy(static type => type.Name)];

    [Fact]
    public void There_are_objects_to_test() => Assert.InRange(Objects.Count, 50, 1000);

    [Theory, MemberData(nameof(Objects))]
    public void Every_object_of_the_registry_gets_values(Type type)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var instance = (ObjectInstance)Activator.CreateInstance(type)!;
            SimulatedObject simulated = new(instance, new SeededRandom(seed), s_now);
            AssertReadable(instance);
            for (int i = 1; i <= 50; i++)
            {
                simulated.Move(s_now.AddSeconds(i));
            }

            AssertReadable(instance);
        }
    }

    [Fact]
    public void A_thermometer_has_what_a_thermometer_says()
    {
        Temperature temperature = new() { SensorValue = 21.5, ApplicationType = "Cellar" };
        SimulatedObject simulated = new(temperature, new SeededRandom(1), s_now);
        Assert.Equal((21.5, 21.5, 21.5), (temperature.SensorValue, temperature.MinMeasuredValue, temperature.MaxMeasuredValue));
        Assert.Equal(("Cel", "Cellar"), (temperature.SensorUnits, temperature.ApplicationType));
        Assert.Equal((15, 30), (temperature.MinRangeValue, temperature.MaxRangeValue));

        HashSet<double> seen = [];
        for (int i = 1; i <= 1000; i++)
        {
            double before = temperature.SensorValue;
            simulated.Move(s_now.AddSeconds(i));
            Assert.InRange(temperature.SensorValue, Math.Max(15, before - 0.21), Math.Min(30, before + 0.21));
            Assert.InRange(temperature.SensorValue, temperature.MinMeasuredValue!.Value, temperature.MaxMeasuredValue!.Value);
            Assert.Equal(s_now.ToUnixTimeSeconds() + i, temperature.Timestamp!.Value.ToUnixTimeSeconds());
            seen.Add(temperature.SensorValue);
        }

        Assert.True(seen.Count > 50, $"{seen.Count} values");
        Assert.Equal("Cellar", temperature.ApplicationType);
        Assert.Equal(seen.Append(21.5).Min(), temperature.MinMeasuredValue);
        Assert.Equal(seen.Append(21.5).Max(), temperature.MaxMeasuredValue);
    }

    [Fact]
    public void Extremes_that_were_begun_anew_go_on_from_there()
    {
        Temperature temperature = new() { SensorValue = 20 };
        SimulatedObject simulated = new(temperature, new SeededRandom(1), s_now);
        (temperature.MinMeasuredValue, temperature.MaxMeasuredValue) = (-100, 100);
        simulated.Move(s_now);
        Assert.Equal((-100, 100), (temperature.MinMeasuredValue, temperature.MaxMeasuredValue));
        (temperature.MinMeasuredValue, temperature.MaxMeasuredValue) = (temperature.SensorValue, temperature.SensorValue);
        double before = temperature.SensorValue;
        simulated.Move(s_now);
        Assert.Equal(Math.Min(before, temperature.SensorValue), temperature.MinMeasuredValue);
        Assert.Equal(Math.Max(before, temperature.SensorValue), temperature.MaxMeasuredValue);
    }

    [Fact]
    public void A_seed_gives_the_same_values_again_and_another_seed_others()
    {
        Assert.Equal(Story(1), Story(1));
        Assert.NotEqual(Story(1), Story(2));
    }

    private static string Story(ulong seed)
    {
        Temperature temperature = Activator.CreateInstance<Temperature>();
        SimulatedObject simulated = new(temperature, new SeededRandom(seed), s_now);
        StringBuilder story = new();
        for (int i = 0; i < 100; i++)
        {
            simulated.Move(s_now);
            story.Append(CultureInfo.InvariantCulture, $"{temperature.SensorValue} ");
        }

        return story.ToString();
    }

    private static void AssertReadable(ObjectInstance instance)
    {
        ObjectInfo definition = instance.Definition;
        byte[] payload = new byte[4096];
        foreach (ResourceInfo resource in definition.Resources)
        {
            if (resource.Type == ResourceType.None || !resource.IsReadable)
            {
                continue;
            }

            Lwm2mPath path = new(definition.ObjectId, 0, resource.Id);
            RepresentationResult result = Representation.Write([instance], path, ContentFormat.SenMLCbor, payload, out int length);
            Assert.True(result == RepresentationResult.Written, $"{path} {resource}: {result}");

            // A blank one takes it: type and range are right by the object's own checks.
            var blank = (ObjectInstance)Activator.CreateInstance(instance.GetType())!;
            bool isTaken = Representation.TryRead(blank, path, ContentFormat.SenMLCbor, payload.AsSpan(0, length), ReadMode.Mirror, out PayloadError error);
            Assert.True(isTaken, $"{path} {resource}: {error}");
        }
    }
}
