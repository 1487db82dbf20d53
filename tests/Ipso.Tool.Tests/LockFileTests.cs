using System.Text;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Keeping;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary>The lock file: what it holds comes back, and what it cannot hold is told.</summary>
public sealed class LockFileTests : IDisposable
{
    private const string Sound = """
        {
          "format": 1,
          "objects": [
            {
              "id": 3303,
              "name": "Temperature",
              "version": "1.1",
              "pinned": true,
              "file": "3303.xml",
              "source": "package",
              "sha256": "00"
            }
          ]
        }

        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_it_holds_comes_back()
    {
        _folder.Write(LockFile.FileName, Sound);
        LockFile locked = LockFile.Load(_folder.Path);

        Assert.Equal(new LockedObject(3303, "Temperature", new(1, 1), true, "3303.xml", "package", "00"), Assert.Single(locked.Objects).Value);
        Assert.Equal(Sound, Encoding.UTF8.GetString(locked.ToBytes()));
    }

    [Fact]
    public void Objects_stand_in_the_order_of_their_ids()
    {
        _folder.Write(LockFile.FileName, Sound);
        LockedObject one = LockFile.Load(_folder.Path).Objects[3303];

        string text = Encoding.UTF8.GetString(LockFile.Load(_folder.Path).With([one with { Id = 7 }, one with { Id = 9000 }], []).ToBytes());

        Assert.True(text.IndexOf("\"id\": 7,", StringComparison.Ordinal) < text.IndexOf("\"id\": 3303,", StringComparison.Ordinal));
        Assert.True(text.IndexOf("\"id\": 3303,", StringComparison.Ordinal) < text.IndexOf("\"id\": 9000,", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2", "its format is 2, and this ipso knows 1")]
    [InlineData("\"3303.xml\"", "\"../3303.xml\"", "'../3303.xml' is no .xml file in the folder")]
    [InlineData("\"3303.xml\"", "\"/etc/passwd\"", "'/etc/passwd' is no .xml file in the folder")]
    [InlineData("\"3303.xml\"", "\"a\\\\b.xml\"", "'a\\b.xml' is no .xml file in the folder")]
    [InlineData("\"3303.xml\"", "\"ipso.lock.json\"", "'ipso.lock.json' is no .xml file in the folder")]
    [InlineData("\"1.1\"", "\"new\"", "'new' is no version")]
    [InlineData("3303,", "70000,", "")]
    [InlineData("3303,", "\"3303\",", "")]
    [InlineData("\"sha256\": \"00\"", "\"sha\": \"00\"", "")]
    [InlineData("\"00\"", "null", "sha256 is null")]
    [InlineData("]", "", "")]
    [InlineData("\"format\": 1,", "", "")]
    public void What_is_wrong_in_it_is_one_line_and_a_way_out(string what, string instead, string reason)
    {
        _folder.Write(LockFile.FileName, Sound.Replace(what, instead, StringComparison.Ordinal));

        Fault fault = Assert.Throws<Fault>(() => LockFile.Load(_folder.Path));

        Assert.Equal(ExitCode.Usage, fault.Code);
        Assert.DoesNotContain('\n', fault.Message);
        Assert.Contains("is no lock file (" + reason, fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("take back what was done to it, or remove it and add the objects again", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_that_stands_in_it_twice_is_told()
    {
        string item = Sound[(Sound.IndexOf('[', StringComparison.Ordinal) + 1)..Sound.IndexOf(']', StringComparison.Ordinal)];
        _folder.Write(LockFile.FileName, Sound.Replace("[", "[" + item + ",", StringComparison.Ordinal));

        Assert.Contains("object 3303 is in it twice", Assert.Throws<Fault>(() => LockFile.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }
}
