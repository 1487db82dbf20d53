namespace Ipso.Dtls.Native;

/// <summary>OpenSSL's names of the cipher suites, best first.</summary>
internal static class CipherSuites
{
    private static readonly (DtlsCiphers Kind, string Name)[] s_preSharedKey =
    [
        (DtlsCiphers.Gcm, "PSK-AES128-GCM-SHA256"),
        (DtlsCiphers.Ccm, "PSK-AES128-CCM"),
        (DtlsCiphers.Ccm8, "PSK-AES128-CCM8"),
        (DtlsCiphers.EphemeralCbc, "ECDHE-PSK-AES128-CBC-SHA256"),
        (DtlsCiphers.Cbc, "PSK-AES128-CBC-SHA256"),
    ];

    private static readonly (DtlsCiphers Kind, string Name)[] s_certificate =
    [
        (DtlsCiphers.Gcm, "ECDHE-ECDSA-AES128-GCM-SHA256"),
        (DtlsCiphers.Ccm, "ECDHE-ECDSA-AES128-CCM"),
        (DtlsCiphers.Ccm8, "ECDHE-ECDSA-AES128-CCM8"),
        (DtlsCiphers.Cbc, "ECDHE-ECDSA-AES128-SHA256"),
    ];

    public static IEnumerable<string> OfPreSharedKey(DtlsCiphers kinds) => Of(s_preSharedKey, kinds);

    public static IEnumerable<string> OfCertificate(DtlsCiphers kinds) => Of(s_certificate, kinds);

    private static IEnumerable<string> Of((DtlsCiphers Kind, string Name)[] suites, DtlsCiphers kinds) =>
        suites.Where(suite => (suite.Kind & kinds) != 0).Select(static suite => suite.Name);
}
