using Ipso.Coap.Oscore;
using Ipso.Net;
using Ipso.Net.Security;
using Microsoft.Extensions.Configuration;

namespace Ipso.Hosting.Tests;

/// <summary>Security contexts of OSCORE out of a configuration, and that no secret of them is ever said.</summary>
[Trait("Category", "Security")]
public sealed class OscoreContextTests : IDisposable
{
    private const string Secret = "5ec2e75ec2e75ec2e75ec2e75ec2e75e";
    private const string OtherSecret = "000102030405060708090a0b0c0d0e0f";

    private readonly string _folder = Directory.CreateTempSubdirectory("ipso-oscore-").FullName;
    private readonly FileSequenceFolder _numbers;
    private readonly OscoreProtection _contexts = new(2);

    public OscoreContextTests() => _numbers = new(Path.Combine(_folder, "numbers"));

    public void Dispose()
    {
        _contexts.Dispose();
        _numbers.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_context_is_read_and_its_numbers_go_on_where_they_were()
    {
        IConfiguration section = Section(
            "MasterSecret", Secret, "MasterSalt", "0102", "SenderId", "", "RecipientId", "01", "IdContext", "37", "Aead", "A128Gcm", "Hmac", "Sha512");
        using (SecurityContext context = section.ReadOscoreContext(_numbers))
        {
            Assert.Equal((AeadAlgorithm.A128Gcm, 0UL), (context.Algorithm, context.SequenceNumber));
            Assert.Equal([], context.SenderId.ToArray());
            Assert.Equal([1], context.RecipientId.ToArray());
            Assert.Equal([0x37], context.IdContext.ToArray());
            OscoreConfigurationTests.AssertSaysNothing(context.ToString());
            Assert.Throws<IOException>(() => section.ReadOscoreContext(_numbers));
        }

        _numbers.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _numbers.Open([], [1], [0x37]));
        using FileSequenceFolder again = new(Path.Combine(_folder, "numbers"));
        using (FileSequenceStorage file = again.Open([], [1], [0x37]))
        {
            Assert.True(file.TryStore(1000));
        }

        using SecurityContext after = section.ReadOscoreContext(again);
        Assert.Equal(1000UL, after.SequenceNumber);
    }

    [Fact]
    public void Contexts_of_a_server_are_read_and_may_come_from_files()
    {
        string file = Path.Combine(_folder, "secret");
        File.WriteAllText(file, OtherSecret);
        Section("a:MasterSecret", Secret, "a:SenderId", "02", "a:RecipientId", "01", "b:MasterSecretFile", file, "b:SenderId", "02", "b:RecipientId", "03")
            .ReadOscoreContexts(_contexts, _numbers);
        Assert.Equal(2, _contexts.Count);
        Assert.Equal(
            ["02-01-.numbers", "02-03-.numbers"], Directory.GetFiles(Path.Combine(_folder, "numbers")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_empty_section_has_no_contexts()
    {
        Section().ReadOscoreContexts(_contexts, _numbers);
        Assert.Equal(0, _contexts.Count);
    }

    [Theory]
    [InlineData("Oscore:1:RecipientId: there is none: write it in hexadecimal; an empty one has 0 bytes.", "1:MasterSecret", OtherSecret, "1:SenderId", "02")]
    [InlineData("Oscore:1: secret and ids make a key that Oscore:0 makes, too: write another MasterSecret, or ids that no other has.",
        "1:MasterSecret", Secret, "1:SenderId", "02", "1:RecipientId", "03")]
    [InlineData("Oscore:1:RecipientId: Oscore:0 has it too, with the same IdContext: write another one.",
        "1:MasterSecret", OtherSecret, "1:SenderId", "02", "1:RecipientId", "01")]
    [InlineData("Oscore:2:RecipientId: the table has a context with it already, or no place for more than 2: write another one, or make a larger table.",
        "1:MasterSecret", OtherSecret, "1:SenderId", "02", "1:RecipientId", "03", "2:MasterSecret", OtherSecret, "2:SenderId", "05", "2:RecipientId", "04")]
    [InlineData("Oscore:MasterSecret: there is a value where the keys of a context are expected: write a list of contexts.", "MasterSecret", Secret)]
    public void On_a_fault_the_table_is_as_it_was_and_can_be_filled(string fault, params string[] settings)
    {
        string[] sound = ["0:MasterSecret", Secret, "0:SenderId", "02", "0:RecipientId", "01"];
        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(
            () => Section([.. sound, .. settings]).ReadOscoreContexts(_contexts, _numbers));
        Assert.Equal(fault, thrown.Message);
        OscoreConfigurationTests.AssertSaysNothing(thrown.ToString());
        Assert.Equal(0, _contexts.Count);
        Section(sound).ReadOscoreContexts(_contexts, _numbers);
        Assert.Equal(1, _contexts.Count);
    }

    [Fact]
    public void All_that_is_wrong_with_a_context_is_said()
    {
        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(
            () => Section("MasterSecret", Secret + "x", "SenderId", Secret, "RecipientId", "01", "Secret", Secret).ReadOscoreContext(_numbers));
        Assert.Equal(
            ["Oscore:Secret: there is no such key", "Oscore:MasterSecret: The key is not written as Hex", "Oscore:SenderId: it has more bytes than 7"],
            thrown.Message.Split(Environment.NewLine).Select(static line => string.Join(':', line.Split(':')[..3])));
        OscoreConfigurationTests.AssertSaysNothing(thrown.ToString());
    }

    [Fact]
    public void An_algorithm_that_nobody_has_is_said()
    {
        IConfiguration section = Section("MasterSecret", Secret, "SenderId", "02", "RecipientId", "01");
        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => section.ReadOscoreContext(_numbers, new NoAeads()));
        Assert.Equal("Oscore:Aead: AesCcm16Tag64Key128 is not supported here.", thrown.Message);
        using SecurityContext context = section.ReadOscoreContext(_numbers);
        Assert.Equal([1], context.RecipientId.ToArray());
    }

    [Theory]
    [InlineData(KeyEncoding.Hex, "0x0102\n")]
    [InlineData(KeyEncoding.Base64, " AQI=\r\n")]
    [InlineData(KeyEncoding.Text, "\u0001\u0002")]
    public void A_key_alone_is_read_from_a_file_and_the_environment(KeyEncoding encoding, string text)
    {
        string path = Path.Combine(_folder, "key"), variable = $"IPSO_TEST_{Guid.NewGuid():N}";
        File.WriteAllText(path, text);
        Environment.SetEnvironmentVariable(variable, text);
        Assert.Equal([1, 2], CredentialFiles.ReadKey(path, encoding));
        Assert.Equal([1, 2], CredentialFiles.KeyFromEnvironment(variable, encoding));
        Environment.SetEnvironmentVariable(variable, null);
        Assert.Throws<InvalidOperationException>(() => CredentialFiles.KeyFromEnvironment(variable, encoding));
        File.WriteAllText(path, Secret + "x");
        Assert.Equal($"'{path}': The key is not written as Hex.", Assert.Throws<FormatException>(() => CredentialFiles.ReadKey(path)).Message);
    }

    private static IConfigurationSection Section(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Chunk(2).ToDictionary(static pair => $"Oscore:{pair[0]}", static pair => (string?)pair[1]))
        .Build().GetSection("Oscore");

    private sealed class NoAeads : AeadProvider
    {
        public override Aead? Create(AeadAlgorithm algorithm, ReadOnlySpan<byte> key) => null;
    }
}
