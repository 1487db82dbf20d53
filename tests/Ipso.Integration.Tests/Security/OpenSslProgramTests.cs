using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ipso.Dtls;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Integration.Tests.Security;

/// <summary>DTLS with the programs that come with OpenSSL, which speak no CoAP.</summary>
[Trait("Category", "Security")]
public partial class OpenSslProgramTests
{
    private const string Program = "openssl";
    private const string Identity = "node-7";
    private static readonly byte[] s_key = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [PeerTheory(Program)]
    [InlineData("PSK-AES128-CCM8", DtlsCiphers.Ccm8)]
    [InlineData("PSK-AES128-CCM", DtlsCiphers.Ccm)]
    [InlineData("PSK-AES128-GCM-SHA256", DtlsCiphers.Gcm)]
    [InlineData("ECDHE-PSK-AES128-CBC-SHA256", DtlsCiphers.EphemeralCbc)]
    public async Task S_client_opens_a_session(string suite, DtlsCiphers ciphers)
    {
        PreSharedKeyLookup lookup = static (identity, key) =>
        {
            s_key.CopyTo(key);
            return identity.SequenceEqual("node-7"u8) ? s_key.Length : 0;
        };
        await using SecureServer server = new(new DtlsOptions { PreSharedKeys = lookup, Ciphers = ciphers });
        using Process process = Start(
            "s_client", "-dtls1_2", "-brief", "-connect", $"{server.EndPoint}", "-psk", Convert.ToHexString(s_key),
            "-psk_identity", Identity, "-cipher", $"{suite}:@SECLEVEL=0");
        process.StandardInput.Close();
        string said = await process.StandardError.ReadToEndAsync().WaitAsync(s_patience);
        await process.WaitForExitAsync();
        Assert.Contains("CONNECTION ESTABLISHED", said, StringComparison.Ordinal);
        Assert.Contains($"Ciphersuite: {suite}", said, StringComparison.Ordinal);
        Assert.Contains("Protocol version: DTLSv1.2", said, StringComparison.Ordinal);
    }

    [PeerFact(Program)]
    public async Task S_server_gets_what_is_sent()
    {
        PreSharedKeyCredentials credentials = new(Encoding.UTF8.GetBytes(Identity), s_key);
        await AskServerAsync(
            credentials, "-nocert", "-psk", Convert.ToHexString(s_key), "-psk_identity", Identity, "-cipher", "PSK-AES128-CCM8:@SECLEVEL=0");
    }

    // Starts s_server, and a client of ours that asks it for something.
    private static async Task AskServerAsync(SecurityCredentials credentials, params string[] arguments)
    {
        int port;
        using (Socket probe = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        }

        using Process process = Start(
            ["s_server", "-dtls1_2", "-listen", "-accept", $"127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}", .. arguments]);
        try
        {
            using CancellationTokenSource patience = new(s_patience);
            await ReadUntilAsync(process, "ACCEPT", patience.Token);
            using OpenSslSecurity security = new();
            await using CoapClient client = new(new CoapClientOptions { Security = security, Credentials = credentials });
            using CancellationTokenSource enough = new();
            string uri = $"coaps://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/what-is-sent";
            Task asking = client.GetAsync(uri, enough.Token);
            await ReadUntilAsync(process, "what-is-sent", patience.Token);
            await enough.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task ReadUntilAsync(Process process, string expected, CancellationToken cancellationToken)
    {
        StringBuilder said = new();
        char[] buffer = new char[4096];
        while (!said.ToString().Contains(expected, StringComparison.Ordinal))
        {
            int count = await process.StandardOutput.ReadAsync(buffer, cancellationToken);
            Assert.True(count > 0, $"It has ended, and said: {said}");
            said.Append(buffer, 0, count);
        }
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(Program, arguments)
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
    })!;
}
