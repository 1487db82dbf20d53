namespace Ipso.Coap
{
    public readonly struct BlockOption : System.IEquatable<Ipso.Coap.BlockOption>
    {
        public const int BertExponent = 7;
        public const int MaxExponent = 6;
        public const int MaxLength = 3;
        public const int MaxNumber = 1048575;
        public BlockOption(int number, bool more, int sizeExponent) { }
        public bool IsBert { get; }
        public bool More { get; }
        public int Number { get; }
        public int Offset { get; }
        public int Size { get; }
        public int SizeExponent { get; }
        public uint Value { get; }
        public bool AllowsPayload(int length) { }
        public override string ToString() { }
        public bool TryGetNext(int payloadLength, out Ipso.Coap.BlockOption block) { }
        public bool TryShrink(int sizeExponent, out Ipso.Coap.BlockOption block) { }
        public static int GetSize(int sizeExponent) { }
        public static int GetSizeExponent(int size) { }
        public static bool TryRead(System.ReadOnlySpan<byte> bytes, out Ipso.Coap.BlockOption block) { }
    }
    public readonly struct CoapCapabilities : System.IEquatable<Ipso.Coap.CoapCapabilities>
    {
        public CoapCapabilities(uint MaxMessageSize, bool BlockWiseTransfer, int MaxTokenLength) { }
        public bool BlockWiseTransfer { get; init; }
        public uint MaxMessageSize { get; init; }
        public int MaxTokenLength { get; init; }
        public bool TakesBert { get; }
        public static Ipso.Coap.CoapCapabilities Base { get; }
        public bool TryUpdate(in Ipso.Coap.CoapMessage csm, out Ipso.Coap.CoapCapabilities updated, out Ipso.Coap.CoapOptionNumber badOption) { }
        public void WriteTo(ref Ipso.Coap.CoapMessageWriter writer) { }
    }
    public readonly struct CoapCode : System.IEquatable<Ipso.Coap.CoapCode>
    {
        public CoapCode(byte Value) { }
        public CoapCode(int @class, int detail) { }
        public int Class { get; }
        public int Detail { get; }
        public bool IsEmpty { get; }
        public bool IsRequest { get; }
        public bool IsResponse { get; }
        public bool IsSignal { get; }
        public bool IsSuccess { get; }
        public byte Value { get; init; }
        public static Ipso.Coap.CoapCode Abort { get; }
        public static Ipso.Coap.CoapCode BadGateway { get; }
        public static Ipso.Coap.CoapCode BadOption { get; }
        public static Ipso.Coap.CoapCode BadRequest { get; }
        public static Ipso.Coap.CoapCode Changed { get; }
        public static Ipso.Coap.CoapCode Conflict { get; }
        public static Ipso.Coap.CoapCode Content { get; }
        public static Ipso.Coap.CoapCode Continue { get; }
        public static Ipso.Coap.CoapCode Created { get; }
        public static Ipso.Coap.CoapCode Csm { get; }
        public static Ipso.Coap.CoapCode Delete { get; }
        public static Ipso.Coap.CoapCode Deleted { get; }
        public static Ipso.Coap.CoapCode Empty { get; }
        public static Ipso.Coap.CoapCode Fetch { get; }
        public static Ipso.Coap.CoapCode Forbidden { get; }
        public static Ipso.Coap.CoapCode GatewayTimeout { get; }
        public static Ipso.Coap.CoapCode Get { get; }
        public static Ipso.Coap.CoapCode HopLimitReached { get; }
        public static Ipso.Coap.CoapCode IPatch { get; }
        public static Ipso.Coap.CoapCode InternalServerError { get; }
        public static Ipso.Coap.CoapCode MethodNotAllowed { get; }
        public static Ipso.Coap.CoapCode NotAcceptable { get; }
        public static Ipso.Coap.CoapCode NotFound { get; }
        public static Ipso.Coap.CoapCode NotImplemented { get; }
        public static Ipso.Coap.CoapCode Patch { get; }
        public static Ipso.Coap.CoapCode Ping { get; }
        public static Ipso.Coap.CoapCode Pong { get; }
        public static Ipso.Coap.CoapCode Post { get; }
        public static Ipso.Coap.CoapCode PreconditionFailed { get; }
        public static Ipso.Coap.CoapCode ProxyingNotSupported { get; }
        public static Ipso.Coap.CoapCode Put { get; }
        public static Ipso.Coap.CoapCode Release { get; }
        public static Ipso.Coap.CoapCode RequestEntityIncomplete { get; }
        public static Ipso.Coap.CoapCode RequestEntityTooLarge { get; }
        public static Ipso.Coap.CoapCode ServiceUnavailable { get; }
        public static Ipso.Coap.CoapCode TooManyRequests { get; }
        public static Ipso.Coap.CoapCode Unauthorized { get; }
        public static Ipso.Coap.CoapCode UnprocessableEntity { get; }
        public static Ipso.Coap.CoapCode UnsupportedContentFormat { get; }
        public static Ipso.Coap.CoapCode Valid { get; }
        public override string ToString() { }
    }
    public readonly struct CoapETag : System.IEquatable<Ipso.Coap.CoapETag>
    {
        public const int MaxLength = 8;
        public CoapETag(System.ReadOnlySpan<byte> bytes) { }
        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public System.ReadOnlySpan<byte> Bytes { get; }
        public bool IsEmpty { get; }
        public bool Equals(Ipso.Coap.CoapETag other) { }
        public override bool Equals(object? obj) { }
        public override int GetHashCode() { }
        public override string ToString() { }
        public static bool TryRead(System.ReadOnlySpan<byte> bytes, out Ipso.Coap.CoapETag tag) { }
        public static bool operator !=(Ipso.Coap.CoapETag left, Ipso.Coap.CoapETag right) { }
        public static bool operator ==(Ipso.Coap.CoapETag left, Ipso.Coap.CoapETag right) { }
    }
    public enum CoapFraming : byte
    {
        Datagram = 0,
        Stream = 1,
        WebSocket = 2,
    }
    public readonly ref struct CoapMessage
    {
        public Ipso.Coap.CoapCode Code { get; }
        public System.ReadOnlySpan<byte> Datagram { get; }
        public Ipso.Coap.CoapFraming Framing { get; }
        public ushort MessageId { get; }
        public Ipso.Coap.CoapOptions Options { get; }
        public System.ReadOnlySpan<byte> Payload { get; }
        public Ipso.Coap.CoapToken Token { get; }
        public System.ReadOnlySpan<byte> TokenBytes { get; }
        public Ipso.Coap.CoapType Type { get; }
        public static bool TryParse(System.ReadOnlySpan<byte> datagram, out Ipso.Coap.CoapMessage message, out Ipso.Coap.CoapParseError error) { }
        public static bool TryParse(System.ReadOnlySpan<byte> bytes, Ipso.Coap.CoapFraming framing, bool extendedTokens, out Ipso.Coap.CoapMessage message, out Ipso.Coap.CoapParseError error) { }
        public static bool TryReadHeader(System.ReadOnlySpan<byte> datagram, out Ipso.Coap.CoapType type, out ushort messageId) { }
    }
    public ref struct CoapMessageWriter
    {
        public CoapMessageWriter(System.Span<byte> buffer, Ipso.Coap.CoapType type, Ipso.Coap.CoapCode code, ushort messageId, Ipso.Coap.CoapToken token = default) { }
        public CoapMessageWriter(System.Span<byte> buffer, Ipso.Coap.CoapFraming framing, Ipso.Coap.CoapType type, Ipso.Coap.CoapCode code, ushort messageId, [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> token) { }
        public bool IsOverflown { get; }
        public int Length { get; }
        public System.Span<byte> BeginPayload() { }
        public void EndPayload(int length) { }
        public int Finish() { }
        public void Option(Ipso.Coap.CoapOptionNumber number, [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> value) { }
        public void Option(Ipso.Coap.CoapOptionNumber number, [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<char> value) { }
        public void Option(Ipso.Coap.CoapOptionNumber number, uint value) { }
        public void Payload([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> payload) { }
    }
    public enum CoapMethod : byte
    {
        Get = 1,
        Post = 2,
        Put = 3,
        Delete = 4,
        Fetch = 5,
        Patch = 6,
        IPatch = 7,
    }
    public readonly ref struct CoapOption
    {
        public Ipso.Coap.CoapOptionNumber Number { get; }
        public System.ReadOnlySpan<byte> Value { get; }
    }
    public enum CoapOptionFormat : byte
    {
        Empty = 0,
        Opaque = 1,
        UInt = 2,
        String = 3,
    }
    public readonly struct CoapOptionInfo : System.IEquatable<Ipso.Coap.CoapOptionInfo>
    {
        public Ipso.Coap.CoapOptionFormat Format { get; }
        public bool IsRepeatable { get; }
        public int MaxLength { get; }
        public int MinLength { get; }
        public string Name { get; }
        public Ipso.Coap.CoapOptionNumber Number { get; }
        public static System.ReadOnlySpan<Ipso.Coap.CoapOptionInfo> All { get; }
        public bool Allows(int length) { }
        public override string ToString() { }
        public static bool TryGet(Ipso.Coap.CoapOptionNumber number, out Ipso.Coap.CoapOptionInfo info) { }
        public static bool TryGet(Ipso.Coap.CoapCode code, Ipso.Coap.CoapOptionNumber number, out Ipso.Coap.CoapOptionInfo info) { }
    }
    public enum CoapOptionNumber : ushort
    {
        IfMatch = 1,
        UriHost = 3,
        ETag = 4,
        IfNoneMatch = 5,
        Observe = 6,
        UriPort = 7,
        LocationPath = 8,
        Oscore = 9,
        UriPath = 11,
        ContentFormat = 12,
        MaxAge = 14,
        UriQuery = 15,
        HopLimit = 16,
        Accept = 17,
        QBlock1 = 19,
        LocationQuery = 20,
        Block2 = 23,
        Block1 = 27,
        Size2 = 28,
        QBlock2 = 31,
        ProxyUri = 35,
        ProxyScheme = 39,
        Size1 = 60,
        Echo = 252,
        NoResponse = 258,
        RequestTag = 292,
    }
    public static class CoapOptionNumberExtensions
    {
        extension(Ipso.Coap.CoapOptionNumber number)
        {
            public bool IsCritical { get; }
            public bool IsUnsafe { get; }
            public bool IsNoCacheKey { get; }
        }
    }
    public readonly ref struct CoapOptionValues
    {
        public bool IsEmpty { get; }
        public int Count() { }
        public Ipso.Coap.CoapOptionValues.Enumerator GetEnumerator() { }
        public ref struct Enumerator
        {
            public System.ReadOnlySpan<byte> Current { get; }
            public bool MoveNext() { }
        }
    }
    public readonly ref struct CoapOptions
    {
        public bool IsEmpty { get; }
        public Ipso.Coap.CoapOptions.Enumerator GetEnumerator() { }
        public bool TryGet(Ipso.Coap.CoapOptionNumber number, out System.ReadOnlySpan<byte> value) { }
        public bool TryGetUInt(Ipso.Coap.CoapOptionNumber number, out uint value) { }
        public Ipso.Coap.CoapOptionValues Values(Ipso.Coap.CoapOptionNumber number) { }
        public ref struct Enumerator
        {
            public Ipso.Coap.CoapOption Current { get; }
            public bool MoveNext() { }
        }
    }
    public enum CoapParseError : byte
    {
        None = 0,
        TooShort = 1,
        UnknownVersion = 2,
        TokenLength = 3,
        TokenTruncated = 4,
        OptionTruncated = 5,
        OptionNibbleReserved = 6,
        OptionNumberOverflow = 7,
        PayloadMarkerWithoutPayload = 8,
        EmptyMessageWithContent = 9,
        FrameLength = 10,
        MessageTooLarge = 11,
    }
    public enum CoapScheme : byte
    {
        Coap = 0,
        Coaps = 1,
        CoapTcp = 2,
        CoapsTcp = 3,
        CoapWs = 4,
        CoapsWs = 5,
    }
    public static class CoapSchemeExtensions
    {
        extension(Ipso.Coap.CoapScheme scheme)
        {
            public ushort DefaultPort { get; }
            public bool IsSecure { get; }
            public Ipso.Coap.CoapFraming Framing { get; }
            public System.ReadOnlySpan<byte> Name { get; }
        }
    }
    public static class CoapSignalOption
    {
        public const Ipso.Coap.CoapOptionNumber AlternativeAddress = 2;
        public const Ipso.Coap.CoapOptionNumber BadCsmOption = 2;
        public const Ipso.Coap.CoapOptionNumber BlockWiseTransfer = 4;
        public const Ipso.Coap.CoapOptionNumber Custody = 2;
        public const Ipso.Coap.CoapOptionNumber ExtendedTokenLength = 6;
        public const Ipso.Coap.CoapOptionNumber HoldOff = 4;
        public const Ipso.Coap.CoapOptionNumber MaxMessageSize = 2;
    }
    public static class CoapSignals
    {
        public static Ipso.Coap.CoapOptionNumber FindBadOption(in Ipso.Coap.CoapMessage signal) { }
        public static Ipso.Coap.CoapOptionValues GetAlternativeAddresses(in Ipso.Coap.CoapMessage release) { }
        public static Ipso.Coap.CoapOptionNumber? GetBadCsmOption(in Ipso.Coap.CoapMessage abort) { }
        public static System.TimeSpan? GetHoldOff(in Ipso.Coap.CoapMessage release) { }
        public static bool HasCustody(in Ipso.Coap.CoapMessage signal) { }
        public static int WriteAbort(System.Span<byte> buffer, Ipso.Coap.CoapFraming framing, Ipso.Coap.CoapOptionNumber? badCsmOption = default, System.ReadOnlySpan<byte> diagnostic = default) { }
        public static int WriteCsm(System.Span<byte> buffer, Ipso.Coap.CoapFraming framing, in Ipso.Coap.CoapCapabilities capabilities) { }
        public static int WritePing(System.Span<byte> buffer, Ipso.Coap.CoapFraming framing, System.ReadOnlySpan<byte> token, bool custody = false) { }
        public static int WritePong(System.Span<byte> buffer, Ipso.Coap.CoapFraming framing, System.ReadOnlySpan<byte> token, bool custody = false) { }
        public static int WriteRelease(System.Span<byte> buffer, Ipso.Coap.CoapFraming framing, System.ReadOnlySpan<byte> alternativeAddress = default, uint? holdOff = default, System.ReadOnlySpan<byte> diagnostic = default) { }
    }
    public sealed class CoapStreamFramer
    {
        public CoapStreamFramer(int maxMessageSize, bool extendedTokens = false) { }
        public int Capacity { get; }
        public Ipso.Coap.CoapParseError Error { get; }
        public int Pending { get; }
        public void Advance(int count) { }
        public int Append(System.ReadOnlySpan<byte> bytes) { }
        public System.Span<byte> GetBuffer() { }
        public bool TryRead(out Ipso.Coap.CoapMessage message) { }
    }
    public readonly struct CoapToken : System.IEquatable<Ipso.Coap.CoapToken>
    {
        public const int MaxExtendedLength = 65804;
        public const int MaxLength = 8;
        public CoapToken(System.ReadOnlySpan<byte> bytes) { }
        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public System.ReadOnlySpan<byte> Bytes { get; }
        public int Length { get; }
        public int CopyTo(System.Span<byte> destination) { }
        public bool Equals(Ipso.Coap.CoapToken other) { }
        public bool Equals(System.ReadOnlySpan<byte> bytes) { }
        public override bool Equals(object? obj) { }
        public override int GetHashCode() { }
        public override string ToString() { }
        public static bool IsLength(int length) { }
        public static bool operator !=(Ipso.Coap.CoapToken left, Ipso.Coap.CoapToken right) { }
        public static bool operator ==(Ipso.Coap.CoapToken left, Ipso.Coap.CoapToken right) { }
    }
    public enum CoapType : byte
    {
        Confirmable = 0,
        NonConfirmable = 1,
        Acknowledgement = 2,
        Reset = 3,
    }
    public static class CoapUInt
    {
        public const int MaxLength = 4;
        public static int GetLength(uint value) { }
        public static bool TryRead(System.ReadOnlySpan<byte> bytes, out uint value) { }
        public static int Write(System.Span<byte> destination, uint value) { }
    }
    public readonly ref struct CoapUri
    {
        public bool HasQuery { get; }
        public System.ReadOnlySpan<byte> Host { get; }
        public bool IsAddress { get; }
        public System.ReadOnlySpan<byte> Path { get; }
        public ushort Port { get; }
        public System.ReadOnlySpan<byte> Query { get; }
        public Ipso.Coap.CoapScheme Scheme { get; }
        public void WriteHostTo(ref Ipso.Coap.CoapMessageWriter writer) { }
        public void WritePathTo(ref Ipso.Coap.CoapMessageWriter writer) { }
        public void WritePortTo(ref Ipso.Coap.CoapMessageWriter writer, ushort destinationPort) { }
        public void WriteQueryTo(ref Ipso.Coap.CoapMessageWriter writer) { }
        public static bool TryFormat(Ipso.Coap.CoapOptions options, Ipso.Coap.CoapScheme scheme, System.ReadOnlySpan<byte> address, ushort port, System.Span<byte> destination, out int written) { }
        public static bool TryFormatLocation(Ipso.Coap.CoapOptions options, System.Span<byte> destination, out int written) { }
        public static bool TryParse([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> text, System.Span<byte> buffer, out Ipso.Coap.CoapUri uri, out Ipso.Coap.CoapUriFault fault) { }
        public static bool TryParse([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<char> text, System.Span<byte> buffer, out Ipso.Coap.CoapUri uri, out Ipso.Coap.CoapUriFault fault) { }
        public static bool TryParseRelative([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<char> text, System.Span<byte> buffer, out Ipso.Coap.CoapUri uri, out Ipso.Coap.CoapUriFault fault) { }
    }
    public enum CoapUriFault : byte
    {
        None = 0,
        Scheme = 1,
        Host = 2,
        UserInfo = 3,
        Port = 4,
        Fragment = 5,
        Character = 6,
        TooLong = 7,
        BufferTooSmall = 8,
    }
    public enum ContentFormat : ushort
    {
        PlainText = 0,
        LinkFormat = 40,
        OctetStream = 42,
        Cbor = 60,
        SenMLJson = 110,
        SenMLCbor = 112,
        MissingBlocks = 272,
        SenMLEtchJson = 320,
        SenMLEtchCbor = 322,
        TlvBefore10 = 1542,
        JsonBefore10 = 1543,
        Tlv = 11542,
        Lwm2mJson = 11543,
        Lwm2mCbor = 11544,
    }
    public ref struct MissingBlocksReader
    {
        public MissingBlocksReader(System.ReadOnlySpan<byte> payload) { }
        public bool IsMalformed { get; }
        public bool TryRead(out int number) { }
    }
    public ref struct MissingBlocksWriter
    {
        public MissingBlocksWriter(System.Span<byte> destination) { }
        public int Length { get; }
        public bool TryWrite(int number) { }
    }
    public readonly struct NoResponse : System.IEquatable<Ipso.Coap.NoResponse>
    {
        public NoResponse(byte Value) { }
        public byte Value { get; init; }
        public static Ipso.Coap.NoResponse All { get; }
        public bool Suppresses(Ipso.Coap.CoapCode code) { }
        public static bool TryRead(System.ReadOnlySpan<byte> bytes, out Ipso.Coap.NoResponse noResponse) { }
    }
    public static class ObserveSequence
    {
        public const uint Max = 16777215u;
        public static bool IsFresher(uint freshest, uint incoming, System.TimeSpan elapsed) { }
        public static uint Next(uint value) { }
        public static bool TryRead(System.ReadOnlySpan<byte> bytes, out uint value) { }
    }
    public sealed class TransmissionParameters : System.IEquatable<Ipso.Coap.TransmissionParameters>
    {
        public TransmissionParameters() { }
        public double AckRandomFactor { get; init; }
        public System.TimeSpan AckTimeout { get; init; }
        public System.TimeSpan ExchangeLifetime { get; }
        public System.TimeSpan MaxLatency { get; init; }
        public int MaxPayloads { get; init; }
        public int MaxRetransmit { get; init; }
        public System.TimeSpan MaxRtt { get; }
        public System.TimeSpan MaxTransmitSpan { get; }
        public System.TimeSpan MaxTransmitWait { get; }
        public System.TimeSpan NonLifetime { get; }
        public int NonMaxRetransmit { get; }
        public System.TimeSpan NonProbingWait { get; }
        public System.TimeSpan NonReceiveTimeout { get; }
        public System.TimeSpan NonTimeout { get; }
        public System.TimeSpan NotificationInterval { get; init; }
        public int Nstart { get; init; }
        public int ProbingRate { get; init; }
        public System.TimeSpan ProcessingDelay { get; }
        public static Ipso.Coap.TransmissionParameters Default { get; }
        public override int GetHashCode() { }
        public override string ToString() { }
    }
}
namespace Ipso.Coap.Engine
{
    public enum CertificateMatching : byte
    {
        Exact = 0,
        Sha256 = 1,
        Sha384 = 2,
        Sha512 = 3,
    }
    public enum CertificateUsage : byte
    {
        CaConstraint = 0,
        ServiceCertificateConstraint = 1,
        TrustAnchorAssertion = 2,
        DomainIssuedCertificate = 3,
    }
    public sealed class CoapCounters
    {
        public CoapCounters() { }
        public long ConnectionsAborted { get; }
        public long ConnectionsRefused { get; }
        public long ConnectionsSilent { get; }
        public long ConnectionsTooSlow { get; }
        public long DeduplicationEvictions { get; }
        public long Deferred { get; }
        public long DeferredTimeouts { get; }
        public long Dropped { get; }
        public long Duplicates { get; }
        public long EchoDemanded { get; }
        public long EventsDropped { get; }
        public long ExchangesRefused { get; }
        public long ExchangesUnprotected { get; }
        public long Handled { get; }
        public long HandlerFaults { get; }
        public long Malformed { get; }
        public long Notifications { get; }
        public long NotificationsHeld { get; }
        public long ObserversRefused { get; }
        public long Received { get; }
        public long Refreshes { get; }
        public long Refused { get; }
        public long RequestsHeld { get; }
        public long Retransmissions { get; }
        public long Suppressed { get; }
        public long TransfersDropped { get; }
        public long TransfersHeld { get; }
        public long TransfersRefused { get; }
        public long TransfersReset { get; }
        public long TransfersRestarted { get; }
        public long TransmitDropped { get; }
        public long Transmitted { get; }
    }
    public sealed class CoapEndpoint : Ipso.Coap.Engine.CoapEngine, Ipso.Coap.Engine.IDatagramProtocol
    {
        public CoapEndpoint(Ipso.Coap.Engine.CoapEndpointOptions options, Ipso.Coap.Engine.IRandomSource random, Ipso.Coap.Engine.ICoapRequestHandler? handler = null) { }
        public void PeerFailed(in Ipso.Coap.Engine.PeerId peer, Ipso.Coap.Engine.PeerFailure failure, Ipso.Coap.Engine.Instant now) { }
        public Ipso.Coap.Engine.ExchangeId Ping(in Ipso.Coap.Engine.PeerId to) { }
        public void Receive(System.ReadOnlySpan<byte> datagram, in Ipso.Coap.Engine.PeerId from, Ipso.Coap.Engine.Instant now) { }
        public void ReceiveMulticast(System.ReadOnlySpan<byte> datagram, in Ipso.Coap.Engine.PeerId from, Ipso.Coap.Engine.Instant now) { }
        public bool TryTransmit(System.Span<byte> buffer, Ipso.Coap.Engine.Instant now, out Ipso.Coap.Engine.Transmit transmit) { }
    }
    public sealed class CoapEndpointOptions : System.IEquatable<Ipso.Coap.Engine.CoapEndpointOptions>
    {
        public CoapEndpointOptions() { }
        public int AmplificationFactor { get; init; }
        public int BlockSize { get; init; }
        public int ConfirmableEvery { get; init; }
        public System.TimeSpan ConfirmableInterval { get; init; }
        public int ConfirmableNotifications { get; init; }
        public System.TimeSpan CsmTimeout { get; init; }
        public int DeduplicationBytes { get; init; }
        public int DeduplicationSlots { get; init; }
        public int DeferredResponses { get; init; }
        public System.TimeSpan DeferredTimeout { get; init; }
        public System.TimeSpan EchoLifetime { get; init; }
        public int Exchanges { get; init; }
        public bool GivesUpWhenRefused { get; init; }
        public System.TimeSpan IdleTimeout { get; init; }
        public int KeptBodyBytes { get; init; }
        public System.TimeSpan Leisure { get; init; }
        public int MaxBodySize { get; init; }
        public long MaxMemory { get; }
        public int MaxMessageSize { get; init; }
        public int MaxTokenLength { get; init; }
        public System.TimeSpan MessageTimeout { get; init; }
        public int ObserverRequestSize { get; init; }
        public int Observers { get; init; }
        public int Peers { get; init; }
        public Ipso.Coap.Engine.MessageProtection? Protection { get; init; }
        public bool RefreshObservations { get; init; }
        public System.TimeSpan ResponseTimeout { get; init; }
        public System.TimeSpan SeparateAfter { get; init; }
        public bool TokenPerBlock { get; init; }
        public int TransferBytes { get; init; }
        public System.TimeSpan TransferLifetime { get; init; }
        public int TransferRestarts { get; init; }
        public int Transfers { get; init; }
        public Ipso.Coap.TransmissionParameters Transmission { get; init; }
        public static Ipso.Coap.Engine.CoapEndpointOptions Constrained { get; }
        public override int GetHashCode() { }
        public override string ToString() { }
    }
    public abstract class CoapEngine
    {
        public Ipso.Coap.Engine.CoapCounters Counters { get; }
        public int DeferredCount { get; }
        public int ExchangeCount { get; }
        public Ipso.Coap.Engine.Instant? NextDeadline { get; }
        public Ipso.Coap.Engine.ICoapNotificationHandler? NotificationHandler { get; set; }
        public int ObserverCount { get; }
        public int TransferCount { get; }
        public bool WantsToTransmit { get; }
        public bool Cancel(Ipso.Coap.Engine.ExchangeId exchange) { }
        public bool Detach(Ipso.Coap.Engine.ExchangeId exchange, out Ipso.Coap.CoapToken token) { }
        public Ipso.Coap.Engine.PeerIdentity? FindReader(in Ipso.Coap.Engine.PeerId to) { }
        public bool Forget(Ipso.Coap.Engine.ExchangeId exchange) { }
        public Ipso.Coap.Engine.CoapObserver GetObserver(int position) { }
        public System.ReadOnlySpan<byte> GetObserverToken(int position) { }
        public bool IsOpen(Ipso.Coap.Engine.ExchangeId exchange) { }
        public bool MayRequest(in Ipso.Coap.Engine.PeerId to) { }
        public int Notify(ulong tag, bool confirmable = false) { }
        public void NotifyObserver(int position, bool confirmable = false) { }
        public void OnDeadline(Ipso.Coap.Engine.Instant now) { }
        public bool Proceed(Ipso.Coap.Engine.ExchangeId exchange) { }
        public int RemoveObservers(in Ipso.Coap.Engine.PeerId peer) { }
        public Ipso.Coap.Engine.ExchangeId Request(in Ipso.Coap.Engine.PeerId to, in Ipso.Coap.Engine.CoapRequestHead head, Ipso.Coap.Engine.ICoapBody body) { }
        public Ipso.Coap.Engine.ExchangeId Request(in Ipso.Coap.Engine.PeerId to, in Ipso.Coap.Engine.CoapRequestHead head, System.ReadOnlySpan<byte> payload = default) { }
        public bool Resume(Ipso.Coap.Engine.ResponseId response) { }
        public bool TryTakeEvent(out Ipso.Coap.Engine.CoapEvent e) { }
    }
    public readonly ref struct CoapEvent
    {
        public System.Exception? Exception { get; }
        public Ipso.Coap.Engine.ExchangeId Exchange { get; }
        public bool HasMessage { get; }
        public Ipso.Coap.Engine.CoapEventKind Kind { get; }
        public Ipso.Coap.CoapMessage Message { get; }
        public Ipso.Coap.Engine.ObserverEnd ObserverEnd { get; }
        public Ipso.Coap.Engine.PeerId Peer { get; }
        public ulong Tag { get; }
        public Ipso.Coap.Engine.TransferFault TransferFault { get; }
        public int Transmissions { get; }
    }
    public enum CoapEventKind : byte
    {
        Response = 0,
        Notification = 1,
        ObservationEnded = 2,
        Timeout = 3,
        Reset = 4,
        Rejected = 5,
        TransferFailed = 6,
        ConnectionClosed = 7,
        Refused = 8,
        Unprotected = 9,
        ObserverRemoved = 10,
        NotificationAcknowledged = 11,
        HandlerFault = 12,
    }
    public readonly ref struct CoapNotification
    {
        public Ipso.Coap.ContentFormat? ContentFormat { get; }
        public Ipso.Coap.Engine.PeerId From { get; }
        public bool IsPart { get; }
        public Ipso.Coap.CoapMessage Message { get; }
        public uint? Sequence { get; }
    }
    public readonly struct CoapObserver : System.IEquatable<Ipso.Coap.Engine.CoapObserver>
    {
        public CoapObserver(Ipso.Coap.Engine.PeerId Peer, Ipso.Coap.CoapToken Token, ulong Tag) { }
        public Ipso.Coap.Engine.PeerId Peer { get; init; }
        public ulong Tag { get; init; }
        public Ipso.Coap.CoapToken Token { get; init; }
    }
    public readonly ref struct CoapRequest
    {
        public Ipso.Coap.ContentFormat? Accept { get; }
        public Ipso.Coap.CoapCode Code { get; }
        public Ipso.Coap.ContentFormat? ContentFormat { get; }
        public Ipso.Coap.Engine.ResponseId Deferred { get; }
        public Ipso.Coap.CoapOptionValues ETags { get; }
        public Ipso.Coap.Engine.PeerId From { get; }
        public Ipso.Coap.Engine.PeerIdentity? Identity { get; }
        public Ipso.Coap.CoapOptionValues IfMatch { get; }
        public bool IfNoneMatch { get; }
        public bool IsConfirmable { get; }
        public bool IsMulticast { get; }
        public bool IsNotification { get; }
        public Ipso.Coap.CoapMethod Method { get; }
        public Ipso.Coap.Engine.ObserveAction? Observe { get; }
        public ulong ObserveTag { get; }
        public Ipso.Coap.CoapOptions Options { get; }
        public System.ReadOnlySpan<byte> Payload { get; }
        public Ipso.Coap.Engine.ICoapBodySink? Sink { get; }
        public uint? Size1 { get; }
        public Ipso.Coap.CoapToken Token { get; }
        public Ipso.Coap.CoapOptionValues UriPath { get; }
        public Ipso.Coap.CoapOptionValues UriQuery { get; }
        public bool HasETag([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> eTag) { }
        public bool PreconditionsHold(bool exists, [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> eTag = default) { }
    }
    public readonly ref struct CoapRequestHead
    {
        public Ipso.Coap.ContentFormat? Accept { get; init; }
        public Ipso.Coap.ContentFormat? ContentFormat { get; init; }
        public Ipso.Coap.CoapToken? Deregister { get; init; }
        public System.ReadOnlySpan<byte> ETag { get; init; }
        public System.ReadOnlySpan<char> Host { get; init; }
        public System.ReadOnlySpan<byte> IfMatch { get; init; }
        public bool IfNoneMatch { get; init; }
        public required Ipso.Coap.CoapCode Method { get; init; }
        public byte? NoResponse { get; init; }
        public bool NonConfirmable { get; init; }
        public bool Observe { get; init; }
        public System.ReadOnlySpan<char> Path { get; init; }
        public ushort? Port { get; init; }
        public System.ReadOnlySpan<char> ProxyScheme { get; init; }
        public System.ReadOnlySpan<char> Query { get; init; }
        public bool RobustBlocks { get; init; }
        public Ipso.Coap.Engine.ICoapBodySink? Sink { get; init; }
    }
    public ref struct CoapResponse
    {
        public Ipso.Coap.CoapCode Code { get; set; }
        public Ipso.Coap.ContentFormat? ContentFormat { get; set; }
        public uint? MaxAge { get; set; }
        public System.Span<byte> Payload { get; }
        public int PayloadLength { get; set; }
        public void AddLocationPath([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> segment) { }
        public void AddLocationQuery([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> argument) { }
        public Ipso.Coap.Engine.ResponseId Defer() { }
        public void Fail(Ipso.Coap.CoapCode code, [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> diagnostic = default) { }
        public void Fail(Ipso.Coap.CoapCode code, [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<char> diagnostic) { }
        public bool Observe(ulong tag) { }
        public void SetBody(Ipso.Coap.Engine.ICoapBody body) { }
        public void SetETag([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> value) { }
    }
    public sealed class CoapStreamEndpoint : Ipso.Coap.Engine.CoapEngine
    {
        public CoapStreamEndpoint(Ipso.Coap.Engine.CoapEndpointOptions options, Ipso.Coap.Engine.IRandomSource random, Ipso.Coap.Engine.ICoapRequestHandler? handler = null, int maxConnections = 16) { }
        public System.Action<Ipso.Coap.Engine.PeerId, Ipso.Coap.Engine.Instant>? Arriving { get; set; }
        public System.Action<Ipso.Coap.Engine.PeerId>? Closed { get; set; }
        public int ConnectionCount { get; }
        public int MaxConnections { get; }
        public long MaxMemory { get; }
        public System.Action<Ipso.Coap.Engine.PeerId, System.TimeSpan>? Released { get; set; }
        public int TransmitSize { get; }
        public void Close(in Ipso.Coap.Engine.PeerId peer) { }
        public bool IsHeld(in Ipso.Coap.Engine.PeerId peer) { }
        public bool IsOpen(in Ipso.Coap.Engine.PeerId peer) { }
        public bool IsReleased(in Ipso.Coap.Engine.PeerId peer) { }
        public bool Open(in Ipso.Coap.Engine.PeerId peer, Ipso.Coap.Engine.Instant now) { }
        public bool Ping(in Ipso.Coap.Engine.PeerId peer) { }
        public bool Proceed(in Ipso.Coap.Engine.PeerId peer, Ipso.Coap.Engine.Instant now) { }
        public int Receive(System.ReadOnlySpan<byte> bytes, in Ipso.Coap.Engine.PeerId from, Ipso.Coap.Engine.Instant now) { }
        public bool Release(in Ipso.Coap.Engine.PeerId peer) { }
        public bool TryFindIdle(Ipso.Coap.Engine.Instant unusedSince, System.Predicate<Ipso.Coap.Engine.PeerId> mayGiveWay, out Ipso.Coap.Engine.PeerId peer) { }
        public bool TryTakeClosing(out Ipso.Coap.Engine.PeerId peer) { }
        public bool TryTransmit(System.Span<byte> buffer, Ipso.Coap.Engine.Instant now, out Ipso.Coap.Engine.Transmit transmit) { }
    }
    public readonly struct ExchangeId : System.IEquatable<Ipso.Coap.Engine.ExchangeId>
    {
        public ExchangeId(ushort Slot, uint Generation) { }
        public uint Generation { get; init; }
        public bool IsNone { get; }
        public ushort Slot { get; init; }
    }
    public interface ICoapBody
    {
        long? Length { get; }
        void Close();
        bool IsReady(long offset, int length);
        int Read(long offset, System.Span<byte> destination, out bool isLast);
    }
    public interface ICoapBodySink
    {
        bool IsReady { get; }
        void Abandon();
        void Restart();
        bool Write(System.ReadOnlySpan<byte> bytes);
    }
    public interface ICoapNotificationHandler
    {
        bool HasToken(Ipso.Coap.CoapToken token);
        bool TakeNotification(in Ipso.Coap.Engine.CoapNotification notification, Ipso.Coap.Engine.Instant now);
    }
    public interface ICoapRequestHandler
    {
        Ipso.Coap.Engine.ICoapBodySink? BeginBody(in Ipso.Coap.Engine.CoapRequest request, ref Ipso.Coap.Engine.CoapResponse response);
        void Handle(in Ipso.Coap.Engine.CoapRequest request, ref Ipso.Coap.Engine.CoapResponse response);
    }
    public interface IDatagramProtocol
    {
        Ipso.Coap.Engine.CoapEngine? Engine { get; }
        Ipso.Coap.Engine.Instant? NextDeadline { get; }
        void OnDeadline(Ipso.Coap.Engine.Instant now);
        void PeerFailed(in Ipso.Coap.Engine.PeerId peer, Ipso.Coap.Engine.PeerFailure failure, Ipso.Coap.Engine.Instant now);
        void Receive(System.ReadOnlySpan<byte> datagram, in Ipso.Coap.Engine.PeerId from, Ipso.Coap.Engine.Instant now);
        void ReceiveMulticast(System.ReadOnlySpan<byte> datagram, in Ipso.Coap.Engine.PeerId from, Ipso.Coap.Engine.Instant now);
        bool TryTransmit(System.Span<byte> buffer, Ipso.Coap.Engine.Instant now, out Ipso.Coap.Engine.Transmit transmit);
    }
    public interface IPeerDirectory
    {
        Ipso.Coap.Engine.PeerIdentity? FindIdentity(in Ipso.Coap.Engine.PeerId peer);
    }
    public interface IRandomSource
    {
        void Fill(System.Span<byte> destination);
        uint NextUInt32();
    }
    public readonly struct Instant : System.IComparable<Ipso.Coap.Engine.Instant>, System.IEquatable<Ipso.Coap.Engine.Instant>
    {
        public Instant(long Ticks) { }
        public long Ticks { get; init; }
        public int CompareTo(Ipso.Coap.Engine.Instant other) { }
        public override string ToString() { }
        public static Ipso.Coap.Engine.Instant? Earlier(Ipso.Coap.Engine.Instant? left, Ipso.Coap.Engine.Instant? right) { }
        public static Ipso.Coap.Engine.Instant FromSeconds(double seconds) { }
        public static Ipso.Coap.Engine.Instant operator +(Ipso.Coap.Engine.Instant instant, System.TimeSpan span) { }
        public static Ipso.Coap.Engine.Instant operator -(Ipso.Coap.Engine.Instant instant, System.TimeSpan span) { }
        public static System.TimeSpan operator -(Ipso.Coap.Engine.Instant later, Ipso.Coap.Engine.Instant earlier) { }
        public static bool operator <(Ipso.Coap.Engine.Instant left, Ipso.Coap.Engine.Instant right) { }
        public static bool operator <=(Ipso.Coap.Engine.Instant left, Ipso.Coap.Engine.Instant right) { }
        public static bool operator >(Ipso.Coap.Engine.Instant left, Ipso.Coap.Engine.Instant right) { }
        public static bool operator >=(Ipso.Coap.Engine.Instant left, Ipso.Coap.Engine.Instant right) { }
    }
    public abstract class MessageProtection { }
    public enum ObserveAction : byte
    {
        Register = 0,
        Deregister = 1,
    }
    public enum ObserverEnd : byte
    {
        Deregistered = 0,
        Reset = 1,
        Timeout = 2,
        Failed = 3,
        Replaced = 4,
    }
    public enum PeerFailure : byte
    {
        Refused = 0,
        Unreachable = 1,
        MessageTooLong = 2,
        NotSent = 3,
        SessionClosed = 4,
    }
    public readonly struct PeerId : System.IEquatable<Ipso.Coap.Engine.PeerId>
    {
        public const int MaxLength = 28;
        public PeerId(System.ReadOnlySpan<byte> address) { }
        public int Length { get; }
        public int CopyTo(System.Span<byte> destination) { }
        public bool Equals(Ipso.Coap.Engine.PeerId other) { }
        public override bool Equals(object? obj) { }
        public override int GetHashCode() { }
        public override string ToString() { }
        public static bool operator !=(in Ipso.Coap.Engine.PeerId left, in Ipso.Coap.Engine.PeerId right) { }
        public static bool operator ==(in Ipso.Coap.Engine.PeerId left, in Ipso.Coap.Engine.PeerId right) { }
    }
    public sealed class PeerIdentity : System.IEquatable<Ipso.Coap.Engine.PeerIdentity>
    {
        public PeerIdentity(Ipso.Coap.Engine.PeerIdentityKind kind, System.ReadOnlySpan<byte> value) { }
        public Ipso.Coap.Engine.PeerIdentityKind Kind { get; }
        public System.ReadOnlyMemory<byte> Value { get; }
        public bool Equals(Ipso.Coap.Engine.PeerIdentity? other) { }
        public override bool Equals(object? obj) { }
        public override int GetHashCode() { }
        public override string ToString() { }
    }
    public enum PeerIdentityKind : byte
    {
        PreSharedKey = 0,
        RawPublicKey = 1,
        Certificate = 2,
        Oscore = 3,
    }
    public readonly struct ResponseId : System.IEquatable<Ipso.Coap.Engine.ResponseId>
    {
        public ResponseId(int Slot, uint Generation) { }
        public uint Generation { get; init; }
        public bool IsNone { get; }
        public int Slot { get; init; }
    }
    public enum TransferFault : byte
    {
        None = 0,
        BlockMismatch = 1,
        Changed = 2,
        Forgotten = 3,
        TooLarge = 4,
        Broken = 5,
    }
    public readonly struct Transmit : System.IEquatable<Ipso.Coap.Engine.Transmit>
    {
        public Transmit(Ipso.Coap.Engine.PeerId To, int Length) { }
        public int Length { get; init; }
        public Ipso.Coap.Engine.PeerId To { get; init; }
    }
}
namespace Ipso.Coap.Oscore
{
    public abstract class Aead : System.IDisposable
    {
        protected Aead() { }
        public void Dispose() { }
        protected abstract void Dispose(bool disposing);
        public abstract void Encrypt(System.ReadOnlySpan<byte> nonce, System.ReadOnlySpan<byte> plaintext, System.Span<byte> ciphertext, System.ReadOnlySpan<byte> associated);
        public abstract bool TryDecrypt(System.ReadOnlySpan<byte> nonce, System.ReadOnlySpan<byte> ciphertext, System.Span<byte> plaintext, System.ReadOnlySpan<byte> associated);
    }
    public enum AeadAlgorithm : byte
    {
        A128Gcm = 1,
        A192Gcm = 2,
        A256Gcm = 3,
        AesCcm16Tag64Key128 = 10,
        AesCcm16Tag64Key256 = 11,
        AesCcm64Tag64Key128 = 12,
        AesCcm64Tag64Key256 = 13,
        ChaCha20Poly1305 = 24,
        AesCcm16Tag128Key128 = 30,
        AesCcm16Tag128Key256 = 31,
        AesCcm64Tag128Key128 = 32,
        AesCcm64Tag128Key256 = 33,
    }
    public readonly struct AeadLengths : System.IEquatable<Ipso.Coap.Oscore.AeadLengths>
    {
        public const int MaxKey = 32;
        public const int MaxNonce = 13;
        public const int MaxTag = 16;
        public AeadLengths(int Key, int Nonce, int Tag) { }
        public int Key { get; init; }
        public int Nonce { get; init; }
        public int Tag { get; init; }
        public static bool TryGet(Ipso.Coap.Oscore.AeadAlgorithm algorithm, out Ipso.Coap.Oscore.AeadLengths lengths) { }
    }
    public abstract class AeadProvider
    {
        protected AeadProvider() { }
        public static Ipso.Coap.Oscore.AeadProvider Platform { get; }
        public abstract Ipso.Coap.Oscore.Aead? Create(Ipso.Coap.Oscore.AeadAlgorithm algorithm, System.ReadOnlySpan<byte> key);
    }
    public enum HmacAlgorithm : byte
    {
        Sha256 = 5,
        Sha512 = 7,
    }
    public interface ISequenceStorage
    {
        bool TryStore(ulong next);
    }
    public delegate bool OscoreContextSeeker(System.ReadOnlySpan<byte> kid, System.ReadOnlySpan<byte> kidContext);
    public sealed class OscoreCounters
    {
        public OscoreCounters() { }
        public long Malformed { get; }
        public long OuterBlocks { get; }
        public long Protected { get; }
        public long Renewals { get; }
        public long Replays { get; }
        public long Undecryptable { get; }
        public long UnknownContexts { get; }
        public long Unprotected { get; }
        public long Unsent { get; }
    }
    public sealed class OscoreProtection : Ipso.Coap.Engine.MessageProtection, System.IDisposable
    {
        public OscoreProtection(Ipso.Coap.Oscore.SecurityContext context) { }
        public OscoreProtection(int maxContexts = 16) { }
        public int Count { get; }
        public Ipso.Coap.Oscore.OscoreCounters Counters { get; }
        public bool RequiresProtection { get; init; }
        public Ipso.Coap.Oscore.OscoreContextSeeker? Seeker { get; set; }
        public bool Bind(Ipso.Coap.Oscore.SecurityContext context, in Ipso.Coap.Engine.PeerId peer) { }
        public void Dispose() { }
        public bool Remove(Ipso.Coap.Oscore.SecurityContext context) { }
        public bool TryAdd(Ipso.Coap.Oscore.SecurityContext context) { }
        public bool TryAdd(Ipso.Coap.Oscore.SecurityContext context, in Ipso.Coap.Engine.PeerId peer) { }
    }
    public sealed class SecurityContext : System.IDisposable
    {
        public SecurityContext(in Ipso.Coap.Oscore.SecurityContextKeys keys) { }
        public Ipso.Coap.Oscore.AeadAlgorithm Algorithm { get; }
        public System.ReadOnlySpan<byte> IdContext { get; }
        public Ipso.Coap.Engine.PeerIdentity Identity { get; }
        public bool IsDisposed { get; }
        public System.ReadOnlySpan<byte> RecipientId { get; }
        public bool RenewsKeys { get; }
        public System.ReadOnlySpan<byte> SenderId { get; }
        public ulong SequenceNumber { get; }
        public void Dispose() { }
        public override string ToString() { }
    }
    public readonly ref struct SecurityContextKeys
    {
        public SecurityContextKeys() { }
        public Ipso.Coap.Oscore.AeadProvider Aeads { get; init; }
        public Ipso.Coap.Oscore.AeadAlgorithm Algorithm { get; init; }
        public bool? HasLostReplayWindow { get; init; }
        public Ipso.Coap.Oscore.HmacAlgorithm Hmac { get; init; }
        public System.ReadOnlySpan<byte> IdContext { get; init; }
        public System.ReadOnlySpan<byte> MasterSalt { get; init; }
        public required System.ReadOnlySpan<byte> MasterSecret { get; init; }
        public required System.ReadOnlySpan<byte> RecipientId { get; init; }
        public Ipso.Coap.Engine.IRandomSource? RenewsKeysWith { get; init; }
        public int ReplayWindow { get; init; }
        public int ReserveNumbers { get; init; }
        public required System.ReadOnlySpan<byte> SenderId { get; init; }
        public bool SendsIdContext { get; init; }
        public ulong SequenceNumber { get; init; }
        public Ipso.Coap.Oscore.ISequenceStorage? Storage { get; init; }
    }
}
namespace Ipso.Links
{
    public readonly ref struct Link
    {
        public Ipso.Links.LinkParameters Parameters { get; }
        public System.ReadOnlySpan<byte> Target { get; }
        public bool TryGet([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> name, out Ipso.Links.LinkParameter parameter) { }
    }
    public readonly struct LinkError : System.IEquatable<Ipso.Links.LinkError>
    {
        public LinkError(Ipso.Links.LinkFault Fault, int Offset) { }
        public Ipso.Links.LinkFault Fault { get; init; }
        public int Offset { get; init; }
    }
    public enum LinkFault : byte
    {
        None = 0,
        ExpectedLink = 1,
        UnterminatedTarget = 2,
        InvalidTarget = 3,
        ExpectedSeparator = 4,
        ExpectedName = 5,
        ExpectedValue = 6,
        UnterminatedString = 7,
        InvalidString = 8,
        InvalidExtendedValue = 9,
        WrongValue = 10,
    }
    public readonly ref struct LinkFilter
    {
        public bool Matches([System.Runtime.CompilerServices.ScopedRef] in Ipso.Links.Link link) { }
        public bool TryApply(System.ReadOnlySpan<byte> links, System.Span<byte> destination, out int written) { }
        public static bool TryParse(System.ReadOnlySpan<byte> query, out Ipso.Links.LinkFilter filter) { }
    }
    public ref struct LinkFormatReader
    {
        public LinkFormatReader(System.ReadOnlySpan<byte> text, Ipso.Links.LinkSyntax syntax = 0) { }
        public Ipso.Links.Link Current { get; }
        public Ipso.Links.LinkError Error { get; }
        public bool Next() { }
    }
    public ref struct LinkFormatWriter
    {
        public LinkFormatWriter(System.Span<byte> destination) { }
        public bool NotRepresentable { get; }
        public bool Overflowed { get; }
        public int Finish() { }
        public void Flag([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> name) { }
        public void Link([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> target) { }
        public void Link([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> start, [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> rest) { }
        public void Number([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> name, long value) { }
        public void Numbers([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> name, [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<ushort> values) { }
        public void Quoted([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> name, [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> value) { }
        public void Quoted([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> name, [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<char> value) { }
        public void Token([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> name, [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> value) { }
    }
    public readonly ref struct LinkParameter
    {
        public Ipso.Links.LinkParameterForm Form { get; }
        public bool HasValue { get; }
        public System.ReadOnlySpan<byte> Name { get; }
        public System.ReadOnlySpan<byte> RawValue { get; }
        public bool ContainsWord([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> word) { }
        public string GetValue() { }
        public bool TryCopyValue(System.Span<byte> destination, out int written) { }
        public bool TryGetNumber(out uint number) { }
        public bool ValueEquals([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> value) { }
    }
    public enum LinkParameterForm : byte
    {
        Flag = 0,
        Token = 1,
        Quoted = 2,
    }
    public readonly ref struct LinkParameters
    {
        public Ipso.Links.LinkParameters.Enumerator GetEnumerator() { }
        public ref struct Enumerator
        {
            public Ipso.Links.LinkParameter Current { get; }
            public bool MoveNext() { }
        }
    }
    public enum LinkSyntax : byte
    {
        Rfc6690 = 0,
        AbsolutePaths = 1,
        Tolerant = 2,
    }
}
namespace Ipso.Lwm2m.Codecs
{
    public struct AttributeQuery
    {
        public Ipso.Lwm2m.Codecs.NotificationAttributeNames Names { get; }
        public Ipso.Lwm2m.NotificationAttributes Values { get; }
        public Ipso.Lwm2m.NotificationAttributes ApplyTo(in Ipso.Lwm2m.NotificationAttributes before) { }
        public bool FitsLevelOf(Ipso.Lwm2m.Lwm2mPath path) { }
        public bool TryAdd(System.ReadOnlySpan<byte> argument) { }
        public static string Format(in Ipso.Lwm2m.NotificationAttributes values, Ipso.Lwm2m.Codecs.NotificationAttributeNames removed = 0) { }
        public static bool TryParse(System.ReadOnlySpan<byte> text, out Ipso.Lwm2m.Codecs.AttributeQuery query) { }
    }
    public readonly ref struct Lwm2mContentFormats
    {
        public bool IsEmpty { get; }
        public Ipso.Lwm2m.Codecs.Lwm2mContentFormats.Enumerator GetEnumerator() { }
        public ref struct Enumerator
        {
            public Ipso.Coap.ContentFormat Current { get; }
            public bool MoveNext() { }
        }
    }
    public readonly ref struct Lwm2mLink
    {
        public Ipso.Lwm2m.NotificationAttributes Attributes { get; }
        public ushort? Dimension { get; }
        public Ipso.Lwm2m.ObjectVersion? Lwm2mVersion { get; }
        public Ipso.Links.LinkParameters Parameters { get; }
        public Ipso.Lwm2m.Lwm2mPath Path { get; }
        public Ipso.Links.LinkParameter ServerUri { get; }
        public ushort? ShortServerId { get; }
        public Ipso.Lwm2m.ObjectVersion? Version { get; }
    }
    public readonly ref struct Lwm2mLinks
    {
        public Ipso.Lwm2m.Codecs.Lwm2mContentFormats ContentFormats { get; }
        public System.ReadOnlySpan<byte> Root { get; }
        public Ipso.Lwm2m.Codecs.Lwm2mLinks.Enumerator GetEnumerator() { }
        public static bool TryParse(System.ReadOnlySpan<byte> payload, out Ipso.Lwm2m.Codecs.Lwm2mLinks links, out Ipso.Links.LinkError error) { }
        public static bool TryParse(System.ReadOnlySpan<byte> payload, System.ReadOnlySpan<byte> root, out Ipso.Lwm2m.Codecs.Lwm2mLinks links, out Ipso.Links.LinkError error) { }
        public ref struct Enumerator
        {
            public Ipso.Lwm2m.Codecs.Lwm2mLink Current { get; }
            public bool MoveNext() { }
        }
    }
    [System.Flags]
    public enum NotificationAttributeNames : ushort
    {
        None = 0,
        MinimumPeriod = 1,
        MaximumPeriod = 2,
        GreaterThan = 4,
        LessThan = 8,
        Step = 16,
        MinimumEvaluationPeriod = 32,
        MaximumEvaluationPeriod = 64,
        Edge = 128,
        Confirmable = 256,
        MaximumHistoricalQueue = 512,
    }
    public ref struct PathPack
    {
        public PathPack(System.ReadOnlySpan<byte> payload, Ipso.Coap.ContentFormat format) { }
        public Ipso.Lwm2m.Codecs.PayloadFault Fault { get; }
        public bool HasValues { get; }
        public Ipso.SenML.SenMLFault PackFault { get; }
        public bool Next(out Ipso.Lwm2m.Lwm2mPath path) { }
        public static bool Supports(Ipso.Coap.ContentFormat format) { }
        public static bool TryWrite(System.ReadOnlySpan<Ipso.Lwm2m.Lwm2mPath> paths, Ipso.Coap.ContentFormat format, System.Span<byte> destination, out int written) { }
        public static bool TryWriteRemovals(System.ReadOnlySpan<Ipso.Lwm2m.Lwm2mPath> paths, Ipso.Coap.ContentFormat format, System.Span<byte> destination, out int written) { }
    }
    public enum PayloadFault : byte
    {
        None = 0,
        Malformed = 1,
        NotUnderstood = 2,
        OutsidePath = 3,
        Duplicate = 4,
        WrongType = 5,
        OutOfRange = 6,
        NoSuchTarget = 7,
        NotWritable = 8,
        WrongMultiplicity = 9,
        MissingMandatory = 10,
        TooManyInstances = 11,
        UnknownResource = 12,
        UnknownInstance = 13,
        BootstrapOnly = 14,
        Unauthorized = 15,
        NotNow = 16,
        InstanceExists = 17,
        ObjectFull = 18,
        Refused = 19,
        TooLarge = 20,
        Scattered = 21,
    }
    public readonly ref struct TimestampedRecord
    {
        public Ipso.Lwm2m.Lwm2mPath Path { get; }
        public Ipso.SenML.SenMLRecord Record { get; }
        public bool TryGetObjectLink(out Ipso.Lwm2m.ObjectLink link) { }
        public bool TryGetTime(System.DateTimeOffset now, out System.DateTimeOffset time) { }
    }
    public ref struct TimestampedRecords
    {
        public const int NameBufferLength = 32;
        public TimestampedRecords(System.ReadOnlySpan<byte> payload, Ipso.Coap.ContentFormat format, Ipso.Lwm2m.Lwm2mPath scope, System.Span<byte> nameBuffer) { }
        public Ipso.Lwm2m.Codecs.PayloadFault Fault { get; }
        public bool IsInOrder { get; }
        public Ipso.SenML.SenMLFault PackFault { get; }
        public bool Next(out Ipso.Lwm2m.Codecs.TimestampedRecord record) { }
        public static bool Supports(Ipso.Coap.ContentFormat format) { }
    }
}
namespace Ipso.Lwm2m
{
    public readonly struct CoreLink : System.IEquatable<Ipso.Lwm2m.CoreLink>
    {
        public CoreLink(string text) { }
        public string Text { get; }
        public bool Equals(Ipso.Lwm2m.CoreLink other) { }
        public override bool Equals(object? obj) { }
        public override int GetHashCode() { }
        public Ipso.Links.LinkFormatReader ReadLinks() { }
        public override string ToString() { }
        public bool TryReadLinks(System.Span<byte> buffer, out Ipso.Links.LinkFormatReader links) { }
        public static bool operator !=(Ipso.Lwm2m.CoreLink left, Ipso.Lwm2m.CoreLink right) { }
        public static bool operator ==(Ipso.Lwm2m.CoreLink left, Ipso.Lwm2m.CoreLink right) { }
    }
    public static class CoreObjects
    {
        public static Ipso.Lwm2m.ObjectVersion ImpliedVersion(ushort objectId, Ipso.Lwm2m.ObjectVersion lwm2mVersion) { }
        public static bool IsForBootstrapOnly(ushort objectId) { }
    }
    public readonly struct Lwm2mPath : System.IEquatable<Ipso.Lwm2m.Lwm2mPath>
    {
        public const ushort MaxId = 65535;
        public const int MaxTextLength = 24;
        public Lwm2mPath(ulong Packed) { }
        public Lwm2mPath(ushort objectId, ushort instanceId = 65535, ushort resourceId = 65535, ushort resourceInstanceId = 65535) { }
        public int Depth { get; }
        public ushort InstanceId { get; }
        public ushort ObjectId { get; }
        public ulong Packed { get; init; }
        public ushort ResourceId { get; }
        public ushort ResourceInstanceId { get; }
        public static Ipso.Lwm2m.Lwm2mPath Root { get; }
        public Ipso.Lwm2m.Lwm2mPath Append(ushort id) { }
        public bool Contains(Ipso.Lwm2m.Lwm2mPath other) { }
        public override string ToString() { }
        public bool TryFormat(System.Span<byte> destination, out int written) { }
        public static bool TryParse(System.ReadOnlySpan<byte> text, out Ipso.Lwm2m.Lwm2mPath path) { }
        public static bool TryParseId(System.ReadOnlySpan<byte> segment, out ushort id) { }
    }
    public readonly struct NotificationAttributes : System.IEquatable<Ipso.Lwm2m.NotificationAttributes>
    {
        public bool? Confirmable { get; init; }
        public bool? Edge { get; init; }
        public double? GreaterThan { get; init; }
        public bool IsConsistent { get; }
        public double? LessThan { get; init; }
        public long? MaximumEvaluationPeriod { get; init; }
        public long? MaximumHistoricalQueue { get; init; }
        public long? MaximumPeriod { get; init; }
        public long? MinimumEvaluationPeriod { get; init; }
        public long? MinimumPeriod { get; init; }
        public double? Step { get; init; }
        public bool Equals(Ipso.Lwm2m.NotificationAttributes other) { }
        public override int GetHashCode() { }
        public Ipso.Lwm2m.NotificationAttributes InheritFrom(in Ipso.Lwm2m.NotificationAttributes above) { }
    }
    public readonly struct ObjectLink : System.IEquatable<Ipso.Lwm2m.ObjectLink>
    {
        public const int MaxTextLength = 11;
        public ObjectLink(ushort ObjectId, ushort InstanceId) { }
        public ushort InstanceId { get; init; }
        public bool IsNull { get; }
        public ushort ObjectId { get; init; }
        public static Ipso.Lwm2m.ObjectLink Null { get; }
        public override string ToString() { }
        public bool TryFormat(System.Span<byte> destination, out int written) { }
        public static bool TryParse(System.ReadOnlySpan<byte> text, out Ipso.Lwm2m.ObjectLink link) { }
    }
    public readonly struct ObjectVersion : System.IComparable<Ipso.Lwm2m.ObjectVersion>, System.IEquatable<Ipso.Lwm2m.ObjectVersion>
    {
        public const int MaxTextLength = 11;
        public ObjectVersion(ushort Major, ushort Minor) { }
        public ushort Major { get; init; }
        public ushort Minor { get; init; }
        public static Ipso.Lwm2m.ObjectVersion Default { get; }
        public int CompareTo(Ipso.Lwm2m.ObjectVersion other) { }
        public override string ToString() { }
        public bool TryFormat(System.Span<byte> destination, out int written) { }
        public static bool TryParse(System.ReadOnlySpan<byte> text, out Ipso.Lwm2m.ObjectVersion version) { }
        public static bool TryParse(System.ReadOnlySpan<char> text, out Ipso.Lwm2m.ObjectVersion version) { }
        public static bool operator <(Ipso.Lwm2m.ObjectVersion left, Ipso.Lwm2m.ObjectVersion right) { }
        public static bool operator <=(Ipso.Lwm2m.ObjectVersion left, Ipso.Lwm2m.ObjectVersion right) { }
        public static bool operator >(Ipso.Lwm2m.ObjectVersion left, Ipso.Lwm2m.ObjectVersion right) { }
        public static bool operator >=(Ipso.Lwm2m.ObjectVersion left, Ipso.Lwm2m.ObjectVersion right) { }
    }
}
namespace Ipso.Lwm2m.Device
{
    public sealed class AccessControl
    {
        public const ushort BootstrapOnly = 65535;
        public const ushort DefaultEntry = 0;
        public bool IsInForce { get; }
        public void Grant(Ipso.Lwm2m.Lwm2mPath target, ushort shortServerId, Ipso.Lwm2m.Device.AccessRights rights) { }
        public Ipso.Lwm2m.Device.AccessRights RightsOf(ushort shortServerId, Ipso.Lwm2m.Lwm2mPath target) { }
        public void SetOwner(Ipso.Lwm2m.Lwm2mPath target, ushort shortServerId) { }
    }
    [System.Flags]
    public enum AccessRights : byte
    {
        None = 0,
        Read = 1,
        Write = 2,
        Execute = 4,
        Delete = 8,
        Create = 16,
    }
    public readonly struct BootstrapEvent : System.IEquatable<Ipso.Lwm2m.Device.BootstrapEvent>
    {
        public BootstrapEvent(Ipso.Lwm2m.Device.BootstrapEventKind Kind, string Uri) { }
        public Ipso.Coap.CoapCode Code { get; init; }
        public string Explanation { get; }
        public Ipso.Lwm2m.Device.BootstrapFailure Failure { get; init; }
        public Ipso.Lwm2m.Device.BootstrapEventKind Kind { get; init; }
        public System.TimeSpan? NextTryIn { get; init; }
        public string? Reason { get; init; }
        public string Uri { get; init; }
        public override string ToString() { }
    }
    public enum BootstrapEventKind : byte
    {
        Started = 0,
        PackRequested = 1,
        PackFailed = 2,
        Requested = 3,
        Finished = 4,
        Failed = 5,
        AccountExpired = 6,
    }
    public enum BootstrapFailure : byte
    {
        None = 0,
        Unresolved = 1,
        Timeout = 2,
        Refused = 3,
        Reset = 4,
        Rejected = 5,
        TooLarge = 6,
        Unreadable = 7,
        Inconsistent = 8,
        Unfinished = 9,
        Unprotected = 10,
    }
    public sealed class BootstrapOptions : System.IEquatable<Ipso.Lwm2m.Device.BootstrapOptions>
    {
        public BootstrapOptions() { }
        public bool AsksForPack { get; init; }
        public bool AsksFromAnyPort { get; init; }
        public int MaxBytes { get; init; }
        public int MaxInstances { get; init; }
        public System.TimeSpan MaxRetryDelay { get; init; }
        public System.TimeSpan RetryDelay { get; init; }
        public override int GetHashCode() { }
        public override string ToString() { }
    }
    public sealed class BootstrapServerOptions : System.IEquatable<Ipso.Lwm2m.Device.BootstrapServerOptions>
    {
        public BootstrapServerOptions(string uri) { }
        public System.TimeSpan AccountTimeout { get; init; }
        public System.TimeSpan HoldOff { get; init; }
        public Ipso.Lwm2m.Device.OscoreKeys? Oscore { get; init; }
        public Ipso.Lwm2m.Device.ServerSecurity Security { get; init; }
        public string Uri { get; }
        public override string ToString() { }
    }
    public enum BootstrapState : byte
    {
        Idle = 0,
        Waiting = 1,
        Requesting = 2,
        Open = 3,
    }
    public sealed class DeviceControl : Ipso.Lwm2m.Device.ObjectBehaviour
    {
        public const int MaxErrorCode = 32;
        public static readonly System.TimeSpan Delay;
        public DeviceControl(Ipso.Lwm2m.Objects.Device? target = null) { }
        public System.Action? ErrorsReset { get; set; }
        public System.Action? Rebooting { get; set; }
        public System.Action<Ipso.Lwm2m.Objects.Device>? Refreshing { get; set; }
        public System.Action? Resetting { get; set; }
        public new Ipso.Lwm2m.Objects.Device Target { get; }
        public System.Action<System.TimeSpan>? TimeSet { get; set; }
        public void AddError(int code) { }
        public void ClockWasSet() { }
        protected override void OnDue() { }
        protected override void OnReading() { }
        protected override void OnWritten(Ipso.Lwm2m.Lwm2mPath path) { }
        public bool RemoveError(int code) { }
    }
    public sealed class DeviceEndpoint : Ipso.Coap.Engine.ICoapRequestHandler, Ipso.Coap.Engine.IDatagramProtocol
    {
        public DeviceEndpoint(Ipso.Coap.Engine.IRandomSource random, Ipso.Lwm2m.Device.DeviceOptions? options = null) { }
        public Ipso.Lwm2m.Device.AccessControl Access { get; }
        public bool AdmitsAnybody { get; }
        public System.Action<Ipso.Lwm2m.Device.BootstrapEvent>? BootstrapChanged { get; set; }
        public Ipso.Lwm2m.Device.BootstrapState BootstrapState { get; }
        public System.Action<Ipso.Lwm2m.Device.ServerChange>? ChangedByServer { get; set; }
        public Ipso.Lwm2m.Device.IWallClock? Clock { get; set; }
        public Ipso.Coap.Engine.CoapCounters Counters { get; }
        public System.Action<System.Exception>? HandlerFailed { get; set; }
        public bool HasStopped { get; }
        public System.Action<Ipso.Lwm2m.Device.ServerHost, Ipso.Coap.Engine.Instant>? HostRequested { get; set; }
        public System.Func<Ipso.Coap.Engine.PeerId, Ipso.Coap.Engine.PeerId, bool>? IsSameHost { get; set; }
        public Ipso.Coap.Engine.Instant? NextDeadline { get; }
        public System.Action<Ipso.Lwm2m.Device.NotificationEvent>? NotificationChanged { get; set; }
        public Ipso.Lwm2m.Model.ObjectTree Objects { get; }
        public int ObserverCount { get; }
        public System.Action<Ipso.Lwm2m.Device.RegistrationEvent>? RegistrationChanged { get; set; }
        public Ipso.Lwm2m.Device.ReportingCounters ReportingCounters { get; }
        public Ipso.Lwm2m.Device.HandledRequestCallback? RequestHandled { get; set; }
        public System.Action<Ipso.Lwm2m.Device.SendResult>? SendEnded { get; set; }
        public string? StorageFault { get; }
        public System.Action? WakeRequested { get; set; }
        public void Attach(Ipso.Lwm2m.Device.ObjectBehaviour behaviour) { }
        public System.Collections.Generic.IReadOnlyList<Ipso.Lwm2m.Device.ServerStatus> GetServers(Ipso.Coap.Engine.Instant now) { }
        public void OnDeadline(Ipso.Coap.Engine.Instant now) { }
        public void OnResolved(in Ipso.Lwm2m.Device.ServerHost host, Ipso.Coap.Engine.PeerId? peer, string? reason, Ipso.Coap.Engine.Instant now) { }
        public void PeerFailed(in Ipso.Coap.Engine.PeerId peer, Ipso.Coap.Engine.PeerFailure failure, Ipso.Coap.Engine.Instant now) { }
        public void Receive(System.ReadOnlySpan<byte> datagram, in Ipso.Coap.Engine.PeerId from, Ipso.Coap.Engine.Instant now) { }
        public bool RequestBootstrap(Ipso.Coap.Engine.Instant now) { }
        public void Send(Ipso.Lwm2m.Device.SendContent content, ushort? shortServerId, System.Action<System.Collections.Generic.IReadOnlyList<Ipso.Lwm2m.Device.SendResult>>? completed, Ipso.Coap.Engine.Instant now) { }
        public void StartRegistering(Ipso.Coap.Engine.Instant now) { }
        public void StopRegistering(Ipso.Coap.Engine.Instant now) { }
        public bool StoreSends(Ipso.Coap.Engine.Instant now) { }
        public bool TryTransmit(System.Span<byte> buffer, Ipso.Coap.Engine.Instant now, out Ipso.Coap.Engine.Transmit transmit) { }
    }
    public sealed class DeviceOptions : System.IEquatable<Ipso.Lwm2m.Device.DeviceOptions>
    {
        public DeviceOptions() { }
        public string AlternatePath { get; init; }
        public System.TimeSpan? AwakeTime { get; init; }
        public Ipso.Lwm2m.Device.BootstrapOptions Bootstrap { get; init; }
        public Ipso.Lwm2m.Device.BootstrapServerOptions? BootstrapServer { get; init; }
        public Ipso.Coap.Engine.CoapEndpointOptions Coap { get; init; }
        public System.Collections.Immutable.ImmutableArray<Ipso.Coap.ContentFormat> ContentFormats { get; init; }
        public string? Endpoint { get; init; }
        public Ipso.Lwm2m.Device.FactoryBootstrap? FactoryBootstrap { get; init; }
        public System.Collections.Immutable.ImmutableArray<string> Profiles { get; init; }
        public Ipso.Lwm2m.Device.DeviceProtection? Protection { get; init; }
        public bool QueueMode { get; init; }
        public Ipso.Lwm2m.Device.ReportingOptions Reporting { get; init; }
        public double RetrySpread { get; init; }
        public bool RobustBlocks { get; init; }
        public Ipso.Lwm2m.Device.ServerOptions? Server { get; init; }
        public System.Collections.Immutable.ImmutableArray<Ipso.Lwm2m.Device.ServerOptions> Servers { get; init; }
        public System.TimeSpan StartSpread { get; init; }
        public System.TimeSpan StopTimeout { get; init; }
        public Ipso.Lwm2m.Device.IStateStorage? Storage { get; init; }
        public Ipso.Lwm2m.ObjectVersion Version { get; init; }
        public override int GetHashCode() { }
        public override string ToString() { }
    }
    public abstract class DeviceProtection { }
    public sealed class FactoryBootstrap
    {
        public FactoryBootstrap(System.ReadOnlyMemory<byte> pack, Ipso.Coap.ContentFormat format) { }
        public Ipso.Coap.ContentFormat Format { get; }
        public System.ReadOnlyMemory<byte> Pack { get; }
    }
    public sealed class FirmwareDownload
    {
        public bool IsCancelled { get; }
        public Ipso.Lwm2m.Device.FirmwareProtocol Protocol { get; }
        public string Uri { get; }
        public bool Begin(long? length) { }
        public void Complete() { }
        public void Fail(Ipso.Lwm2m.Device.FirmwareUpdateResult result) { }
        public void OnCancelled(System.Action cancelled) { }
        public bool Write(System.ReadOnlySpan<byte> bytes) { }
    }
    public enum FirmwareProtocol : byte
    {
        Coap = 0,
        Coaps = 1,
        Http = 2,
        Https = 3,
        CoapTcp = 4,
        CoapsTcp = 5,
    }
    public sealed class FirmwareUpdateOptions : System.IEquatable<Ipso.Lwm2m.Device.FirmwareUpdateOptions>
    {
        public FirmwareUpdateOptions() { }
        public System.Action<Ipso.Lwm2m.Device.FirmwareDownload>? Fetch { get; init; }
        public System.Collections.Immutable.ImmutableArray<Ipso.Lwm2m.Device.FirmwareProtocol> Protocols { get; init; }
        public Ipso.Lwm2m.Device.FirmwareUpdateResult Result { get; init; }
    }
    public enum FirmwareUpdateResult : byte
    {
        None = 0,
        Success = 1,
        NotEnoughStorage = 2,
        OutOfMemory = 3,
        ConnectionLost = 4,
        IntegrityFailure = 5,
        UnsupportedPackage = 6,
        InvalidUri = 7,
        Failed = 8,
        UnsupportedProtocol = 9,
        Cancelled = 10,
        Deferred = 11,
    }
    public enum FirmwareUpdateState : byte
    {
        Idle = 0,
        Downloading = 1,
        Downloaded = 2,
        Updating = 3,
    }
    public sealed class FirmwareUpdater : Ipso.Lwm2m.Device.ObjectBehaviour, System.IDisposable
    {
        public FirmwareUpdater(Ipso.Lwm2m.Device.IFirmwareSink sink, System.Action install, Ipso.Lwm2m.Device.FirmwareUpdateOptions? options = null) { }
        public Ipso.Lwm2m.Device.FirmwareUpdateResult Result { get; }
        public Ipso.Lwm2m.Device.FirmwareUpdateState State { get; }
        public System.Action<Ipso.Lwm2m.Device.FirmwareUpdateState, Ipso.Lwm2m.Device.FirmwareUpdateResult>? StateChanged { get; set; }
        public new Ipso.Lwm2m.Objects.FirmwareUpdate Target { get; }
        public void Complete(Ipso.Lwm2m.Device.FirmwareUpdateResult result) { }
        public void Dispose() { }
        protected override void OnDue() { }
        protected override void OnWritten(Ipso.Lwm2m.Lwm2mPath path) { }
        protected override string? RefuseWrite(Ipso.Lwm2m.Lwm2mPath path) { }
    }
    public readonly ref struct HandledRequest
    {
        public Ipso.Coap.CoapCode Code { get; }
        public Ipso.Coap.ContentFormat? ContentFormat { get; }
        public string Path { get; }
        public System.ReadOnlySpan<byte> Payload { get; }
        public Ipso.Coap.Engine.CoapRequest Request { get; }
        public override string ToString() { }
    }
    public delegate void HandledRequestCallback(in Ipso.Lwm2m.Device.HandledRequest handled);
    public interface IFirmwareSink
    {
        Ipso.Lwm2m.Device.FirmwareUpdateResult Begin(long? length);
        void Discard();
        Ipso.Lwm2m.Device.FirmwareUpdateResult End(long length, System.ReadOnlySpan<byte> digest);
        Ipso.Lwm2m.Device.FirmwareUpdateResult Write(System.ReadOnlySpan<byte> bytes);
    }
    public interface IStateStorage
    {
        System.ReadOnlyMemory<byte> Read(int slot);
        void Write(int slot, System.ReadOnlySpan<byte> content);
    }
    public interface IWallClock
    {
        System.DateTimeOffset UtcNow { get; }
    }
    public readonly struct NotificationEvent : System.IEquatable<Ipso.Lwm2m.Device.NotificationEvent>
    {
        public NotificationEvent(Ipso.Lwm2m.Device.NotificationEventKind Kind, Ipso.Lwm2m.Lwm2mPath Path, ushort? ShortServerId) { }
        public Ipso.Lwm2m.Device.NotificationEventKind Kind { get; init; }
        public Ipso.Lwm2m.Lwm2mPath Path { get; init; }
        public ushort? ShortServerId { get; init; }
        public override string ToString() { }
    }
    public enum NotificationEventKind : byte
    {
        Acknowledged = 0,
        TimedOut = 1,
        Rejected = 2,
        Cancelled = 3,
        Ended = 4,
    }
    public abstract class ObjectBehaviour
    {
        protected ObjectBehaviour(Ipso.Lwm2m.Model.ObjectInstance instance) { }
        protected System.DateTimeOffset? Clock { get; }
        public Ipso.Lwm2m.Model.ObjectInstance Target { get; }
        protected void ActIn(System.TimeSpan delay) { }
        protected void ActNever() { }
        protected virtual void OnDue() { }
        protected virtual void OnReading() { }
        protected virtual void OnWritten(Ipso.Lwm2m.Lwm2mPath path) { }
        protected virtual string? RefuseWrite(Ipso.Lwm2m.Lwm2mPath path) { }
        protected void Report(System.Exception exception) { }
    }
    public sealed class OscoreAccounts : Ipso.Lwm2m.Device.DeviceProtection, System.IDisposable
    {
        public OscoreAccounts(int maxServers = 16, Ipso.Coap.Oscore.AeadProvider? aeads = null) { }
        public int Count { get; }
        public Ipso.Coap.Oscore.OscoreCounters Counters { get; }
        public void Dispose() { }
    }
    public sealed class OscoreKeys : System.IEquatable<Ipso.Lwm2m.Device.OscoreKeys>
    {
        public OscoreKeys() { }
        public Ipso.Coap.Oscore.AeadAlgorithm Algorithm { get; init; }
        public Ipso.Coap.Oscore.HmacAlgorithm Hmac { get; init; }
        public System.ReadOnlyMemory<byte> IdContext { get; init; }
        public System.ReadOnlyMemory<byte> MasterSalt { get; init; }
        public required System.ReadOnlyMemory<byte> MasterSecret { get; init; }
        public required System.ReadOnlyMemory<byte> RecipientId { get; init; }
        public required System.ReadOnlyMemory<byte> SenderId { get; init; }
        public override string ToString() { }
    }
    public readonly struct RegistrationEvent : System.IEquatable<Ipso.Lwm2m.Device.RegistrationEvent>
    {
        public RegistrationEvent(Ipso.Lwm2m.Device.RegistrationEventKind Kind, ushort ShortServerId, string Uri) { }
        public Ipso.Coap.CoapCode Code { get; init; }
        public string Explanation { get; }
        public Ipso.Lwm2m.Device.RegistrationFailure Failure { get; init; }
        public Ipso.Lwm2m.Device.RegistrationEventKind Kind { get; init; }
        public System.TimeSpan? NextTryIn { get; init; }
        public string? Reason { get; init; }
        public ushort ShortServerId { get; init; }
        public string Uri { get; init; }
        public Ipso.Lwm2m.ObjectVersion Version { get; init; }
        public override string ToString() { }
    }
    public enum RegistrationEventKind : byte
    {
        Registered = 0,
        Updated = 1,
        Failed = 2,
        Deregistered = 3,
        Disabled = 4,
        Sleeping = 5,
        Awake = 6,
        BootstrapRequested = 7,
    }
    public enum RegistrationFailure : byte
    {
        None = 0,
        Unresolved = 1,
        Timeout = 2,
        Refused = 3,
        SessionClosed = 4,
        Reset = 5,
        Rejected = 6,
        NoLocation = 7,
        TooLarge = 8,
        Expired = 9,
        SharedAddress = 10,
        Unprotected = 11,
    }
    public sealed class ReportingCounters
    {
        public ReportingCounters() { }
        public long SendsDropped { get; }
        public long ValuesDropped { get; }
    }
    public sealed class ReportingOptions : System.IEquatable<Ipso.Lwm2m.Device.ReportingOptions>
    {
        public ReportingOptions() { }
        public int AssignedPaths { get; init; }
        public int BufferedSends { get; init; }
        public int CompositePaths { get; init; }
        public int StoredSendBytes { get; init; }
        public int StoredValues { get; init; }
        public System.TimeSpan? StoresSendsAfter { get; init; }
        public bool StoresWhileAsleep { get; init; }
        public bool ThresholdsInOneDirection { get; init; }
        public static Ipso.Lwm2m.Device.ReportingOptions Constrained { get; }
        public override int GetHashCode() { }
        public override string ToString() { }
    }
    public enum SecurityMode : byte
    {
        PreSharedKey = 0,
        RawPublicKey = 1,
        Certificate = 2,
        NoSec = 3,
        CertificateWithEst = 4,
    }
    public sealed class SendContent
    {
        public SendContent([System.Runtime.CompilerServices.ParamCollection] [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<Ipso.Lwm2m.Lwm2mPath> paths) { }
        public Ipso.Coap.ContentFormat? Format { get; init; }
        public bool NonConfirmable { get; init; }
        public Ipso.Lwm2m.Device.SendContent Add(Ipso.Lwm2m.Lwm2mPath path) { }
        public Ipso.Lwm2m.Device.SendContent Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, Ipso.Lwm2m.ObjectLink value) { }
        public Ipso.Lwm2m.Device.SendContent Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, System.DateTimeOffset value) { }
        public Ipso.Lwm2m.Device.SendContent Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, System.ReadOnlySpan<byte> value) { }
        public Ipso.Lwm2m.Device.SendContent Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, bool value) { }
        public Ipso.Lwm2m.Device.SendContent Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, double value) { }
        public Ipso.Lwm2m.Device.SendContent Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, long value) { }
        public Ipso.Lwm2m.Device.SendContent Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, string value) { }
        public Ipso.Lwm2m.Device.SendContent Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, ulong value) { }
    }
    public enum SendOutcome : byte
    {
        Delivered = 0,
        Muted = 1,
        NotSupported = 2,
        NothingToSend = 3,
        Refused = 4,
        TimedOut = 5,
        Rejected = 6,
        TooLarge = 7,
        Dropped = 8,
        NotRegistered = 9,
        Stored = 10,
    }
    public readonly struct SendResult : System.IEquatable<Ipso.Lwm2m.Device.SendResult>
    {
        public SendResult(ushort ShortServerId, Ipso.Lwm2m.Device.SendOutcome Outcome, Ipso.Coap.CoapCode Code = default) { }
        public Ipso.Coap.CoapCode Code { get; init; }
        public Ipso.Lwm2m.Device.SendOutcome Outcome { get; init; }
        public ushort ShortServerId { get; init; }
        public override string ToString() { }
    }
    public readonly struct ServerChange : System.IEquatable<Ipso.Lwm2m.Device.ServerChange>
    {
        public ServerChange(Ipso.Lwm2m.Device.ServerChangeKind Kind, Ipso.Lwm2m.Lwm2mPath Path, ushort? ShortServerId) { }
        public Ipso.Lwm2m.Device.ServerChangeKind Kind { get; init; }
        public Ipso.Lwm2m.Lwm2mPath Path { get; init; }
        public ushort? ShortServerId { get; init; }
        public override string ToString() { }
    }
    public enum ServerChangeKind : byte
    {
        Created = 0,
        Deleted = 1,
        Written = 2,
    }
    public readonly struct ServerHost : System.IEquatable<Ipso.Lwm2m.Device.ServerHost>
    {
        public ServerHost(ushort ShortServerId, string Name, bool IsAddress, ushort Port, uint Lookup = 0) { }
        public bool IsAddress { get; init; }
        public uint Lookup { get; init; }
        public string Name { get; init; }
        public ushort Port { get; init; }
        public Ipso.Coap.CoapScheme Scheme { get; init; }
        public ushort ShortServerId { get; init; }
    }
    public sealed class ServerOptions : System.IEquatable<Ipso.Lwm2m.Device.ServerOptions>
    {
        public ServerOptions(string uri) { }
        public bool AsksFromAnyPort { get; init; }
        public string Binding { get; init; }
        public bool? BlocksOnFailure { get; init; }
        public bool? BootstrapsOnFailure { get; init; }
        public System.TimeSpan? DefaultMaximumPeriod { get; init; }
        public System.TimeSpan? DefaultMinimumPeriod { get; init; }
        public System.TimeSpan? DisableTimeout { get; init; }
        public System.TimeSpan? InitialDelay { get; init; }
        public System.TimeSpan Lifetime { get; init; }
        public bool? MutesSend { get; init; }
        public Ipso.Lwm2m.Device.OscoreKeys? Oscore { get; init; }
        public uint? PriorityOrder { get; init; }
        public uint? RetryCount { get; init; }
        public System.TimeSpan? RetryTimer { get; init; }
        public Ipso.Lwm2m.Device.ServerSecurity Security { get; init; }
        public uint? SequenceCount { get; init; }
        public System.TimeSpan? SequenceDelay { get; init; }
        public ushort? ShortServerId { get; init; }
        public bool StoresNotifications { get; init; }
        public string Uri { get; }
        public override int GetHashCode() { }
        public override string ToString() { }
    }
    public sealed class ServerSecurity : System.IEquatable<Ipso.Lwm2m.Device.ServerSecurity>
    {
        public Ipso.Coap.Engine.CertificateMatching? Matching { get; init; }
        public Ipso.Lwm2m.Device.SecurityMode Mode { get; }
        public string? ServerName { get; init; }
        public Ipso.Coap.Engine.CertificateUsage? Usage { get; init; }
        public static Ipso.Lwm2m.Device.ServerSecurity NoSec { get; }
        public override string ToString() { }
        public static Ipso.Lwm2m.Device.ServerSecurity Certificate(System.ReadOnlySpan<byte> certificate, System.ReadOnlySpan<byte> privateKey, System.ReadOnlySpan<byte> server) { }
        public static Ipso.Lwm2m.Device.ServerSecurity PreSharedKey(string identity, System.ReadOnlySpan<byte> key) { }
        public static Ipso.Lwm2m.Device.ServerSecurity RawPublicKey(System.ReadOnlySpan<byte> publicKey, System.ReadOnlySpan<byte> privateKey, System.ReadOnlySpan<byte> serverPublicKey) { }
    }
    public enum ServerState : byte
    {
        Waiting = 0,
        Registering = 1,
        Registered = 2,
        Disabled = 3,
        Ended = 4,
    }
    public readonly struct ServerStatus : System.IEquatable<Ipso.Lwm2m.Device.ServerStatus>
    {
        public ServerStatus(ushort ShortServerId, string Uri, Ipso.Lwm2m.Device.ServerState State, Ipso.Lwm2m.ObjectVersion Version, bool IsAsleep, Ipso.Lwm2m.Device.RegistrationFailure LastFailure, System.TimeSpan? NextIn) { }
        public bool IsAsleep { get; init; }
        public Ipso.Lwm2m.Device.RegistrationFailure LastFailure { get; init; }
        public System.TimeSpan? NextIn { get; init; }
        public ushort ShortServerId { get; init; }
        public Ipso.Lwm2m.Device.ServerState State { get; init; }
        public string Uri { get; init; }
        public Ipso.Lwm2m.ObjectVersion Version { get; init; }
    }
    public sealed class StateStorageException : System.Exception
    {
        public StateStorageException(string message, System.Exception? inner = null) { }
    }
    public sealed class TrafficStatistics : Ipso.Lwm2m.Device.ObjectBehaviour
    {
        public TrafficStatistics() { }
        public TrafficStatistics(Ipso.Lwm2m.Objects.ConnectivityStatistics target) { }
        public int HeaderLength { get; init; }
        public new Ipso.Lwm2m.Objects.ConnectivityStatistics Target { get; }
        protected override void OnDue() { }
        protected override void OnReading() { }
        protected override void OnWritten(Ipso.Lwm2m.Lwm2mPath path) { }
        public void Start() { }
        public void Stop() { }
    }
}
namespace Ipso.Lwm2m.Model
{
    public sealed class BlockReaderOptions
    {
        public BlockReaderOptions() { }
        public int MaxRecordLength { get; init; }
        public int MaxStagedBytes { get; init; }
        public bool TakesScattered { get; init; }
        public Ipso.Lwm2m.Model.BlockReaderOptions AddSink(Ipso.Lwm2m.Lwm2mPath path, Ipso.Lwm2m.Model.IOpaqueSink sink) { }
    }
    public sealed class BlockWriterOptions
    {
        public BlockWriterOptions() { }
        public int MaxRecordsPerInstance { get; init; }
    }
    public static class BootstrapLinks
    {
        public static Ipso.Lwm2m.Model.RepresentationResult Write(Ipso.Lwm2m.Model.ObjectTree objects, Ipso.Lwm2m.Lwm2mPath path, Ipso.Lwm2m.Model.RegistrationOptions options, Ipso.Lwm2m.Model.IServerAccounts accounts, System.Span<byte> destination, out int written) { }
    }
    public readonly struct BrokenLink : System.IEquatable<Ipso.Lwm2m.Model.BrokenLink>
    {
        public BrokenLink(Ipso.Lwm2m.Lwm2mPath Path, Ipso.Lwm2m.ObjectLink Link) { }
        public Ipso.Lwm2m.ObjectLink Link { get; init; }
        public Ipso.Lwm2m.Lwm2mPath Path { get; init; }
        public override string ToString() { }
    }
    public static class DiscoverLinks
    {
        public const int MaxDepth = 3;
        public static Ipso.Lwm2m.Model.RepresentationResult Write(Ipso.Lwm2m.Model.ObjectTree objects, Ipso.Lwm2m.Lwm2mPath path, int? depth, Ipso.Lwm2m.ObjectVersion lwm2mVersion, Ipso.Lwm2m.Model.INotificationAttributes? attributes, System.Span<byte> destination, out int written) { }
    }
    public readonly ref struct ExecuteArgument
    {
        public int Digit { get; }
        public bool HasValue { get; }
        public System.ReadOnlySpan<byte> Value { get; }
    }
    public readonly ref struct ExecuteArguments
    {
        public bool IsEmpty { get; }
        public string? this[int digit] { get; }
        public Ipso.Lwm2m.Model.ExecuteArguments.Enumerator GetEnumerator() { }
        public void Refuse(string reason, Ipso.Lwm2m.Model.ExecuteRefusal refusal = 0) { }
        public override string ToString() { }
        public static bool TryParse(System.ReadOnlySpan<byte> payload, out Ipso.Lwm2m.Model.ExecuteArguments arguments) { }
        public ref struct Enumerator
        {
            public Ipso.Lwm2m.Model.ExecuteArgument Current { get; }
            public bool MoveNext() { }
        }
    }
    public delegate void ExecuteHandler(Ipso.Lwm2m.Model.ExecuteArguments arguments);
    public enum ExecuteRefusal : byte
    {
        NotAllowed = 0,
        BadArguments = 1,
    }
    public readonly struct FromWire { }
    public interface ILwm2mObject<TSelf>
        where TSelf : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<TSelf>
    {
        Ipso.Lwm2m.Model.ObjectInfo Info { get; }
        TSelf Create();
    }
    public interface INotificationAttributes
    {
        Ipso.Lwm2m.NotificationAttributes AssignedTo(Ipso.Lwm2m.Lwm2mPath path);
    }
    public interface IOpaqueSink
    {
        void Abort(Ipso.Lwm2m.Lwm2mPath path);
        bool Begin(Ipso.Lwm2m.Lwm2mPath path, long? length);
        void End(Ipso.Lwm2m.Lwm2mPath path);
        bool Write(System.ReadOnlySpan<byte> bytes);
    }
    public interface IServerAccounts
    {
        string? ServerUriOf(Ipso.Lwm2m.Lwm2mPath instance);
        ushort? ShortServerIdOf(Ipso.Lwm2m.Lwm2mPath instance);
    }
    public sealed class InstanceBlockReader : Ipso.Lwm2m.Model.PayloadBlockReader
    {
        public InstanceBlockReader(Ipso.Lwm2m.Model.ObjectInstance instance, Ipso.Lwm2m.Lwm2mPath path, Ipso.Coap.ContentFormat format, Ipso.Lwm2m.Model.ReadMode mode, Ipso.Lwm2m.Model.BlockReaderOptions? options = null) { }
    }
    public readonly struct Interval<T> : System.IEquatable<Ipso.Lwm2m.Model.Interval<T>>
        where T :  struct, System.IComparable<T>, System.IFormattable
    {
        public Interval(T Min, T Max) { }
        public T Max { get; init; }
        public T Min { get; init; }
        public bool Contains(T value) { }
        public override string ToString() { }
    }
    public sealed class LengthRange : Ipso.Lwm2m.Model.ValueRange
    {
        public LengthRange(System.ReadOnlySpan<Ipso.Lwm2m.Model.Interval<int>> lengths) { }
        public System.Collections.Generic.IReadOnlyList<Ipso.Lwm2m.Model.Interval<int>> Intervals { get; }
        public bool Contains(int length) { }
        public override string ToString() { }
    }
    public enum LinkState : byte
    {
        Resolved = 0,
        Null = 1,
        WholeObject = 2,
        OtherClass = 3,
        Broken = 4,
    }
    public sealed class NumericRange<T> : Ipso.Lwm2m.Model.ValueRange
        where T :  struct, System.IComparable<T>, System.IFormattable
    {
        public NumericRange(System.ReadOnlySpan<Ipso.Lwm2m.Model.Interval<T>> intervals) { }
        public System.Collections.Generic.IReadOnlyList<Ipso.Lwm2m.Model.Interval<T>> Intervals { get; }
        public bool Contains(T value) { }
        public override string ToString() { }
    }
    public sealed class ObjectBlockReader<T> : Ipso.Lwm2m.Model.PayloadBlockReader
        where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T>
    {
        public ObjectBlockReader(Ipso.Coap.ContentFormat format, Ipso.Lwm2m.Model.ReadMode mode = 0, Ipso.Lwm2m.Model.BlockReaderOptions? options = null) { }
        public System.Collections.Generic.IReadOnlyList<System.Collections.Generic.KeyValuePair<ushort, T>> Instances { get; }
    }
    public sealed class ObjectInfo
    {
        public ObjectInfo(ushort objectId, string name, string version, string urn, bool isMultiple, bool isMandatory, System.ReadOnlySpan<Ipso.Lwm2m.Model.ResourceInfo> resources) { }
        public bool IsMandatory { get; }
        public bool IsMultiple { get; }
        public string Name { get; }
        public ushort ObjectId { get; }
        public System.ReadOnlySpan<Ipso.Lwm2m.Model.ResourceInfo> Resources { get; }
        public string Urn { get; }
        public string Version { get; }
        public int IndexOf(ushort resourceId) { }
        public override string ToString() { }
    }
    public abstract class ObjectInstance
    {
        protected ObjectInstance(Ipso.Lwm2m.Model.ObjectInfo definition) { }
        public Ipso.Lwm2m.Model.ObjectInfo Definition { get; }
        protected virtual System.Byte& FirstSlot { get; }
        public ushort InstanceId { get; }
        public Ipso.Lwm2m.Model.UpdateScope BeginUpdate() { }
        protected virtual void FollowWritten(int index) { }
        protected virtual Ipso.Lwm2m.Model.ExecuteHandler? HandlerOf(ushort resourceId) { }
        protected bool Has(int index) { }
        protected Ipso.Lwm2m.Model.ResourceInstances<T> Instances<T>(ref Ipso.Lwm2m.Model.ResourceInstances<T>? field, int index) { }
        protected virtual Ipso.Lwm2m.Model.ResourceInstances? InstancesOf(int index) { }
        protected virtual void KeepExtremes(bool anew) { }
        protected void KeepExtremes([System.Runtime.CompilerServices.RequiresLocation] ref double value, ref double minimum, int minimumIndex, ref double maximum, int maximumIndex, bool anew) { }
        protected void KeepMaximum([System.Runtime.CompilerServices.RequiresLocation] ref double value, ref double field, int index, bool anew) { }
        protected void KeepMinimum([System.Runtime.CompilerServices.RequiresLocation] ref double value, ref double field, int index, bool anew) { }
        protected virtual void KeepTime() { }
        protected void KeepTime(long? utcTicks, ref double fraction, int fractionIndex) { }
        protected void KeepTime(long? utcTicks, ref long timestamp, int timestampIndex) { }
        protected void KeepTime(long? utcTicks, ref long timestamp, int timestampIndex, ref double fraction, int fractionIndex) { }
        protected void MeasureAnew(Ipso.Lwm2m.Model.ExecuteArguments arguments) { }
        protected void Replace<T>(ref Ipso.Lwm2m.Model.ResourceInstances<T>? field, Ipso.Lwm2m.Model.ResourceInstances<T> value, int index) { }
        protected void Set(ref Ipso.Lwm2m.CoreLink field, Ipso.Lwm2m.CoreLink? value, int index) { }
        protected void Set(ref Ipso.Lwm2m.ObjectLink field, Ipso.Lwm2m.ObjectLink? value, int index) { }
        protected void Set(ref bool field, bool? value, int index) { }
        protected void Set(ref byte[] field, System.ReadOnlyMemory<byte>? value, int index) { }
        protected void Set(ref double field, double? value, int index) { }
        protected void Set(ref long field, System.DateTimeOffset? value, int index) { }
        protected void Set(ref long field, long? value, int index) { }
        protected void Set(ref string field, string? value, int index) { }
        protected void Set(ref ulong field, ulong? value, int index) { }
        protected abstract void WriteTo(ref Ipso.Lwm2m.Model.ResourceWriter w);
        protected virtual void WriteUnreadableTo(ref Ipso.Lwm2m.Model.ResourceWriter w) { }
        protected static System.Byte& SlotOf<T>(ref T field)
            where T :  struct { }
        protected static System.DateTimeOffset ToTime(long utcTicks) { }
    }
    public sealed class ObjectTree : System.Collections.Generic.IEnumerable<Ipso.Lwm2m.Model.ObjectInstance>, System.Collections.Generic.IReadOnlyCollection<Ipso.Lwm2m.Model.ObjectInstance>, System.Collections.IEnumerable
    {
        public ObjectTree() { }
        public int Count { get; }
        public System.ReadOnlySpan<Ipso.Lwm2m.Model.ObjectInstance> Instances { get; }
        public Ipso.Lwm2m.ObjectLink Add(Ipso.Lwm2m.Model.ObjectInstance instance) { }
        public void Add(ushort instanceId, Ipso.Lwm2m.Model.ObjectInstance instance) { }
        public void Allow<T>(System.Func<T, bool>? creating = null, System.Func<T, bool>? deleting = null, int maxInstances = 16)
            where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
        public void Declare<T>()
            where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
        public Ipso.Lwm2m.Model.ObjectInstance? Find(Ipso.Lwm2m.ObjectLink link) { }
        public Ipso.Lwm2m.Model.ObjectInstance? Find(ushort objectId, ushort instanceId) { }
        public T? Find<T>(Ipso.Lwm2m.ObjectLink link)
            where T : Ipso.Lwm2m.Model.ObjectInstance { }
        public T? Find<T>(ushort instanceId)
            where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
        public System.Collections.Generic.IEnumerable<T> FindAll<T>(System.Collections.Generic.IEnumerable<Ipso.Lwm2m.ObjectLink>? links)
            where T : Ipso.Lwm2m.Model.ObjectInstance { }
        public System.Collections.Generic.IReadOnlyList<Ipso.Lwm2m.Model.BrokenLink> FindBrokenLinks() { }
        public System.Collections.Generic.IEnumerator<Ipso.Lwm2m.Model.ObjectInstance> GetEnumerator() { }
        public System.ReadOnlySpan<Ipso.Lwm2m.Model.ObjectInstance> OfObject(ushort objectId) { }
        public bool Remove(Ipso.Lwm2m.Model.ObjectInstance instance) { }
        public Ipso.Lwm2m.Model.LinkState Resolve<T>(Ipso.Lwm2m.ObjectLink link, out T? instance)
            where T : Ipso.Lwm2m.Model.ObjectInstance { }
        public void StreamTo(Ipso.Lwm2m.Lwm2mPath path, Ipso.Lwm2m.Model.IOpaqueSink? sink) { }
        public string ToText() { }
        public bool TryReadComposite(Ipso.Coap.ContentFormat format, System.ReadOnlySpan<byte> payload, out Ipso.Lwm2m.Model.PayloadError error) { }
        public bool TryReadCompositeReport(System.ReadOnlySpan<Ipso.Lwm2m.Lwm2mPath> paths, Ipso.Coap.ContentFormat format, System.ReadOnlySpan<byte> payload, out Ipso.Lwm2m.Model.PayloadError error) { }
        public bool TryReadObject<T>(Ipso.Coap.ContentFormat format, System.ReadOnlySpan<byte> payload, Ipso.Lwm2m.Model.ReadMode mode, out Ipso.Lwm2m.Model.PayloadError error)
            where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
        public Ipso.Lwm2m.Model.RepresentationResult WriteComposite(System.ReadOnlySpan<Ipso.Lwm2m.Lwm2mPath> paths, Ipso.Coap.ContentFormat format, System.Span<byte> destination, out int written) { }
    }
    [System.Flags]
    public enum Operations : byte
    {
        None = 0,
        Read = 1,
        Write = 2,
        Execute = 4,
    }
    public abstract class PayloadBlockReader : System.IDisposable
    {
        public Ipso.Lwm2m.Model.PayloadError Error { get; }
        public Ipso.Lwm2m.Lwm2mPath Path { get; }
        public int Position { get; }
        public bool Complete(out Ipso.Lwm2m.Model.PayloadError error) { }
        public void Dispose() { }
        public bool Feed(System.ReadOnlySpan<byte> block) { }
    }
    public enum PayloadBlockState : byte
    {
        Producing = 0,
        Complete = 1,
        Absent = 2,
        NotRepresentable = 3,
        TooLarge = 4,
        Changed = 5,
    }
    public sealed class PayloadBlockWriter : System.IDisposable
    {
        public PayloadBlockWriter(System.ReadOnlySpan<Ipso.Lwm2m.Model.ObjectInstance> instances, Ipso.Lwm2m.Lwm2mPath path, Ipso.Coap.ContentFormat format, Ipso.Lwm2m.Model.BlockWriterOptions? options = null) { }
        public bool IsComplete { get; }
        public long Position { get; }
        public Ipso.Lwm2m.Model.PayloadBlockState State { get; }
        public void Dispose() { }
        public int Next(System.Span<byte> block) { }
    }
    public readonly struct PayloadError : System.IEquatable<Ipso.Lwm2m.Model.PayloadError>
    {
        public PayloadError(Ipso.Lwm2m.Codecs.PayloadFault Fault, Ipso.Lwm2m.Model.ObjectInfo? Object, Ipso.Lwm2m.Model.ResourceInfo? Resource, int Position) { }
        public int Bound { get; init; }
        public Ipso.Lwm2m.Codecs.PayloadFault Fault { get; init; }
        public Ipso.Lwm2m.Model.ObjectInfo? Object { get; init; }
        public Ipso.Lwm2m.Lwm2mPath? Path { get; init; }
        public int Position { get; init; }
        public int Record { get; init; }
        public Ipso.Lwm2m.Model.ResourceInfo? Resource { get; init; }
        public Ipso.SenML.SenMLFault SenML { get; init; }
        public override string ToString() { }
    }
    public enum ReadMode : byte
    {
        Mirror = 0,
        WriteUpdate = 1,
        WriteReplace = 2,
        Bootstrap = 3,
    }
    public static class RegistrationLinks
    {
        public static Ipso.Lwm2m.Model.RepresentationResult Write(Ipso.Lwm2m.Model.ObjectTree objects, Ipso.Lwm2m.Model.RegistrationOptions options, System.Span<byte> destination, out int written) { }
    }
    public sealed class RegistrationOptions : System.IEquatable<Ipso.Lwm2m.Model.RegistrationOptions>
    {
        public RegistrationOptions() { }
        public string AlternatePath { get; init; }
        public System.Collections.Immutable.ImmutableArray<Ipso.Coap.ContentFormat> ContentFormats { get; init; }
        public Ipso.Lwm2m.ObjectVersion Lwm2mVersion { get; init; }
        public System.Collections.Immutable.ImmutableArray<Ipso.Lwm2m.Model.ObjectInfo> Objects { get; init; }
    }
    public static class Representation
    {
        public static bool CanRead(Ipso.Coap.ContentFormat format) { }
        public static bool CanReadComposite(Ipso.Coap.ContentFormat format) { }
        public static bool IsPatch(Ipso.Coap.ContentFormat format) { }
        public static bool IsSingleValue(Ipso.Coap.ContentFormat format) { }
        public static bool Supports(Ipso.Coap.ContentFormat format) { }
        public static bool SupportsComposite(Ipso.Coap.ContentFormat format) { }
        public static bool TryRead(Ipso.Lwm2m.Model.ObjectInstance instance, Ipso.Lwm2m.Lwm2mPath path, Ipso.Coap.ContentFormat format, System.ReadOnlySpan<byte> payload, Ipso.Lwm2m.Model.ReadMode mode, out Ipso.Lwm2m.Model.PayloadError error) { }
        public static bool TryRead<T>(ushort instanceId, Ipso.Coap.ContentFormat format, System.ReadOnlySpan<byte> payload, out T instance, out Ipso.Lwm2m.Model.PayloadError error)
            where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
        public static bool TryWriteWhole([System.Runtime.CompilerServices.TupleElementNames(new string[] {
                "Instance",
                "Path"})] System.ReadOnlySpan<System.ValueTuple<Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Lwm2mPath>> instances, Ipso.Coap.ContentFormat format, System.Span<byte> destination, out int written) { }
        public static Ipso.Lwm2m.Model.RepresentationResult Write(Ipso.Lwm2m.Model.ObjectInstance instance, Ipso.Coap.ContentFormat format, System.Span<byte> destination, out int written) { }
        public static Ipso.Lwm2m.Model.RepresentationResult Write(System.ReadOnlySpan<Ipso.Lwm2m.Model.ObjectInstance> instances, Ipso.Lwm2m.Lwm2mPath path, Ipso.Coap.ContentFormat format, System.Span<byte> destination, out int written) { }
    }
    public enum RepresentationResult : byte
    {
        Written = 0,
        TooLarge = 1,
        Absent = 2,
        NotRepresentable = 3,
    }
    public sealed class ResourceInfo
    {
        public ResourceInfo(ushort id, string name, Ipso.Lwm2m.Model.ResourceType type, Ipso.Lwm2m.Model.Operations operations) { }
        public ushort Id { get; }
        public bool IsExecutable { get; }
        public bool IsMandatory { get; init; }
        public bool IsMultiple { get; init; }
        public bool IsReadable { get; }
        public bool IsWritable { get; }
        public string Name { get; }
        public Ipso.Lwm2m.Model.Operations Operations { get; }
        public Ipso.Lwm2m.Model.ValueRange? Range { get; init; }
        public Ipso.Lwm2m.Model.ResourceType Type { get; }
        public Ipso.Lwm2m.Model.SenMLUnit? Unit { get; init; }
        public override string ToString() { }
    }
    public abstract class ResourceInstances
    {
        public int Count { get; }
        public System.ReadOnlyMemory<ushort> Ids { get; }
        public void Clear() { }
        public bool Contains(ushort id) { }
        public bool Remove(ushort id) { }
        public static Ipso.Lwm2m.Model.ResourceInstances<T> Create<T>(System.ReadOnlySpan<T> values) { }
    }
    [System.Runtime.CompilerServices.CollectionBuilder(typeof(Ipso.Lwm2m.Model.ResourceInstances), "Create")]
    public sealed class ResourceInstances<T> : Ipso.Lwm2m.Model.ResourceInstances, System.Collections.Generic.IEnumerable<T>, System.Collections.Generic.IReadOnlyCollection<T>, System.Collections.IEnumerable
    {
        public const int MaxInstancesByPeer = 256;
        public ResourceInstances() { }
        public T this[ushort id] { get; set; }
        public System.Collections.Generic.IEnumerator<T> GetEnumerator() { }
        public bool TryGetValue(ushort id, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value) { }
    }
    public readonly struct ResourceRecord
    {
        public Ipso.Lwm2m.Lwm2mPath Path { get; }
        public System.DateTimeOffset? Time { get; }
        public Ipso.Lwm2m.Model.ResourceValue Value { get; }
        public override string ToString() { }
    }
    public sealed class ResourceRecords : System.Collections.Generic.IEnumerable<Ipso.Lwm2m.Model.ResourceRecord>, System.Collections.Generic.IReadOnlyCollection<Ipso.Lwm2m.Model.ResourceRecord>, System.Collections.Generic.IReadOnlyList<Ipso.Lwm2m.Model.ResourceRecord>, System.Collections.IEnumerable
    {
        public int Count { get; }
        public bool HasTimes { get; }
        public Ipso.Lwm2m.Model.ResourceRecord this[int index] { get; }
        public static Ipso.Lwm2m.Model.ResourceRecords Empty { get; }
        public System.Collections.Generic.IEnumerable<Ipso.Lwm2m.Model.ResourceRecords> ByTime() { }
        public System.Collections.Generic.IEnumerator<Ipso.Lwm2m.Model.ResourceRecord> GetEnumerator() { }
        public Ipso.Lwm2m.Model.ResourceRecords On(Ipso.Lwm2m.Lwm2mPath path) { }
        public bool TryGet<T>(Ipso.Lwm2m.Lwm2mPath path, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value) { }
        public bool TryGetInstances<T>(Ipso.Lwm2m.Lwm2mPath resource, out Ipso.Lwm2m.Model.ResourceInstances<T> values) { }
        public bool TryRead<T>(ushort instanceId, out T instance, out Ipso.Lwm2m.Model.PayloadError error)
            where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
        public static bool TryRead(Ipso.Lwm2m.Lwm2mPath path, Ipso.Coap.ContentFormat format, System.ReadOnlyMemory<byte> payload, System.DateTimeOffset now, out Ipso.Lwm2m.Model.ResourceRecords records, out Ipso.Lwm2m.Model.PayloadError error) { }
    }
    public enum ResourceType : byte
    {
        None = 0,
        String = 1,
        Integer = 2,
        UnsignedInteger = 3,
        Float = 4,
        Boolean = 5,
        Opaque = 6,
        Time = 7,
        ObjectLink = 8,
        CoreLink = 9,
    }
    public readonly struct ResourceValue
    {
        public bool IsNull { get; }
        public override string ToString() { }
        public bool TryGet<T>([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value) { }
    }
    public ref struct ResourceWriter
    {
        public void Boolean(ulong key, Ipso.Lwm2m.Model.ResourceInstances<bool> values) { }
        public void Boolean(ulong key, bool value) { }
        public void CoreLink(ulong key, Ipso.Lwm2m.CoreLink value) { }
        public void CoreLink(ulong key, Ipso.Lwm2m.Model.ResourceInstances<Ipso.Lwm2m.CoreLink> values) { }
        public void Float(ulong key, Ipso.Lwm2m.Model.ResourceInstances<double> values) { }
        public void Float(ulong key, double value) { }
        public void Integer(ulong key, Ipso.Lwm2m.Model.ResourceInstances<long> values) { }
        public void Integer(ulong key, long value) { }
        public void Integer<T>(ulong key, Ipso.Lwm2m.Model.ResourceInstances<T> values)
            where T :  unmanaged, System.Enum { }
        public void ObjectLink(ulong key, Ipso.Lwm2m.Model.ResourceInstances<Ipso.Lwm2m.ObjectLink> values) { }
        public void ObjectLink(ulong key, Ipso.Lwm2m.ObjectLink value) { }
        public void Opaque(ulong key, Ipso.Lwm2m.Model.ResourceInstances<System.ReadOnlyMemory<byte>> values) { }
        public void Opaque(ulong key, byte[] value) { }
        public void String(ulong key, Ipso.Lwm2m.Model.ResourceInstances<string> values) { }
        public void String(ulong key, string value) { }
        public void Time(ulong key, Ipso.Lwm2m.Model.ResourceInstances<System.DateTimeOffset> values) { }
        public void Time(ulong key, long value) { }
        public void Unsigned(ulong key, Ipso.Lwm2m.Model.ResourceInstances<ulong> values) { }
        public void Unsigned(ulong key, ulong value) { }
        public void Unsigned<T>(ulong key, Ipso.Lwm2m.Model.ResourceInstances<T> values)
            where T :  unmanaged, System.Enum { }
    }
    public sealed class ResourceWrites
    {
        public ResourceWrites() { }
        public ResourceWrites(Ipso.Lwm2m.Model.ResourceWrites others) { }
        public ResourceWrites(Ipso.Lwm2m.Model.ObjectInstance instance, Ipso.Lwm2m.Lwm2mPath path) { }
        public int Count { get; }
        public System.Collections.Generic.IEnumerable<Ipso.Lwm2m.Lwm2mPath> Paths { get; }
        public void Add<T>(Ipso.Lwm2m.Lwm2mPath path, T value) { }
        public void Add<T>(Ipso.Lwm2m.Lwm2mPath path, T value, Ipso.Lwm2m.Model.ObjectInfo definition, int index) { }
        public bool Supports(Ipso.Lwm2m.Lwm2mPath path, Ipso.Coap.ContentFormat format) { }
        public bool SupportsCreate(Ipso.Lwm2m.Lwm2mPath path, Ipso.Coap.ContentFormat format) { }
        public Ipso.Lwm2m.Model.RepresentationResult Write(Ipso.Lwm2m.Lwm2mPath path, Ipso.Coap.ContentFormat format, System.Span<byte> destination, out int written) { }
        public Ipso.Lwm2m.Model.RepresentationResult WriteCreate(Ipso.Lwm2m.Lwm2mPath path, Ipso.Coap.ContentFormat format, System.Span<byte> destination, out int written) { }
    }
    public sealed class SenMLUnit
    {
        public SenMLUnit(string symbol) { }
        public SenMLUnit(string symbol, string primary, double scale, double offset = 0) { }
        public bool IsRegistered { get; init; }
        public double Offset { get; }
        public string Primary { get; }
        public double Scale { get; }
        public string Symbol { get; }
        public double FromPrimary(double value) { }
        public double ToPrimary(double value) { }
        public override string ToString() { }
    }
    public ref struct TimestampedWriter
    {
        public const int Slack = 128;
        public TimestampedWriter(System.Span<byte> destination, Ipso.Coap.ContentFormat format) { }
        public bool IsInvalid { get; }
        public bool Overflowed { get; }
        public void Add(System.DateTimeOffset time, Ipso.Lwm2m.Model.ObjectInstance instance) { }
        public void Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, Ipso.Lwm2m.ObjectLink value) { }
        public void Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, System.DateTimeOffset value) { }
        public void Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, bool value) { }
        public void Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, byte[] value) { }
        public void Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, double value) { }
        public void Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, long value) { }
        public void Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, string value) { }
        public void Add(System.DateTimeOffset time, Ipso.Lwm2m.Lwm2mPath path, ulong value) { }
        public void Add(System.DateTimeOffset time, Ipso.Lwm2m.Model.ObjectInstance instance, Ipso.Lwm2m.Lwm2mPath path) { }
        public int Finish() { }
    }
    public readonly struct UpdateScope : System.IDisposable, System.IEquatable<Ipso.Lwm2m.Model.UpdateScope>
    {
        public void Dispose() { }
        public bool Equals(Ipso.Lwm2m.Model.UpdateScope other) { }
        public override bool Equals(object? obj) { }
        public override int GetHashCode() { }
        public static bool operator !=(Ipso.Lwm2m.Model.UpdateScope left, Ipso.Lwm2m.Model.UpdateScope right) { }
        public static bool operator ==(Ipso.Lwm2m.Model.UpdateScope left, Ipso.Lwm2m.Model.UpdateScope right) { }
    }
    public abstract class ValueRange
    {
        public abstract override string ToString() { }
    }
    public sealed class WordRange : Ipso.Lwm2m.Model.ValueRange
    {
        public WordRange(System.ReadOnlySpan<string> words) { }
        public System.Collections.Generic.IReadOnlyList<string> Words { get; }
        public override string ToString() { }
    }
}
namespace Ipso.Lwm2m.Objects
{
    public sealed class ConnectivityMonitoring : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<Ipso.Lwm2m.Objects.ConnectivityMonitoring>
    {
        public const ushort ObjectId = 4;
        public ConnectivityMonitoring() { }
        public Ipso.Lwm2m.Model.ResourceInstances<string> APN { get; set; }
        public required Ipso.Lwm2m.Model.ResourceInstances<long> AvailableNetworkBearer { get; set; }
        public long? CellID { get; set; }
        public long? CoverageEnhancementLevel { get; set; }
        protected override System.Byte& FirstSlot { get; }
        public required Ipso.Lwm2m.Model.ResourceInstances<string> IPAddresses { get; set; }
        public long? LAC { get; set; }
        public long? LinkQuality { get; set; }
        public long? LinkUtilization { get; set; }
        public required long NetworkBearer { get; set; }
        public required long RadioSignalStrength { get; set; }
        public Ipso.Lwm2m.Model.ResourceInstances<string> RouterIPAddresses { get; set; }
        public long? SMCC { get; set; }
        public long? SMNC { get; set; }
        public long? SignalSNR { get; set; }
        public static Ipso.Lwm2m.Model.ObjectInfo Info { get; }
        protected override Ipso.Lwm2m.Model.ResourceInstances? InstancesOf(int index) { }
        protected override void WriteTo(ref Ipso.Lwm2m.Model.ResourceWriter w) { }
        public static class ResourceIds
        {
            public const ushort APN = 7;
            public const ushort AvailableNetworkBearer = 1;
            public const ushort CellID = 8;
            public const ushort CoverageEnhancementLevel = 13;
            public const ushort IPAddresses = 4;
            public const ushort LAC = 12;
            public const ushort LinkQuality = 3;
            public const ushort LinkUtilization = 6;
            public const ushort NetworkBearer = 0;
            public const ushort RadioSignalStrength = 2;
            public const ushort RouterIPAddresses = 5;
            public const ushort SMCC = 10;
            public const ushort SMNC = 9;
            public const ushort SignalSNR = 11;
        }
    }
    public sealed class ConnectivityStatistics : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<Ipso.Lwm2m.Objects.ConnectivityStatistics>
    {
        public const ushort ObjectId = 7;
        public ConnectivityStatistics() { }
        public long? AverageMessageSize { get; set; }
        public long? CollectionPeriod { get; set; }
        protected override System.Byte&? FirstSlot { get; }
        public long? MaxMessageSize { get; set; }
        public long? RxData { get; set; }
        public long? SMSRxCounter { get; set; }
        public long? SMSTxCounter { get; set; }
        public required Ipso.Lwm2m.Model.ExecuteHandler? Start { get; set; }
        public required Ipso.Lwm2m.Model.ExecuteHandler? Stop { get; set; }
        public long? TxData { get; set; }
        public static Ipso.Lwm2m.Model.ObjectInfo Info { get; }
        protected override Ipso.Lwm2m.Model.ExecuteHandler? HandlerOf(ushort resourceId) { }
        protected override void WriteTo(ref Ipso.Lwm2m.Model.ResourceWriter w) { }
        public static class ResourceIds
        {
            public const ushort AverageMessageSize = 5;
            public const ushort CollectionPeriod = 8;
            public const ushort MaxMessageSize = 4;
            public const ushort RxData = 3;
            public const ushort SMSRxCounter = 1;
            public const ushort SMSTxCounter = 0;
            public const ushort Start = 6;
            public const ushort Stop = 7;
            public const ushort TxData = 2;
        }
    }
    public sealed class Device : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<Ipso.Lwm2m.Objects.Device>
    {
        public const ushort ObjectId = 3;
        public Device() { }
        public Ipso.Lwm2m.Model.ResourceInstances<long> AvailablePowerSources { get; set; }
        public long? BatteryLevel { get; set; }
        public long? BatteryStatus { get; set; }
        public System.DateTimeOffset? CurrentTime { get; set; }
        public string? DeviceType { get; set; }
        public required Ipso.Lwm2m.Model.ResourceInstances<long> ErrorCode { get; set; }
        public Ipso.Lwm2m.Model.ResourceInstances<Ipso.Lwm2m.ObjectLink> ExtDevInfo { get; set; }
        public Ipso.Lwm2m.Model.ExecuteHandler? FactoryReset { get; set; }
        public string? FirmwareVersion { get; set; }
        protected override System.Byte&? FirstSlot { get; }
        public string? HardwareVersion { get; set; }
        public string? Manufacturer { get; set; }
        public long? MemoryFree { get; set; }
        public long? MemoryTotal { get; set; }
        public string? ModelNumber { get; set; }
        public Ipso.Lwm2m.Model.ResourceInstances<long> PowerSourceCurrent { get; set; }
        public Ipso.Lwm2m.Model.ResourceInstances<long> PowerSourceVoltage { get; set; }
        public required Ipso.Lwm2m.Model.ExecuteHandler? Reboot { get; set; }
        public Ipso.Lwm2m.Model.ExecuteHandler? ResetErrorCode { get; set; }
        public string? SerialNumber { get; set; }
        public string? SoftwareVersion { get; set; }
        public required string SupportedBindingAndModes { get; set; }
        public string? Timezone { get; set; }
        public string? UTCOffset { get; set; }
        public static Ipso.Lwm2m.Model.ObjectInfo Info { get; }
        protected override Ipso.Lwm2m.Model.ExecuteHandler? HandlerOf(ushort resourceId) { }
        protected override Ipso.Lwm2m.Model.ResourceInstances? InstancesOf(int index) { }
        protected override void WriteTo(ref Ipso.Lwm2m.Model.ResourceWriter w) { }
        public static class ResourceIds
        {
            public const ushort AvailablePowerSources = 6;
            public const ushort BatteryLevel = 9;
            public const ushort BatteryStatus = 20;
            public const ushort CurrentTime = 13;
            public const ushort DeviceType = 17;
            public const ushort ErrorCode = 11;
            public const ushort ExtDevInfo = 22;
            public const ushort FactoryReset = 5;
            public const ushort FirmwareVersion = 3;
            public const ushort HardwareVersion = 18;
            public const ushort Manufacturer = 0;
            public const ushort MemoryFree = 10;
            public const ushort MemoryTotal = 21;
            public const ushort ModelNumber = 1;
            public const ushort PowerSourceCurrent = 8;
            public const ushort PowerSourceVoltage = 7;
            public const ushort Reboot = 4;
            public const ushort ResetErrorCode = 12;
            public const ushort SerialNumber = 2;
            public const ushort SoftwareVersion = 19;
            public const ushort SupportedBindingAndModes = 16;
            public const ushort Timezone = 15;
            public const ushort UTCOffset = 14;
        }
    }
    public sealed class FirmwareUpdate : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<Ipso.Lwm2m.Objects.FirmwareUpdate>
    {
        public const ushort ObjectId = 5;
        public FirmwareUpdate() { }
        public bool? AutomaticUpgradeAtDownload { get; set; }
        public Ipso.Lwm2m.Model.ExecuteHandler? Cancel { get; set; }
        public required long FirmwareUpdateDeliveryMethod { get; set; }
        public Ipso.Lwm2m.Model.ResourceInstances<long> FirmwareUpdateProtocolSupport { get; set; }
        protected override System.Byte&? FirstSlot { get; }
        public System.DateTimeOffset? LastStateChangeTime { get; set; }
        public ulong? MaximumDeferPeriod { get; set; }
        public System.ReadOnlyMemory<byte>? Package { get; set; }
        public required string PackageURI { get; set; }
        public string? PkgName { get; set; }
        public string? PkgVersion { get; set; }
        public long? Severity { get; set; }
        public required long State { get; set; }
        public required Ipso.Lwm2m.Model.ExecuteHandler? Update { get; set; }
        public required long UpdateResult { get; set; }
        public static Ipso.Lwm2m.Model.ObjectInfo Info { get; }
        protected override Ipso.Lwm2m.Model.ExecuteHandler? HandlerOf(ushort resourceId) { }
        protected override Ipso.Lwm2m.Model.ResourceInstances? InstancesOf(int index) { }
        protected override void WriteTo(ref Ipso.Lwm2m.Model.ResourceWriter w) { }
        protected override void WriteUnreadableTo(ref Ipso.Lwm2m.Model.ResourceWriter w) { }
        public static class ResourceIds
        {
            public const ushort AutomaticUpgradeAtDownload = 14;
            public const ushort Cancel = 10;
            public const ushort FirmwareUpdateDeliveryMethod = 9;
            public const ushort FirmwareUpdateProtocolSupport = 8;
            public const ushort LastStateChangeTime = 12;
            public const ushort MaximumDeferPeriod = 13;
            public const ushort Package = 0;
            public const ushort PackageURI = 1;
            public const ushort PkgName = 6;
            public const ushort PkgVersion = 7;
            public const ushort Severity = 11;
            public const ushort State = 3;
            public const ushort Update = 2;
            public const ushort UpdateResult = 5;
        }
    }
    public sealed class Location : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<Ipso.Lwm2m.Objects.Location>
    {
        public const ushort ObjectId = 6;
        public Location() { }
        public double? Altitude { get; set; }
        protected override System.Byte& FirstSlot { get; }
        public required double Latitude { get; set; }
        public required double Longitude { get; set; }
        public double? Radius { get; set; }
        public double? Speed { get; set; }
        public required System.DateTimeOffset Timestamp { get; set; }
        public System.ReadOnlyMemory<byte>? Velocity { get; set; }
        public static Ipso.Lwm2m.Model.ObjectInfo Info { get; }
        public void Fix(double latitude, double longitude, System.DateTimeOffset timestamp, double? altitude = default, double? radius = default, double? speed = default) { }
        protected override void WriteTo(ref Ipso.Lwm2m.Model.ResourceWriter w) { }
        public static class ResourceIds
        {
            public const ushort Altitude = 2;
            public const ushort Latitude = 0;
            public const ushort Longitude = 1;
            public const ushort Radius = 3;
            public const ushort Speed = 6;
            public const ushort Timestamp = 5;
            public const ushort Velocity = 4;
        }
    }
}
namespace Ipso.Net
{
    public sealed class CoapClient : System.IAsyncDisposable
    {
        public const int DefaultPort = 5683;
        public CoapClient(Ipso.Net.CoapClientOptions? options = null) { }
        public System.Net.IPEndPoint LocalEndPoint { get; }
        public System.Threading.Tasks.Task<Ipso.Net.CoapClientResponse> DeleteAsync(string uri, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask DisposeAsync() { }
        public byte[] ExportSession() { }
        public System.Threading.Tasks.Task<Ipso.Net.CoapClientResponse> FetchAsync(string uri, System.ReadOnlyMemory<byte> payload, Ipso.Coap.ContentFormat? contentFormat = default, Ipso.Coap.ContentFormat? accept = default, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Net.CoapClientResponse> GetAsync(string uri, System.Threading.CancellationToken cancellationToken) { }
        public System.Threading.Tasks.Task<Ipso.Net.CoapClientResponse> GetAsync(string uri, Ipso.Coap.ContentFormat? accept = default, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<System.IO.Stream> GetStreamAsync(string uri, Ipso.Coap.ContentFormat? accept = default, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Net.CoapClientResponse> IPatchAsync(string uri, System.ReadOnlyMemory<byte> payload, Ipso.Coap.ContentFormat? contentFormat = default, System.Threading.CancellationToken cancellationToken = default) { }
        [System.Runtime.CompilerServices.AsyncIteratorStateMachine(typeof(Ipso.Net.CoapClient.<ObserveAsync>d__68))]
        public System.Collections.Generic.IAsyncEnumerable<Ipso.Net.CoapClientResponse> ObserveAsync(Ipso.Net.CoapClientRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] System.Threading.CancellationToken cancellationToken = default) { }
        public System.Collections.Generic.IAsyncEnumerable<Ipso.Net.CoapClientResponse> ObserveAsync(string uri, Ipso.Coap.ContentFormat? accept = default, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Net.CoapClientResponse> PatchAsync(string uri, System.ReadOnlyMemory<byte> payload, Ipso.Coap.ContentFormat? contentFormat = default, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<System.TimeSpan> PingAsync(string uri = "/", System.Threading.CancellationToken cancellationToken = default) { }
        [System.Runtime.CompilerServices.OverloadResolutionPriority(-1)]
        public System.Threading.Tasks.Task<Ipso.Net.CoapClientResponse> PostAsync(string uri, System.IO.Stream body, Ipso.Coap.ContentFormat? contentFormat = default, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Net.CoapClientResponse> PostAsync(string uri, System.ReadOnlyMemory<byte> payload = default, Ipso.Coap.ContentFormat? contentFormat = default, System.Threading.CancellationToken cancellationToken = default) { }
        [System.Runtime.CompilerServices.OverloadResolutionPriority(-1)]
        public System.Threading.Tasks.Task<Ipso.Net.CoapClientResponse> PutAsync(string uri, System.IO.Stream body, Ipso.Coap.ContentFormat? contentFormat = default, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Net.CoapClientResponse> PutAsync(string uri, System.ReadOnlyMemory<byte> payload, Ipso.Coap.ContentFormat? contentFormat = default, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Net.CoapClientResponse> SendAsync(Ipso.Net.CoapClientRequest request, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Net.CoapClientResponse> SendAsync(Ipso.Coap.CoapCode method, string uri, System.ReadOnlyMemory<byte> payload = default, Ipso.Coap.ContentFormat? contentFormat = default, Ipso.Coap.ContentFormat? accept = default, bool confirmable = true, System.Threading.CancellationToken cancellationToken = default) { }
        public static Ipso.Net.CoapClient Connect(System.Net.IPEndPoint server, Ipso.Coap.Engine.CoapEndpointOptions? options = null) { }
        public static System.Threading.Tasks.Task<Ipso.Net.CoapClient> ConnectAsync(System.Uri server, Ipso.Coap.Engine.CoapEndpointOptions? options = null, System.Threading.CancellationToken cancellationToken = default) { }
        public static System.Threading.Tasks.Task<Ipso.Net.CoapClient> ConnectAsync(System.Uri server, Ipso.Net.CoapClientOptions options, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class CoapClientOptions : System.IEquatable<Ipso.Net.CoapClientOptions>
    {
        public CoapClientOptions() { }
        public Ipso.Net.Security.SecurityCredentials? Credentials { get; init; }
        public Ipso.Coap.Engine.CoapEndpointOptions Endpoint { get; init; }
        public System.Net.IPEndPoint? Local { get; init; }
        public Ipso.Net.IpsoLogger Logger { get; init; }
        public Ipso.Coap.Engine.MessageProtection? Protection { get; init; }
        public Ipso.Net.CoapReregistration? Reregistration { get; init; }
        public System.Func<string, System.Threading.CancellationToken, System.Threading.Tasks.Task<System.Net.IPAddress[]>> Resolve { get; init; }
        public System.ReadOnlyMemory<byte> Resume { get; init; }
        public bool RobustBlocks { get; init; }
        public Ipso.Net.Security.DatagramSecurity Security { get; init; }
        public Ipso.Net.Security.SecurityOptions? SecurityBounds { get; init; }
        public int StreamBuffer { get; init; }
        public System.TimeProvider Time { get; init; }
        public Ipso.Net.TlsClientOptions Tls { get; init; }
    }
    public sealed class CoapClientRequest : System.IEquatable<Ipso.Net.CoapClientRequest>
    {
        public CoapClientRequest(Ipso.Coap.CoapCode Method, string Uri) { }
        public Ipso.Coap.ContentFormat? Accept { get; init; }
        public System.IO.Stream? Body { get; init; }
        public bool Confirmable { get; init; }
        public Ipso.Coap.ContentFormat? ContentFormat { get; init; }
        public System.ReadOnlyMemory<byte> ETag { get; init; }
        public System.ReadOnlyMemory<byte> IfMatch { get; init; }
        public bool IfNoneMatch { get; init; }
        public Ipso.Coap.CoapCode Method { get; init; }
        public System.ReadOnlyMemory<byte> Payload { get; init; }
        public Ipso.Net.CoapReregistration? Reregistration { get; init; }
        public bool RobustBlocks { get; init; }
        public string Uri { get; init; }
    }
    public sealed class CoapClientResponse
    {
        public Ipso.Coap.CoapCode Code { get; }
        public Ipso.Coap.ContentFormat? ContentFormat { get; }
        public byte[] ETag { get; }
        public System.TimeSpan? Gap { get; }
        public string? Location { get; }
        public uint? MaxAge { get; }
        public uint? Observe { get; }
        public byte[] Payload { get; }
        public Ipso.Net.CoapClientResponse EnsureSuccess() { }
        public string GetText() { }
        public override string ToString() { }
    }
    public class CoapException : System.Exception
    {
        public CoapException(Ipso.Net.CoapFailure failure, string message, System.Exception? inner = null) { }
        public System.TimeSpan Elapsed { get; init; }
        public Ipso.Net.CoapFailure Failure { get; }
        public int Transmissions { get; init; }
    }
    public enum CoapFailure
    {
        Timeout = 0,
        Reset = 1,
        Refused = 2,
        Rejected = 3,
        Transfer = 4,
        Closed = 5,
        NoAddress = 6,
        Response = 7,
        Unprotected = 8,
        ObservationEnded = 9,
        Security = 10,
    }
    public sealed class CoapFirmwareSource
    {
        public CoapFirmwareSource(Ipso.Net.CoapClientOptions? options = null) { }
        public void Fetch(Ipso.Lwm2m.Device.FirmwareDownload download) { }
        public System.Threading.Tasks.Task FetchAsync(Ipso.Lwm2m.Device.FirmwareDownload download) { }
    }
    public readonly struct CoapObservationLoss : System.IEquatable<Ipso.Net.CoapObservationLoss>
    {
        public CoapObservationLoss(Ipso.Net.CoapException Cause, int Attempt, System.TimeSpan Delay) { }
        public int Attempt { get; init; }
        public Ipso.Net.CoapException Cause { get; init; }
        public System.TimeSpan Delay { get; init; }
    }
    public sealed class CoapReply : System.IEquatable<Ipso.Net.CoapReply>
    {
        public CoapReply(Ipso.Coap.CoapCode Code) { }
        public System.IO.Stream? Body { get; init; }
        public Ipso.Coap.CoapCode Code { get; init; }
        public Ipso.Coap.ContentFormat? ContentFormat { get; init; }
        public System.ReadOnlyMemory<byte> ETag { get; init; }
        public string? Location { get; init; }
        public uint? MaxAge { get; init; }
        public System.ReadOnlyMemory<byte> Payload { get; init; }
        public static Ipso.Net.CoapReply Changed { get; }
        public static Ipso.Net.CoapReply Deleted { get; }
        public static Ipso.Net.CoapReply NotFound { get; }
        public static Ipso.Net.CoapReply Content(string text) { }
        public static Ipso.Net.CoapReply Content(System.IO.Stream body, Ipso.Coap.ContentFormat? format) { }
        public static Ipso.Net.CoapReply Content(System.ReadOnlyMemory<byte> payload, Ipso.Coap.ContentFormat? format) { }
        public static Ipso.Net.CoapReply Created(string? location = null) { }
        public static Ipso.Net.CoapReply Error(Ipso.Coap.CoapCode code, string diagnostic = "") { }
    }
    public sealed class CoapReregistration : System.IEquatable<Ipso.Net.CoapReregistration>
    {
        public CoapReregistration() { }
        public System.TimeSpan FirstDelay { get; init; }
        public System.TimeSpan? GiveUpAfter { get; init; }
        public System.Action<Ipso.Net.CoapObservationLoss>? Lost { get; init; }
        public System.TimeSpan MaxDelay { get; init; }
    }
    public sealed class CoapResponseException : Ipso.Net.CoapException
    {
        public CoapResponseException(Ipso.Coap.CoapCode code, string diagnostic = "", string? request = null) { }
        public Ipso.Coap.CoapCode Code { get; }
        public string Diagnostic { get; }
    }
    public sealed class CoapRoute
    {
        public Ipso.Coap.CoapCode Method { get; }
        public string Template { get; }
        public Ipso.Net.CoapRoute Accepts(params Ipso.Coap.ContentFormat[] formats) { }
        public Ipso.Net.CoapRoute Hidden() { }
        public Ipso.Net.CoapRoute Observable() { }
        public Ipso.Net.CoapRoute Produces(params Ipso.Coap.ContentFormat[] formats) { }
        public Ipso.Net.CoapRoute StreamBody() { }
        public Ipso.Net.CoapRoute WithInterface(string interfaceDescription) { }
        public Ipso.Net.CoapRoute WithTitle(string title) { }
        public Ipso.Net.CoapRoute WithType(string resourceType) { }
    }
    public sealed class CoapServer : System.IAsyncDisposable
    {
        public CoapServer(Ipso.Net.CoapServerOptions? options = null) { }
        public System.Threading.Tasks.Task Completion { get; }
        public Ipso.Coap.Engine.CoapCounters? ConnectionCounters { get; }
        public Ipso.Coap.Engine.CoapCounters Counters { get; }
        public System.Net.IPEndPoint LocalEndPoint { get; }
        public int ObserverCount { get; }
        public bool TakesConnections { get; }
        public Ipso.Net.TcpCounters? TcpCounters { get; }
        public System.Collections.Generic.IReadOnlyList<System.Net.IPEndPoint> TcpEndPoints { get; }
        public void Changed(string path) { }
        public System.Threading.Tasks.ValueTask DisposeAsync() { }
        public Ipso.Net.CoapRoute Map(Ipso.Coap.CoapCode method, string template, System.Func<Ipso.Net.CoapServerRequest, Ipso.Net.CoapReply> handler) { }
        public Ipso.Net.CoapRoute Map(Ipso.Coap.CoapCode method, string template, System.Func<Ipso.Net.CoapServerRequest, System.Threading.CancellationToken, System.Threading.Tasks.ValueTask<Ipso.Net.CoapReply>> handler) { }
        public Ipso.Net.CoapRoute MapDelete(string template, System.Func<Ipso.Net.CoapServerRequest, Ipso.Net.CoapReply> handler) { }
        public Ipso.Net.CoapRoute MapGet(string template, System.Func<Ipso.Net.CoapServerRequest, Ipso.Net.CoapReply> handler) { }
        public Ipso.Net.CoapRoute MapGet(string template, System.Func<Ipso.Net.CoapServerRequest, System.Threading.CancellationToken, System.Threading.Tasks.ValueTask<Ipso.Net.CoapReply>> handler) { }
        public Ipso.Net.CoapRoute MapPost(string template, System.Func<Ipso.Net.CoapServerRequest, Ipso.Net.CoapReply> handler) { }
        public Ipso.Net.CoapRoute MapPost(string template, System.Func<Ipso.Net.CoapServerRequest, System.Threading.CancellationToken, System.Threading.Tasks.ValueTask<Ipso.Net.CoapReply>> handler) { }
        public Ipso.Net.CoapRoute MapPut(string template, System.Func<Ipso.Net.CoapServerRequest, Ipso.Net.CoapReply> handler) { }
        public Ipso.Net.CoapRoute MapPut(string template, System.Func<Ipso.Net.CoapServerRequest, System.Threading.CancellationToken, System.Threading.Tasks.ValueTask<Ipso.Net.CoapReply>> handler) { }
        public System.Threading.Tasks.Task ServeAsync(System.Net.WebSockets.WebSocket socket, System.Net.IPEndPoint remote, System.Security.Cryptography.X509Certificates.X509Certificate2? certificate = null, System.Threading.CancellationToken cancellationToken = default) { }
        public void Start(Ipso.Net.TcpHostOptions listening) { }
        public void Start(Ipso.Net.UdpHostOptions listening) { }
        public void Start(System.Net.IPEndPoint local) { }
        public void StartForWebSockets() { }
        public System.Threading.Tasks.Task StopAsync(System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class CoapServerOptions : System.IEquatable<Ipso.Net.CoapServerOptions>
    {
        public CoapServerOptions() { }
        public int ConcurrentHandlers { get; init; }
        public Ipso.Coap.Engine.CoapEndpointOptions? ConnectionEndpoint { get; init; }
        public int Connections { get; init; }
        public Ipso.Coap.Engine.CoapEndpointOptions Endpoint { get; init; }
        public Ipso.Net.IpsoLogger Logger { get; init; }
        public Ipso.Coap.Engine.MessageProtection? Protection { get; init; }
        public int StreamBuffer { get; init; }
        public System.TimeProvider Time { get; init; }
    }
    public sealed class CoapServerRequest
    {
        public Ipso.Coap.ContentFormat? Accept { get; }
        public System.IO.Stream Body { get; }
        public Ipso.Coap.ContentFormat? ContentFormat { get; }
        public Ipso.Coap.Engine.PeerId From { get; }
        public Ipso.Coap.Engine.PeerIdentity? Identity { get; }
        public bool IfNoneMatch { get; }
        public bool IsMulticast { get; }
        public string this[string parameter] { get; }
        public Ipso.Coap.CoapCode Method { get; }
        public string Path { get; }
        public System.ReadOnlyMemory<byte> Payload { get; }
        public System.Collections.Generic.IReadOnlyList<string> Query { get; }
        public string? FindQuery(string name) { }
        public string GetText() { }
        public bool PreconditionsHold(bool exists, System.ReadOnlySpan<byte> eTag = default) { }
    }
    public sealed class ConnectivityMonitor : Ipso.Lwm2m.Device.ObjectBehaviour
    {
        public ConnectivityMonitor(System.Func<System.Net.NetworkInformation.NetworkInterface, bool>? isOurs = null) { }
        public new Ipso.Lwm2m.Objects.ConnectivityMonitoring Target { get; }
        protected override void OnReading() { }
        public void Refresh() { }
    }
    public static class CredentialFiles
    {
        public static byte[] KeyFromEnvironment(string variable, Ipso.Net.Security.KeyEncoding encoding = 0) { }
        public static Ipso.Net.Security.PreSharedKeyCredentials PreSharedKeyFromEnvironment(string identity, string variable, Ipso.Net.Security.KeyEncoding encoding = 0) { }
        public static Ipso.Net.Security.CertificateCredentials ReadCertificate(string certificatePath, string? keyPath, Ipso.Net.Security.CertificateTrust trust, string? password = null) { }
        public static System.Security.Cryptography.X509Certificates.X509Certificate2 ReadCertificateWithKey(string certificatePath, string? keyPath = null, string? password = null) { }
        public static System.Security.Cryptography.X509Certificates.X509Certificate2Collection ReadCertificates(string path) { }
        public static byte[] ReadKey(string path, Ipso.Net.Security.KeyEncoding encoding = 0) { }
        public static Ipso.Net.Security.PreSharedKeyCredentials ReadPreSharedKey(string identity, string path, Ipso.Net.Security.KeyEncoding encoding = 0) { }
        public static Ipso.Net.Security.CertificateTrust ReadTrust(string path) { }
    }
    public sealed class FileFirmwareSink : Ipso.Lwm2m.Device.IFirmwareSink, System.IDisposable
    {
        public FileFirmwareSink(string path, long maxLength = 9223372036854775807) { }
        public System.ReadOnlyMemory<byte>? Digest { get; }
        public System.Func<string, long, byte[], Ipso.Lwm2m.Device.FirmwareUpdateResult>? Verify { get; init; }
        public Ipso.Lwm2m.Device.FirmwareUpdateResult Begin(long? length) { }
        public void Discard() { }
        public void Dispose() { }
        public Ipso.Lwm2m.Device.FirmwareUpdateResult End(long length, System.ReadOnlySpan<byte> digest) { }
        public Ipso.Lwm2m.Device.FirmwareUpdateResult Write(System.ReadOnlySpan<byte> bytes) { }
    }
    public sealed class FileSequenceFolder : System.IDisposable
    {
        public FileSequenceFolder(string path) { }
        public void Dispose() { }
        public Ipso.Net.FileSequenceStorage Open(System.ReadOnlySpan<byte> senderId, System.ReadOnlySpan<byte> recipientId, System.ReadOnlySpan<byte> idContext = default) { }
    }
    public sealed class FileSequenceStorage : Ipso.Coap.Oscore.ISequenceStorage, System.IDisposable
    {
        public FileSequenceStorage(string path) { }
        public ulong Next { get; }
        public void Dispose() { }
        public bool TryStore(ulong next) { }
    }
    public sealed class FileStateStorage : Ipso.Lwm2m.Device.IStateStorage, System.IDisposable
    {
        public FileStateStorage(string folder) { }
        public void Dispose() { }
        public System.ReadOnlyMemory<byte> Read(int slot) { }
        public void Write(int slot, System.ReadOnlySpan<byte> content) { }
    }
    public readonly struct IpsoLogArgument : System.IEquatable<Ipso.Net.IpsoLogArgument>
    {
        public IpsoLogArgument(string Name, object? Value) { }
        public string Name { get; init; }
        public object? Value { get; init; }
    }
    public readonly ref struct IpsoLogEntry
    {
        public System.ReadOnlySpan<Ipso.Net.IpsoLogArgument> Arguments { get; init; }
        public required int EventId { get; init; }
        public required string EventName { get; init; }
        public System.Exception? Exception { get; init; }
        public required Ipso.Net.IpsoLogLevel Level { get; init; }
        public required string Template { get; init; }
        public override string ToString() { }
    }
    public enum IpsoLogLevel
    {
        Trace = 0,
        Debug = 1,
        Information = 2,
        Warning = 3,
        Error = 4,
        Critical = 5,
    }
    public abstract class IpsoLogger
    {
        protected IpsoLogger() { }
        public static Ipso.Net.IpsoLogger None { get; }
        public abstract bool IsEnabled(Ipso.Net.IpsoLogLevel level);
        public abstract void Log(in Ipso.Net.IpsoLogEntry entry);
    }
    public static class IpsoTelemetry
    {
        public const string Name = "Ipso.Coap";
        public static Ipso.Coap.Engine.ICoapRequestHandler Trace(Ipso.Coap.Engine.ICoapRequestHandler handler) { }
    }
    public sealed class Lwm2mDevice : System.IAsyncDisposable, System.IDisposable
    {
        public Lwm2mDevice(Ipso.Lwm2m.Device.DeviceOptions? options = null) { }
        public Lwm2mDevice(Ipso.Lwm2m.Device.DeviceOptions? options, System.TimeProvider time) { }
        public Ipso.Lwm2m.Device.AccessControl Access { get; }
        public System.Action<Ipso.Lwm2m.Device.BootstrapEvent>? BootstrapChanged { get; set; }
        public Ipso.Lwm2m.Device.BootstrapState BootstrapState { get; }
        public System.Action<Ipso.Lwm2m.Device.ServerChange>? ChangedByServer { get; set; }
        public System.Threading.Tasks.Task Completion { get; }
        public Ipso.Lwm2m.Device.DeviceEndpoint Endpoint { get; }
        public System.Exception? Fault { get; }
        public System.Action<System.Exception>? HandlerFailed { get; set; }
        public bool IsRunning { get; }
        public System.Net.IPEndPoint LocalEndPoint { get; }
        public System.Action<Ipso.Lwm2m.Device.NotificationEvent>? NotificationChanged { get; set; }
        public Ipso.Lwm2m.Model.ObjectTree Objects { get; }
        public System.Action<Ipso.Lwm2m.Device.RegistrationEvent>? RegistrationChanged { get; set; }
        public Ipso.Lwm2m.Device.HandledRequestCallback? RequestHandled { get; set; }
        public System.Func<string, System.Threading.CancellationToken, System.Threading.Tasks.Task<System.Net.IPAddress[]>> Resolve { get; init; }
        public Ipso.Net.Security.DatagramSecurity Security { get; init; }
        public Ipso.Net.Security.SecurityOptions? SecurityBounds { get; init; }
        public System.Action<Ipso.Lwm2m.Device.SendResult>? SendEnded { get; set; }
        public string? StorageFault { get; }
        public Ipso.Net.TcpHostOptions? Tcp { get; init; }
        public void Attach(Ipso.Lwm2m.Device.ObjectBehaviour behaviour) { }
        public void Dispose() { }
        public System.Threading.Tasks.ValueTask DisposeAsync() { }
        public System.Collections.Generic.IReadOnlyList<Ipso.Lwm2m.Device.ServerStatus> GetServers() { }
        public bool RequestBootstrap() { }
        public System.Threading.Tasks.Task<System.Collections.Generic.IReadOnlyList<Ipso.Lwm2m.Device.SendResult>> SendAsync(params Ipso.Lwm2m.Lwm2mPath[] paths) { }
        public System.Threading.Tasks.Task<System.Collections.Generic.IReadOnlyList<Ipso.Lwm2m.Device.SendResult>> SendAsync(Ipso.Lwm2m.Device.SendContent content, ushort? shortServerId = default, System.Threading.CancellationToken cancellationToken = default) { }
        public void Start(System.Net.IPEndPoint local) { }
        public System.Threading.Tasks.Task StartAsync(System.Net.IPEndPoint? local = null, System.Threading.CancellationToken cancellationToken = default) { }
        public void Stop() { }
        public System.Threading.Tasks.Task StopAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public bool StoreSends() { }
        public System.Threading.Tasks.Task WaitUntilRegisteredAsync(System.Threading.CancellationToken cancellationToken = default) { }
    }
    public readonly struct MulticastGroup : System.IEquatable<Ipso.Net.MulticastGroup>
    {
        public MulticastGroup(System.Net.IPAddress Address, int Interface = 0) { }
        public System.Net.IPAddress Address { get; init; }
        public int Interface { get; init; }
        public static Ipso.Net.MulticastGroup AllCoapNodes { get; }
        public static Ipso.Net.MulticastGroup AllCoapNodesOfLink { get; }
        public static Ipso.Net.MulticastGroup AllCoapNodesOfSite { get; }
    }
    public sealed class SystemRandomSource : Ipso.Coap.Engine.IRandomSource
    {
        public SystemRandomSource() { }
        public void Fill(System.Span<byte> destination) { }
        public uint NextUInt32() { }
    }
    public sealed class TcpBindException : System.IO.IOException
    {
        public TcpBindException(System.Net.IPEndPoint endPoint, string message, System.Exception inner) { }
        public System.Net.IPEndPoint EndPoint { get; }
    }
    public sealed class TcpConnectException : System.IO.IOException
    {
        public TcpConnectException(System.Net.IPEndPoint endPoint, string message, System.Exception? inner = null) { }
        public System.Net.IPEndPoint EndPoint { get; }
    }
    public sealed class TcpCounters
    {
        public TcpCounters() { }
        public long Accepted { get; }
        public long Broken { get; }
        public long BytesReceived { get; }
        public long BytesSent { get; }
        public long Closed { get; }
        public long Connected { get; }
        public long Handshakes { get; }
        public long HandshakesFailed { get; }
        public long HandshakesRefused { get; }
        public long Refused { get; }
        public long RefusedByAddress { get; }
        public long Stalled { get; }
        public long Yielded { get; }
    }
    public sealed class TcpHost : Ipso.Coap.Engine.IPeerDirectory, System.IAsyncDisposable
    {
        public TcpHost(Ipso.Coap.Engine.CoapStreamEndpoint endpoint, Ipso.Net.TcpHostOptions options, System.Action<Ipso.Coap.Engine.Instant>? afterCycle = null) { }
        public TcpHost(Ipso.Coap.Engine.CoapStreamEndpoint endpoint, System.Net.IPEndPoint local, System.Action<Ipso.Coap.Engine.Instant>? afterCycle = null) { }
        public System.Threading.Tasks.Task Completion { get; }
        public Ipso.Net.TcpCounters Counters { get; }
        public System.Net.IPEndPoint LocalEndPoint { get; }
        public System.Collections.Generic.IReadOnlyList<System.Net.IPEndPoint> LocalEndPoints { get; }
        public long MaxMemory { get; }
        public Ipso.Coap.Engine.Instant Now { get; }
        public System.Threading.Tasks.Task<Ipso.Coap.Engine.PeerId> ConnectAsync(System.Net.IPEndPoint server, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Coap.Engine.PeerId> ConnectAsync(System.Net.IPEndPoint server, Ipso.Net.TlsClientOptions tls, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask DisposeAsync() { }
        public System.Net.IPEndPoint? FindEndPoint(in Ipso.Coap.Engine.PeerId peer) { }
        public Ipso.Coap.Engine.PeerIdentity? FindIdentity(in Ipso.Coap.Engine.PeerId peer) { }
        public void Invoke<TState>(TState state, System.Action<TState, Ipso.Coap.Engine.Instant> action) { }
        public TResult Invoke<TState, TResult>(TState state, System.Func<TState, Ipso.Coap.Engine.Instant, TResult> function) { }
        public System.Threading.Tasks.Task StopAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public void Wake() { }
    }
    public sealed class TcpHostOptions : System.IEquatable<Ipso.Net.TcpHostOptions>
    {
        public TcpHostOptions() { }
        public System.TimeSpan ConnectTimeout { get; init; }
        public int? ConnectionsPerAddress { get; init; }
        public bool DualStack { get; init; }
        public System.TimeSpan HandshakeTimeout { get; init; }
        public System.TimeSpan Linger { get; init; }
        public System.Collections.Generic.IReadOnlyList<Ipso.Net.TcpListenerOptions> Listeners { get; init; }
        public Ipso.Net.IpsoLogger Logger { get; init; }
        public int MaxHandshakes { get; init; }
        public System.TimeSpan ReleaseTime { get; init; }
        public int SendBuffer { get; init; }
        public System.TimeSpan SendTimeout { get; init; }
        public Ipso.Net.UdpHost? SharesLockWith { get; init; }
        public System.TimeProvider Time { get; init; }
        public System.TimeSpan? YieldAfter { get; init; }
    }
    public sealed class TcpListenerOptions : System.IEquatable<Ipso.Net.TcpListenerOptions>
    {
        public TcpListenerOptions(System.Net.IPEndPoint EndPoint) { }
        public System.Net.IPEndPoint EndPoint { get; init; }
        public Ipso.Net.TlsServerOptions? Tls { get; init; }
        public static Ipso.Net.TcpListenerOptions FromIPEndPoint(System.Net.IPEndPoint endPoint) { }
        public static Ipso.Net.TcpListenerOptions op_Implicit(System.Net.IPEndPoint endPoint) { }
    }
    public static class TlsCertificates
    {
        public static Ipso.Coap.Engine.PeerIdentity? IdentityOf(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate) { }
    }
    public enum TlsClientCertificates : byte
    {
        NotAsked = 0,
        Asked = 1,
        Required = 2,
    }
    public sealed class TlsClientOptions : System.IEquatable<Ipso.Net.TlsClientOptions>
    {
        public TlsClientOptions() { }
        public System.Security.Cryptography.X509Certificates.X509Certificate2? Certificate { get; init; }
        public System.Security.Cryptography.X509Certificates.X509Certificate2Collection Intermediates { get; init; }
        public System.Security.Cryptography.X509Certificates.X509RevocationMode Revocation { get; init; }
        public string? ServerName { get; init; }
        public System.Security.Cryptography.X509Certificates.X509Certificate2Collection? TrustedRoots { get; init; }
    }
    public sealed class TlsServerOptions : System.IEquatable<Ipso.Net.TlsServerOptions>
    {
        public TlsServerOptions() { }
        public required System.Security.Cryptography.X509Certificates.X509Certificate2 Certificate { get; init; }
        public Ipso.Net.TlsClientCertificates ClientCertificates { get; init; }
        public System.Security.Cryptography.X509Certificates.X509Certificate2Collection? ClientRoots { get; init; }
        public System.Security.Cryptography.X509Certificates.X509Certificate2Collection Intermediates { get; init; }
        public System.Security.Cryptography.X509Certificates.X509RevocationMode Revocation { get; init; }
    }
    public static class UdpAddress
    {
        public static Ipso.Coap.Engine.PeerId? HostOf(Ipso.Coap.Engine.PeerId peer) { }
        public static System.Net.IPEndPoint ToEndPoint(in Ipso.Coap.Engine.PeerId peer) { }
        public static Ipso.Coap.Engine.PeerId ToPeer(System.Net.IPEndPoint endPoint) { }
    }
    public sealed class UdpBindException : System.IO.IOException
    {
        public UdpBindException(System.Net.IPEndPoint endPoint, string message, System.Exception inner) { }
        public System.Net.IPEndPoint EndPoint { get; }
    }
    public sealed class UdpCounters
    {
        public UdpCounters() { }
        public long BytesReceived { get; }
        public long BytesSent { get; }
        public long NotSent { get; }
        public long ReceiveCalls { get; }
        public long Received { get; }
        public long Refused { get; }
        public long Sent { get; }
        public long TooLong { get; }
        public long Unreachable { get; }
    }
    public sealed class UdpHost : Ipso.Coap.Engine.IPeerDirectory, System.IAsyncDisposable, System.IDisposable
    {
        public UdpHost(Ipso.Coap.Engine.IDatagramProtocol protocol, Ipso.Net.UdpHostOptions options, System.Action<Ipso.Coap.Engine.Instant>? afterCycle = null) { }
        public UdpHost(Ipso.Coap.Engine.IDatagramProtocol protocol, System.Net.IPEndPoint local, System.Action<Ipso.Coap.Engine.Instant>? afterCycle = null, System.TimeProvider? time = null) { }
        public System.Threading.Tasks.Task Completion { get; }
        public Ipso.Net.UdpCounters Counters { get; }
        public System.Exception? Fault { get; }
        public bool IsRunning { get; }
        public System.Net.IPEndPoint LocalEndPoint { get; }
        public System.Collections.Generic.IReadOnlyList<System.Net.IPEndPoint> LocalEndPoints { get; }
        public Ipso.Coap.Engine.Instant Now { get; }
        public Ipso.Net.Security.SecuredProtocol? Security { get; }
        public void Dispose() { }
        public System.Threading.Tasks.ValueTask DisposeAsync() { }
        public Ipso.Coap.Engine.PeerIdentity? FindIdentity(in Ipso.Coap.Engine.PeerId peer) { }
        public Ipso.Coap.Engine.PeerId GetPeer(System.Net.IPEndPoint endPoint) { }
        public Ipso.Coap.Engine.PeerId GetPeer(System.Net.IPEndPoint endPoint, int listener) { }
        public void Invoke<TState>(TState state, System.Action<TState, Ipso.Coap.Engine.Instant> action) { }
        public TResult Invoke<TState, TResult>(TState state, System.Func<TState, Ipso.Coap.Engine.Instant, TResult> function) { }
        public void Stop() { }
        public System.Threading.Tasks.Task StopAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public void Wake() { }
    }
    public sealed class UdpHostOptions : System.IEquatable<Ipso.Net.UdpHostOptions>
    {
        public UdpHostOptions() { }
        public int Batch { get; init; }
        public required System.Collections.Generic.IReadOnlyList<Ipso.Net.UdpListener> Listeners { get; init; }
        public Ipso.Net.IpsoLogger Logger { get; init; }
        public int? ReceiveBuffer { get; init; }
        public Ipso.Net.Security.SecurityOptions? Security { get; init; }
        public bool Segmentation { get; init; }
        public System.TimeProvider Time { get; init; }
        public override int GetHashCode() { }
        public override string ToString() { }
    }
    public sealed class UdpListener : System.IEquatable<Ipso.Net.UdpListener>
    {
        public UdpListener(System.Net.IPEndPoint EndPoint) { }
        public bool? AnswersFromAskedAddress { get; init; }
        public bool DualStack { get; init; }
        public System.Net.IPEndPoint EndPoint { get; init; }
        public System.Collections.Generic.IReadOnlyList<Ipso.Net.MulticastGroup> Groups { get; init; }
        public Ipso.Net.Security.DatagramSecurity Security { get; init; }
        public override int GetHashCode() { }
        public override string ToString() { }
    }
}
namespace Ipso.Net.Security
{
    public sealed class CertificateCredentials : Ipso.Net.Security.SecurityCredentials
    {
        public CertificateCredentials(System.Security.Cryptography.X509Certificates.X509Certificate2? certificate, Ipso.Net.Security.CertificateTrust trust) { }
        public System.Security.Cryptography.X509Certificates.X509Certificate2? Certificate { get; }
        public System.Collections.Generic.IReadOnlyList<System.Security.Cryptography.X509Certificates.X509Certificate2> Intermediates { get; init; }
        public Ipso.Net.Security.CertificateTrust Trust { get; }
        protected override Ipso.Net.Security.SecurityCredentials Named(string serverName) { }
        public override bool SharesOwn(Ipso.Net.Security.SecurityCredentials other) { }
        public static Ipso.Net.Security.CertificateCredentials FromDer(System.ReadOnlySpan<byte> certificate, System.ReadOnlySpan<byte> key, Ipso.Net.Security.CertificateTrust trust) { }
        public static Ipso.Net.Security.CertificateCredentials FromPem(System.ReadOnlySpan<char> certificates, System.ReadOnlySpan<char> key, Ipso.Net.Security.CertificateTrust trust, System.ReadOnlySpan<char> password = default) { }
        public static Ipso.Net.Security.CertificateCredentials FromPkcs12(System.ReadOnlySpan<byte> data, System.ReadOnlySpan<char> password, Ipso.Net.Security.CertificateTrust trust) { }
    }
    public enum CertificateFault : byte
    {
        None = 0,
        Expired = 1,
        UnknownIssuer = 2,
        Name = 3,
        Mismatch = 4,
        Purpose = 5,
        Invalid = 6,
        Revoked = 7,
        RevocationUnknown = 8,
    }
    public sealed class CertificateTrust
    {
        public CertificateTrust(params System.Security.Cryptography.X509Certificates.X509Certificate2[] anchors) { }
        public System.ReadOnlyMemory<byte> Association { get; init; }
        public System.Func<System.DateTimeOffset>? Clock { get; init; }
        public Ipso.Coap.Engine.CertificateMatching Matching { get; init; }
        public System.Security.Cryptography.X509Certificates.X509RevocationMode Revocation { get; init; }
        public Ipso.Coap.Engine.CertificateUsage? Usage { get; init; }
        public byte[] Fingerprint() { }
        public string? NameOfResumed(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate) { }
        public Ipso.Net.Security.CertificateVerdict Verify(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate, System.Security.Cryptography.X509Certificates.X509Certificate2Collection sent, bool ofServer, string? serverName) { }
    }
    public readonly struct CertificateVerdict : System.IEquatable<Ipso.Net.Security.CertificateVerdict>
    {
        public CertificateVerdict(Ipso.Net.Security.CertificateFault Fault, string Reason, string Name) { }
        public Ipso.Net.Security.CertificateFault Fault { get; init; }
        public bool IsTrusted { get; }
        public string Name { get; init; }
        public string Reason { get; init; }
    }
    public abstract class DatagramSecurity
    {
        protected DatagramSecurity() { }
        public abstract Ipso.Net.Security.SecurityFeatures Features { get; }
        public bool IsTransparent { get; }
        public static Ipso.Net.Security.DatagramSecurity NoSec { get; }
        public abstract Ipso.Net.Security.SecuritySession Connect(in Ipso.Coap.Engine.PeerId to, Ipso.Net.Security.SecurityCredentials credentials, System.ReadOnlySpan<byte> resume, Ipso.Coap.Engine.Instant now);
        public abstract Ipso.Net.Security.Inspection Inspect(System.ReadOnlySpan<byte> datagram, in Ipso.Coap.Engine.PeerId from, bool mayAccept, Ipso.Coap.Engine.Instant now, System.Span<byte> reply, out int replyLength, out Ipso.Net.Security.SecuritySession? session);
    }
    public enum DatagramVerdict : byte
    {
        Discarded = 0,
        Malformed = 1,
        Surplus = 2,
        Handshake = 3,
        Authentic = 4,
        AuthenticAndNewest = 5,
    }
    public enum Inspection : byte
    {
        Drop = 0,
        Reply = 1,
        Accept = 2,
        Route = 3,
        Refuse = 4,
    }
    public enum KeyEncoding
    {
        Hex = 0,
        Base64 = 1,
        Text = 2,
    }
    public static class KeyText
    {
        public static byte[] Decode(System.ReadOnlySpan<char> text, Ipso.Net.Security.KeyEncoding encoding) { }
    }
    public sealed class PreSharedKeyCredentials : Ipso.Net.Security.SecurityCredentials
    {
        public PreSharedKeyCredentials(System.ReadOnlyMemory<byte> identity, System.ReadOnlyMemory<byte> key) { }
        public System.ReadOnlyMemory<byte> Identity { get; }
        public System.ReadOnlyMemory<byte> Key { get; }
        protected override Ipso.Net.Security.SecurityCredentials Named(string serverName) { }
        public static Ipso.Net.Security.PreSharedKeyCredentials Parse(string identity, System.ReadOnlySpan<char> key, Ipso.Net.Security.KeyEncoding encoding) { }
    }
    public delegate int PreSharedKeyLookup(System.ReadOnlySpan<byte> identity, System.Span<byte> key);
    public sealed class PreSharedKeyStore : System.Collections.Generic.IEnumerable<System.ReadOnlyMemory<byte>>, System.Collections.IEnumerable, System.IDisposable
    {
        public const int MaxIdentity = 255;
        public const int MaxKey = 64;
        public PreSharedKeyStore() { }
        public int Count { get; }
        public void Add(System.ReadOnlySpan<byte> identity, System.ReadOnlySpan<byte> key) { }
        public void Add(string identity, System.ReadOnlySpan<byte> key) { }
        public void Dispose() { }
        public int Find(System.ReadOnlySpan<byte> identity, System.Span<byte> key) { }
        public System.Collections.Generic.IEnumerator<System.ReadOnlyMemory<byte>> GetEnumerator() { }
        public bool Remove(System.ReadOnlySpan<byte> identity) { }
        public bool Remove(string identity) { }
    }
    public sealed class RawPublicKeyCredentials : Ipso.Net.Security.SecurityCredentials
    {
        public RawPublicKeyCredentials(System.Security.Cryptography.ECDsa key, Ipso.Net.Security.RawPublicKeyTrust trust) { }
        public RawPublicKeyCredentials(System.Security.Cryptography.ECDsa key, System.ReadOnlyMemory<byte> peer) { }
        public System.Security.Cryptography.ECDsa Key { get; }
        public Ipso.Net.Security.RawPublicKeyTrust Trust { get; }
        protected override Ipso.Net.Security.SecurityCredentials Named(string serverName) { }
        public override bool SharesOwn(Ipso.Net.Security.SecurityCredentials other) { }
        public static Ipso.Net.Security.RawPublicKeyCredentials FromPkcs8(System.ReadOnlySpan<byte> key, System.ReadOnlyMemory<byte> peer) { }
    }
    public delegate bool RawPublicKeyTrust(System.ReadOnlySpan<byte> publicKey);
    public sealed class SecuredProtocol : Ipso.Coap.Engine.IDatagramProtocol, Ipso.Coap.Engine.IPeerDirectory, System.IDisposable
    {
        public SecuredProtocol(Ipso.Coap.Engine.IDatagramProtocol inner, Ipso.Net.Security.SecuritySelector select, Ipso.Net.Security.SecurityOptions? options = null) { }
        public Ipso.Net.Security.SecurityCounters Counters { get; }
        public int HandshakeCount { get; }
        public Ipso.Coap.Engine.Instant? NextDeadline { get; }
        public int SessionCount { get; }
        public void Close(in Ipso.Coap.Engine.PeerId peer, Ipso.Coap.Engine.Instant now) { }
        public void CloseAll(Ipso.Coap.Engine.Instant now) { }
        public void Dispose() { }
        public byte[] Export(in Ipso.Coap.Engine.PeerId peer) { }
        public Ipso.Coap.Engine.PeerIdentity? FindIdentity(in Ipso.Coap.Engine.PeerId peer) { }
        public void OnDeadline(Ipso.Coap.Engine.Instant now) { }
        public void PeerFailed(in Ipso.Coap.Engine.PeerId peer, Ipso.Coap.Engine.PeerFailure failure, Ipso.Coap.Engine.Instant now) { }
        public void Receive(System.ReadOnlySpan<byte> datagram, in Ipso.Coap.Engine.PeerId from, Ipso.Coap.Engine.Instant now) { }
        public void ReceiveMulticast(System.ReadOnlySpan<byte> datagram, in Ipso.Coap.Engine.PeerId from, Ipso.Coap.Engine.Instant now) { }
        public bool TryConnect(in Ipso.Coap.Engine.PeerId address, Ipso.Net.Security.SecurityCredentials credentials, System.ReadOnlySpan<byte> resume, Ipso.Coap.Engine.Instant now, out Ipso.Coap.Engine.PeerId peer) { }
        public bool TryGetAddress(in Ipso.Coap.Engine.PeerId peer, out Ipso.Coap.Engine.PeerId address) { }
        public bool TryTransmit(System.Span<byte> buffer, Ipso.Coap.Engine.Instant now, out Ipso.Coap.Engine.Transmit transmit) { }
        public static Ipso.Coap.Engine.IDatagramProtocol Secure(Ipso.Coap.Engine.IDatagramProtocol inner, Ipso.Net.Security.DatagramSecurity security, Ipso.Net.Security.SecurityOptions? options = null) { }
    }
    public sealed class SecurityCounters
    {
        public SecurityCounters() { }
        public long Challenges { get; }
        public long Discarded { get; }
        public long Evicted { get; }
        public long Handshakes { get; }
        public long HandshakesFailed { get; }
        public long HandshakesRefused { get; }
        public long Idle { get; }
        public long Malformed { get; }
        public long Moved { get; }
        public long NotSent { get; }
        public long Opened { get; }
        public long Stray { get; }
        public long Surplus { get; }
        public long ToGroup { get; }
        public long Unanswered { get; }
        public long Unauthentic { get; }
    }
    public abstract class SecurityCredentials
    {
        protected SecurityCredentials() { }
        public string? ServerName { get; init; }
        public Ipso.Net.Security.SecurityCredentials ForServer(string serverName) { }
        protected abstract Ipso.Net.Security.SecurityCredentials Named(string serverName);
        public virtual bool SharesOwn(Ipso.Net.Security.SecurityCredentials other) { }
    }
    [System.Flags]
    public enum SecurityFeatures
    {
        None = 0,
        PreSharedKey = 1,
        Certificate = 2,
        RawPublicKey = 4,
        ConnectionId = 8,
        Dtls13 = 16,
        VirtualTime = 32,
    }
    public sealed class SecurityOptions : System.IEquatable<Ipso.Net.Security.SecurityOptions>
    {
        public SecurityOptions() { }
        public System.TimeSpan HandshakeTimeout { get; init; }
        public System.TimeSpan IdleTimeout { get; init; }
        public int MaxHandshakes { get; init; }
        public int MaxHeldMessage { get; init; }
        public int MaxSessions { get; init; }
    }
    public delegate Ipso.Net.Security.DatagramSecurity SecuritySelector(in Ipso.Coap.Engine.PeerId address);
    public abstract class SecuritySession : System.IDisposable
    {
        protected SecuritySession() { }
        public virtual string? Failure { get; }
        public abstract Ipso.Coap.Engine.PeerIdentity? Identity { get; }
        public abstract int MaxPayload { get; }
        public abstract Ipso.Coap.Engine.Instant? NextDeadline { get; }
        public abstract Ipso.Net.Security.SessionState State { get; }
        public abstract void Close();
        public void Dispose() { }
        protected virtual void Dispose(bool disposing) { }
        public virtual byte[] Export() { }
        public abstract void OnDeadline(Ipso.Coap.Engine.Instant now);
        public abstract int Protect(System.ReadOnlySpan<byte> plain, System.Span<byte> datagram, Ipso.Coap.Engine.Instant now);
        public abstract Ipso.Net.Security.DatagramVerdict Receive(System.ReadOnlySpan<byte> datagram, System.Span<byte> plain, Ipso.Coap.Engine.Instant now, out int length);
        public virtual bool TryReadMore(System.Span<byte> plain, out int length) { }
        public abstract bool TryTransmit(System.Span<byte> datagram, Ipso.Coap.Engine.Instant now, out int length);
    }
    public enum SessionState : byte
    {
        Handshaking = 0,
        Open = 1,
        Closed = 2,
    }
}
namespace Ipso.SenML
{
    public readonly struct SenMLFault : System.IEquatable<Ipso.SenML.SenMLFault>
    {
        public SenMLFault(Ipso.SenML.SenMLReason Reason, int Offset, int Record) { }
        public int Offset { get; init; }
        public Ipso.SenML.SenMLReason Reason { get; init; }
        public int Record { get; init; }
        public override string ToString() { }
    }
    public enum SenMLFormat : byte
    {
        Json = 0,
        Cbor = 1,
    }
    public enum SenMLPackKind : byte
    {
        Values = 0,
        Fetch = 1,
        Patch = 2,
    }
    public ref struct SenMLReader
    {
        public SenMLReader(System.ReadOnlySpan<byte> pack, Ipso.SenML.SenMLFormat format, System.Span<byte> nameBuffer, Ipso.SenML.SenMLPackKind kind = 0) { }
        public Ipso.SenML.SenMLFault Fault { get; }
        public bool Next(out Ipso.SenML.SenMLRecord record) { }
    }
    public enum SenMLReason : byte
    {
        None = 0,
        Malformed = 1,
        InvalidText = 2,
        ArrayExpected = 3,
        RecordExpected = 4,
        LabelExpected = 5,
        NumberExpected = 6,
        TextExpected = 7,
        BooleanExpected = 8,
        DataExpected = 9,
        TrailingBytes = 10,
        DuplicateField = 11,
        SeveralValues = 12,
        NoValue = 13,
        NoRecords = 14,
        EmptyName = 15,
        InvalidName = 16,
        NameTooLong = 17,
        NotFinite = 18,
        InvalidVersion = 19,
        UnknownVersion = 20,
        UnknownMandatoryLabel = 21,
    }
    public readonly ref struct SenMLRecord
    {
        public const double FirstAbsoluteTime = 268435456D;
        public bool Boolean { get; }
        public bool HasTime { get; }
        public Ipso.SenML.SenMLValueKind Kind { get; }
        public int MaxDataLength { get; }
        public System.ReadOnlySpan<byte> Name { get; }
        public double? Sum { get; }
        public Ipso.SenML.SenMLText Text { get; }
        public double Time { get; }
        public Ipso.SenML.SenMLText Unit { get; }
        public double? UpdateTime { get; }
        public double Value { get; }
        public double TimeAt(double now) { }
        public override string ToString() { }
        public bool TryCopyData(System.Span<byte> destination, out int written) { }
        public bool TryGetInteger(out long value) { }
        public bool TryGetUnsigned(out ulong value) { }
    }
    public readonly ref struct SenMLText
    {
        public bool IsEmpty { get; }
        public int MaxLength { get; }
        public bool Equals(System.ReadOnlySpan<byte> utf8) { }
        public override string ToString() { }
        public bool TryCopyTo(System.Span<byte> destination, out int written) { }
        public bool TryGetUtf8(out System.ReadOnlySpan<byte> utf8) { }
    }
    public enum SenMLValueKind : byte
    {
        None = 0,
        Number = 1,
        Text = 2,
        Boolean = 3,
        Data = 4,
        ObjectLink = 5,
        Removal = 6,
    }
    public ref struct SenMLWriter
    {
        public SenMLWriter(System.Span<byte> destination, Ipso.SenML.SenMLFormat format, Ipso.SenML.SenMLPackKind kind = 0) { }
        public bool IsInvalid { get; }
        public bool Overflowed { get; }
        public void BaseName([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> name) { }
        public void BaseSum(double sum) { }
        public void BaseTime(double seconds) { }
        public void BaseUnit([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> unit) { }
        public void BaseValue(double value) { }
        public void BaseVersion(int version) { }
        public void BeginRecord() { }
        public void Data([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> value) { }
        public int Finish() { }
        public void Name([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> name) { }
        public void ObjectLink([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> value) { }
        public void Removal() { }
        public void Sum(double sum) { }
        public void Text([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> value) { }
        public void Text([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<char> value) { }
        public void Time(double seconds) { }
        public void Unit([System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<byte> unit) { }
        public void UpdateTime(double seconds) { }
        public void Value(bool value) { }
        public void Value(double value) { }
        public void Value(long value) { }
        public void Value(ulong value) { }
    }
}
