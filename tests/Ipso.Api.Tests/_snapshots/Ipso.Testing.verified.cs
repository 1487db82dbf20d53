namespace Ipso.Testing
{
    public sealed class CoapDatagram
    {
        public Ipso.Testing.CoapDatagram Accept(Ipso.Coap.ContentFormat? format) { }
        public Ipso.Testing.CoapDatagram ContentFormat(Ipso.Coap.ContentFormat? format) { }
        public Ipso.Testing.CoapDatagram Observe(uint value) { }
        public Ipso.Testing.CoapDatagram Option(Ipso.Coap.CoapOptionNumber number, System.ReadOnlySpan<byte> value) { }
        public Ipso.Testing.CoapDatagram Option(Ipso.Coap.CoapOptionNumber number, string value) { }
        public Ipso.Testing.CoapDatagram Option(Ipso.Coap.CoapOptionNumber number, uint value) { }
        public Ipso.Testing.CoapDatagram Path(string path) { }
        public Ipso.Testing.CoapDatagram Payload(System.ReadOnlySpan<byte> bytes) { }
        public Ipso.Testing.CoapDatagram Payload(string text) { }
        public Ipso.Testing.CoapDatagram Query(string query) { }
        public byte[] ToArray() { }
        public override string ToString() { }
        public Ipso.Testing.CoapDatagram Token(string digits) { }
        public static Ipso.Testing.CoapDatagram Ack(ushort messageId) { }
        public static Ipso.Testing.CoapDatagram Ack(Ipso.Coap.CoapCode code, ushort messageId) { }
        public static Ipso.Testing.CoapDatagram AnswerTo(System.ReadOnlySpan<byte> request, Ipso.Coap.CoapCode code) { }
        public static Ipso.Testing.CoapDatagram Con(Ipso.Coap.CoapCode code, ushort messageId) { }
        public static Ipso.Testing.CoapDatagram Non(Ipso.Coap.CoapCode code, ushort messageId) { }
        public static Ipso.Testing.CoapDatagram Rst(ushort messageId) { }
    }
    public static class CoapText
    {
        public static string Bytes(System.ReadOnlySpan<byte> bytes) { }
        public static string Describe(System.ReadOnlySpan<byte> datagram) { }
        public static string TypeName(Ipso.Coap.CoapType type) { }
    }
    public enum DatagramFate : byte
    {
        UnderWay = 0,
        Delivered = 1,
        Lost = 2,
        TooLarge = 3,
        Partitioned = 4,
        Unreachable = 5,
        Down = 6,
    }
    public interface IStreamProtocol
    {
        Ipso.Coap.Engine.Instant? NextDeadline { get; }
        void Closed(in Ipso.Coap.Engine.PeerId connection, Ipso.Testing.StreamEnd end, Ipso.Coap.Engine.Instant now);
        void OnDeadline(Ipso.Coap.Engine.Instant now);
        void Opened(in Ipso.Coap.Engine.PeerId connection, bool isInitiator, Ipso.Coap.Engine.Instant now);
        void Receive(System.ReadOnlySpan<byte> bytes, in Ipso.Coap.Engine.PeerId connection, Ipso.Coap.Engine.Instant now);
        bool TryClose(out Ipso.Coap.Engine.PeerId connection, out bool isReset);
        bool TryTransmit(System.Span<byte> buffer, Ipso.Coap.Engine.Instant now, out Ipso.Coap.Engine.Transmit transmit);
    }
    public readonly struct LinkDelay : System.IEquatable<Ipso.Testing.LinkDelay>
    {
        public bool KeepsOrder { get; }
        public System.TimeSpan Max { get; }
        public System.TimeSpan Min { get; }
        public static Ipso.Testing.LinkDelay Fixed(System.TimeSpan delay) { }
        public static Ipso.Testing.LinkDelay Jitter(System.TimeSpan delay, System.TimeSpan jitter) { }
        public static Ipso.Testing.LinkDelay Uniform(System.TimeSpan min, System.TimeSpan max) { }
    }
    public sealed class LinkSettings : System.IEquatable<Ipso.Testing.LinkSettings>
    {
        public LinkSettings() { }
        public Ipso.Testing.LinkDelay Delay { get; init; }
        public double Duplication { get; init; }
        public double Loss { get; init; }
        public int Mtu { get; init; }
        public double Reordering { get; init; }
        public System.TimeSpan ReorderingTime { get; init; }
        public static Ipso.Testing.LinkSettings Perfect { get; }
    }
    public sealed class NetworkCounters
    {
        public NetworkCounters() { }
        public long Delivered { get; }
        public long Down { get; }
        public long Duplicated { get; }
        public long HeldBack { get; }
        public long Lost { get; }
        public long Partitioned { get; }
        public long Sent { get; }
        public long TooLarge { get; }
        public long Unreachable { get; }
    }
    public sealed class NetworkTrace : System.Collections.Generic.IEnumerable<Ipso.Testing.TraceEntry>, System.Collections.Generic.IReadOnlyCollection<Ipso.Testing.TraceEntry>, System.Collections.Generic.IReadOnlyList<Ipso.Testing.TraceEntry>, System.Collections.IEnumerable
    {
        public int Capacity { get; set; }
        public int Count { get; }
        public long Dropped { get; }
        public Ipso.Testing.TraceEntry this[int index] { get; }
        public void Clear() { }
        public System.Collections.Generic.IEnumerator<Ipso.Testing.TraceEntry> GetEnumerator() { }
        public override string ToString() { }
        public void WritePcap(System.IO.Stream stream, bool arrivals = false) { }
        public void WriteTo(System.IO.TextWriter writer) { }
    }
    public sealed class Partition
    {
        public bool IsHealed { get; }
        public void Heal() { }
    }
    public sealed class PcapWriter
    {
        public PcapWriter(System.IO.Stream stream, Ipso.Testing.VirtualClock clock) { }
        public void Write(Ipso.Coap.Engine.Instant moment, System.Net.IPEndPoint from, System.Net.IPEndPoint to, System.ReadOnlySpan<byte> datagram) { }
    }
    public sealed class ScriptException : System.Exception
    {
        public ScriptException() { }
        public ScriptException(string message) { }
        public ScriptException(string message, System.Exception innerException) { }
    }
    public sealed class ScriptedPeer
    {
        public ScriptedPeer(Ipso.Coap.Engine.IDatagramProtocol protocol) { }
        public ScriptedPeer(Ipso.Testing.VirtualNetwork network, string name, Ipso.Testing.VirtualNode other) { }
        public System.ReadOnlyMemory<byte> Last { get; }
        public Ipso.Coap.Engine.Instant LastArrival { get; }
        public Ipso.Testing.VirtualNetwork Network { get; }
        public Ipso.Testing.VirtualNode Node { get; }
        public Ipso.Testing.VirtualNode Other { get; }
        public Ipso.Testing.ScriptedPeer Acknowledge(Ipso.Coap.CoapCode code = default, System.Action<Ipso.Testing.CoapDatagram>? response = null) { }
        public Ipso.Testing.ScriptedPeer At(double seconds) { }
        public Ipso.Testing.ScriptedPeer Do(System.Action action) { }
        public Ipso.Testing.ScriptedPeer Expect(string pattern, double within = 0) { }
        public Ipso.Testing.ScriptedPeer ExpectNothing() { }
        public Ipso.Testing.ScriptedPeer PassOver() { }
        public Ipso.Testing.ScriptedPeer Send(Ipso.Testing.CoapDatagram message) { }
        public Ipso.Testing.ScriptedPeer Send(System.ReadOnlySpan<byte> datagram) { }
    }
    public sealed class SeededRandom : Ipso.Coap.Engine.IRandomSource
    {
        public SeededRandom(System.ReadOnlySpan<ulong> state) { }
        public SeededRandom(ulong seed) { }
        public bool Chance(double probability) { }
        public void Fill(System.Span<byte> destination) { }
        public Ipso.Testing.SeededRandom Fork() { }
        public int Next(int bound) { }
        public System.TimeSpan Next(System.TimeSpan from, System.TimeSpan to) { }
        public int Next(int from, int to) { }
        public double NextDouble() { }
        public uint NextUInt32() { }
        public ulong NextUInt64() { }
    }
    public enum StreamEnd : byte
    {
        Closed = 0,
        Reset = 1,
    }
    public sealed class StreamEndpointNode : Ipso.Testing.IStreamProtocol
    {
        public StreamEndpointNode(Ipso.Coap.Engine.CoapStreamEndpoint endpoint) { }
        public Ipso.Coap.Engine.CoapStreamEndpoint Endpoint { get; }
        public Ipso.Coap.Engine.Instant? NextDeadline { get; }
        public void Closed(in Ipso.Coap.Engine.PeerId connection, Ipso.Testing.StreamEnd end, Ipso.Coap.Engine.Instant now) { }
        public void OnDeadline(Ipso.Coap.Engine.Instant now) { }
        public void Opened(in Ipso.Coap.Engine.PeerId connection, bool isInitiator, Ipso.Coap.Engine.Instant now) { }
        public void Receive(System.ReadOnlySpan<byte> bytes, in Ipso.Coap.Engine.PeerId connection, Ipso.Coap.Engine.Instant now) { }
        public bool TryClose(out Ipso.Coap.Engine.PeerId connection, out bool isReset) { }
        public bool TryTransmit(System.Span<byte> buffer, Ipso.Coap.Engine.Instant now, out Ipso.Coap.Engine.Transmit transmit) { }
    }
    public sealed class StreamSettings : System.IEquatable<Ipso.Testing.StreamSettings>
    {
        public StreamSettings() { }
        public Ipso.Testing.LinkDelay Delay { get; init; }
        public int MaxChunk { get; init; }
        public int MinChunk { get; init; }
        public System.TimeSpan Pace { get; init; }
    }
    public sealed class TraceEntry
    {
        public Ipso.Coap.Engine.Instant? Arrives { get; }
        public System.ReadOnlyMemory<byte> Datagram { get; }
        public Ipso.Testing.DatagramFate Fate { get; }
        public Ipso.Testing.VirtualNode From { get; }
        public bool IsDuplicate { get; }
        public bool IsHeldBack { get; }
        public bool IsStream { get; }
        public long Number { get; }
        public Ipso.Coap.Engine.Instant Sent { get; }
        public Ipso.Testing.VirtualNode? To { get; }
        public override string ToString() { }
    }
    public sealed class VirtualClock
    {
        public VirtualClock() { }
        public System.DateTimeOffset Epoch { get; init; }
        public Ipso.Coap.Engine.Instant? Next { get; }
        public Ipso.Coap.Engine.Instant Now { get; }
        public System.DateTimeOffset UtcNow { get; }
        public void After(System.TimeSpan span, System.Action action) { }
        public void At(Ipso.Coap.Engine.Instant moment, System.Action action) { }
        public void Every(System.TimeSpan interval, System.Func<bool> action) { }
        public System.DateTimeOffset ToUtc(Ipso.Coap.Engine.Instant moment) { }
    }
    public sealed class VirtualConnection
    {
        public Ipso.Coap.Engine.PeerId ClientConnection { get; }
        public bool IsClientOpen { get; }
        public bool IsServerOpen { get; }
        public Ipso.Coap.Engine.PeerId ServerConnection { get; }
        public Ipso.Testing.StreamSettings Settings { get; set; }
        public void Break() { }
        public void Reset() { }
    }
    public sealed class VirtualNetwork
    {
        public const int MaxDatagram = 65507;
        public VirtualNetwork(ulong seed, Ipso.Testing.VirtualClock? clock = null) { }
        public System.Action<Ipso.Testing.TraceEntry>? Arrived { get; set; }
        public Ipso.Testing.VirtualClock Clock { get; }
        public Ipso.Testing.NetworkCounters Counters { get; }
        public Ipso.Testing.LinkSettings Links { get; set; }
        public System.Collections.Generic.IReadOnlyList<Ipso.Testing.VirtualNode> Nodes { get; }
        public Ipso.Coap.Engine.Instant Now { get; }
        public ulong Seed { get; }
        public System.Action<Ipso.Testing.TraceEntry>? Sent { get; set; }
        public Ipso.Testing.NetworkTrace Trace { get; }
        public Ipso.Testing.VirtualNode<T> Add<T>(string name, System.Func<Ipso.Testing.SeededRandom, T> factory, System.Net.IPEndPoint? address = null)
            where T :  class { }
        public Ipso.Testing.VirtualConnection Connect(Ipso.Testing.VirtualNode client, Ipso.Testing.VirtualNode server, Ipso.Testing.StreamSettings? settings = null) { }
        public Ipso.Testing.Partition Cut(System.Collections.Generic.IEnumerable<Ipso.Testing.VirtualNode> left, System.Collections.Generic.IEnumerable<Ipso.Testing.VirtualNode> right) { }
        public Ipso.Testing.Partition Cut(System.Collections.Generic.IEnumerable<Ipso.Testing.VirtualNode> left, System.Collections.Generic.IEnumerable<Ipso.Testing.VirtualNode> right, System.TimeSpan time) { }
        public Ipso.Testing.VirtualNode? Find(in Ipso.Coap.Engine.PeerId peer) { }
        public Ipso.Testing.SeededRandom NewRandom() { }
        public void Run(System.TimeSpan span) { }
        public void RunTo(Ipso.Coap.Engine.Instant moment) { }
        public bool RunUntil(System.Func<bool> condition, System.TimeSpan atMost) { }
        public void SetLink(Ipso.Testing.VirtualNode from, Ipso.Testing.VirtualNode to, Ipso.Testing.LinkSettings? settings) { }
        public void SetLinks(Ipso.Testing.VirtualNode one, Ipso.Testing.VirtualNode other, Ipso.Testing.LinkSettings? settings) { }
        public void Settle() { }
    }
    public abstract class VirtualNode
    {
        public System.Net.IPEndPoint Address { get; }
        public System.Action? AfterStep { get; set; }
        public int Incarnation { get; }
        public bool IsUp { get; }
        public string Name { get; }
        public Ipso.Testing.VirtualNetwork Network { get; }
        public Ipso.Coap.Engine.PeerId Peer { get; }
        public long Received { get; }
        public long Sent { get; }
        public void Restart() { }
        public void Start() { }
        public void Stop() { }
        public override string ToString() { }
    }
    public sealed class VirtualNode<T> : Ipso.Testing.VirtualNode
        where T :  class
    {
        public T Protocol { get; }
    }
}
namespace Ipso.Testing.Fleets
{
    public sealed class SimulatedDevice : Ipso.Coap.Engine.IDatagramProtocol
    {
        public Ipso.Lwm2m.Device.DeviceEndpoint Endpoint { get; }
        public int Index { get; }
        public bool IsRegistered { get; }
        public string Name { get; }
        public Ipso.Coap.Engine.Instant? NextDeadline { get; }
        public System.Collections.Generic.IReadOnlyList<Ipso.Testing.Fleets.SimulatedObject> Objects { get; }
        public void OnDeadline(Ipso.Coap.Engine.Instant now) { }
        public void PeerFailed(in Ipso.Coap.Engine.PeerId peer, Ipso.Coap.Engine.PeerFailure failure, Ipso.Coap.Engine.Instant now) { }
        public void Receive(System.ReadOnlySpan<byte> datagram, in Ipso.Coap.Engine.PeerId from, Ipso.Coap.Engine.Instant now) { }
        public override string ToString() { }
        public bool TryTransmit(System.Span<byte> buffer, Ipso.Coap.Engine.Instant now, out Ipso.Coap.Engine.Transmit transmit) { }
    }
    public sealed class SimulatedFleet
    {
        public const int MaxCount = 1000000;
        public SimulatedFleet(int count, string names, ulong seed) { }
        public Ipso.Lwm2m.Device.ServerOptions Account { get; init; }
        public int Count { get; }
        public Ipso.Lwm2m.Device.DeviceOptions Device { get; init; }
        public System.TimeSpan Interval { get; init; }
        public ulong Seed { get; }
        public System.Collections.Generic.IReadOnlyList<Ipso.Testing.VirtualNode<Ipso.Testing.Fleets.SimulatedDevice>> AddTo(Ipso.Testing.VirtualNetwork network, Ipso.Testing.VirtualNode server) { }
        public string NameOf(int index) { }
        public Ipso.Testing.Fleets.SimulatedFleetHost Start(System.Net.IPEndPoint server, System.TimeProvider? time = null) { }
        public Ipso.Testing.Fleets.SimulatedFleet With(System.Func<Ipso.Lwm2m.Model.ObjectInstance> factory) { }
        public Ipso.Testing.Fleets.SimulatedFleet With<[System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)]  T>()
            where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
    }
    public sealed class SimulatedFleetHost : System.IAsyncDisposable
    {
        public System.Threading.Tasks.Task AllRegistered { get; }
        public System.Collections.Generic.IReadOnlyList<Ipso.Testing.Fleets.SimulatedDevice> Devices { get; }
        public int RegisteredCount { get; }
        public System.Threading.Tasks.Task DeregisterAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask DisposeAsync() { }
        public System.Net.IPEndPoint EndPointOf(int index) { }
    }
    public sealed class SimulatedObject
    {
        public SimulatedObject(Ipso.Lwm2m.Model.ObjectInstance instance, Ipso.Testing.SeededRandom random, System.DateTimeOffset now) { }
        public Ipso.Lwm2m.Model.ObjectInstance Instance { get; }
        public void Move(System.DateTimeOffset now) { }
    }
}
