using Ipso.Tool.Definitions;

namespace Ipso.Tool.Tests;

/// <summary>What somebody will have meant.</summary>
public class ResemblanceTests
{
    private static readonly string[] s_known = ["Temperature", "Humidity", "Light Control", "Load Control", "Timer", "Time"];

    [Theory]
    [InlineData("tempature", "Temperature")]
    [InlineData("Temprature", "Temperature")]
    [InlineData("temperautre", "Temperature")]
    [InlineData("lightcontrl", "Light Control")]
    [InlineData("light", "Light Control")]
    [InlineData("humid", "Humidity")]
    [InlineData("tiem", "Time")]
    public void A_slip_finds_what_was_meant(string wrong, string meant) => Assert.Equal(meant, Resemblance.Closest(wrong, s_known));

    [Theory]
    [InlineData("thermometer")]
    [InlineData("")]
    [InlineData("x")]
    public void What_resembles_nothing_is_not_guessed_at(string wrong) => Assert.Null(Resemblance.Closest(wrong, s_known));
}
