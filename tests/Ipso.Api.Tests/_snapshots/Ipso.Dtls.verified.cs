namespace Ipso.Dtls
{
    [System.Flags]
    public enum DtlsCiphers
    {
        Ccm8 = 1,
        Ccm = 2,
        Gcm = 4,
        Cbc = 8,
        EphemeralCbc = 16,
    }
    public sealed class DtlsOptions : System.IEquatable<Ipso.Dtls.DtlsOptions>
    {
        public DtlsOptions() { }
        public Ipso.Net.Security.CertificateCredentials? Certificate { get; init; }
        public Ipso.Dtls.DtlsCiphers Ciphers { get; init; }
        public int MaxDatagram { get; init; }
        public Ipso.Net.Security.PreSharedKeyLookup? PreSharedKeys { get; init; }
        public Ipso.Net.Security.RawPublicKeyCredentials? RawPublicKey { get; init; }
        public System.TimeSpan ResumptionLifetime { get; init; }
        public System.TimeSpan RetransmissionTimeout { get; init; }
    }
    public sealed class OpenSslAeads : Ipso.Coap.Oscore.AeadProvider
    {
        public OpenSslAeads() { }
        public override Ipso.Coap.Oscore.Aead? Create(Ipso.Coap.Oscore.AeadAlgorithm algorithm, System.ReadOnlySpan<byte> key) { }
    }
    public sealed class OpenSslSecurity : Ipso.Net.Security.DatagramSecurity, System.IDisposable
    {
        public OpenSslSecurity(Ipso.Dtls.DtlsOptions? options = null) { }
        public override Ipso.Net.Security.SecurityFeatures Features { get; }
        public override Ipso.Net.Security.SecuritySession Connect(in Ipso.Coap.Engine.PeerId to, Ipso.Net.Security.SecurityCredentials credentials, System.ReadOnlySpan<byte> resume, Ipso.Coap.Engine.Instant now) { }
        public void Dispose() { }
        public override Ipso.Net.Security.Inspection Inspect(System.ReadOnlySpan<byte> datagram, in Ipso.Coap.Engine.PeerId from, bool mayAccept, Ipso.Coap.Engine.Instant now, System.Span<byte> reply, out int replyLength, out Ipso.Net.Security.SecuritySession? session) { }
    }
}
