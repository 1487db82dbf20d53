namespace Ipso.Server.Bootstrap
{
    public sealed class BootstrapChange : System.IEquatable<Ipso.Server.Bootstrap.BootstrapChange>
    {
        public BootstrapChange(Ipso.Server.Bootstrap.BootstrapChangeKind Kind, string Endpoint) { }
        public Ipso.Server.Operations.DeviceAnswer? Answer { get; init; }
        public Ipso.Server.Bootstrap.BootstrapCommand? Command { get; init; }
        public string Endpoint { get; init; }
        public Ipso.Server.Registration.RegistrationFault? Fault { get; init; }
        public Ipso.Server.Bootstrap.BootstrapChangeKind Kind { get; init; }
        public override string ToString() { }
    }
    public enum BootstrapChangeKind : byte
    {
        Started = 0,
        Done = 1,
        Finished = 2,
        Packed = 3,
        Failed = 4,
        Refused = 5,
    }
    public sealed class BootstrapCommand : System.IEquatable<Ipso.Server.Bootstrap.BootstrapCommand>
    {
        public BootstrapCommand(Ipso.Lwm2m.Lwm2mPath Path, Ipso.Server.Operations.DeviceRequest Request, Ipso.Lwm2m.Model.ObjectInstance? Instance) { }
        public Ipso.Lwm2m.Model.ObjectInstance? Instance { get; init; }
        public Ipso.Lwm2m.Lwm2mPath Path { get; init; }
        public Ipso.Server.Operations.DeviceRequest Request { get; init; }
    }
    public sealed class BootstrapConfiguration
    {
        public System.Collections.Generic.IReadOnlyList<Ipso.Server.Bootstrap.BootstrapCommand> Commands { get; }
        public static Ipso.Server.Bootstrap.BootstrapConfiguration Empty { get; }
        public Ipso.Server.Bootstrap.BootstrapConfiguration Delete(Ipso.Lwm2m.Lwm2mPath path) { }
        public Ipso.Server.Bootstrap.BootstrapConfiguration Discover(Ipso.Lwm2m.Lwm2mPath path) { }
        public Ipso.Server.Bootstrap.BootstrapConfiguration Read(Ipso.Lwm2m.Lwm2mPath path) { }
        public Ipso.Server.Bootstrap.BootstrapConfiguration Write(Ipso.Lwm2m.Lwm2mPath path, Ipso.Server.Operations.IDeviceContent content) { }
        public Ipso.Server.Bootstrap.BootstrapConfiguration Write(ushort instanceId, Ipso.Lwm2m.Model.ObjectInstance values) { }
    }
    public sealed class BootstrapRequest : System.IEquatable<Ipso.Server.Bootstrap.BootstrapRequest>
    {
        public BootstrapRequest(string Endpoint, Ipso.Coap.Engine.PeerIdentity? Identity, Ipso.Coap.Engine.PeerId From, Ipso.Coap.ContentFormat? Preferred, bool IsPack) { }
        public string Endpoint { get; init; }
        public Ipso.Coap.Engine.PeerId From { get; init; }
        public Ipso.Coap.Engine.PeerIdentity? Identity { get; init; }
        public bool IsPack { get; init; }
        public Ipso.Coap.ContentFormat? Preferred { get; init; }
    }
}
namespace Ipso.Server.Cluster
{
    public sealed class ClusterNode : System.IAsyncDisposable
    {
        public System.Threading.Tasks.Task Fenced { get; }
        public Ipso.Server.Cluster.NodeIdentity Identity { get; }
        public Ipso.Server.Lwm2mServer Server { get; }
        public System.Threading.Tasks.ValueTask DisposeAsync() { }
        public System.Threading.Tasks.Task<Ipso.Server.Cluster.RoutedAnswer> SendAsync(string endpoint, Ipso.Server.Operations.DeviceRequest request, System.TimeSpan timeout, System.Threading.CancellationToken cancellationToken = default) { }
        public static System.Threading.Tasks.Task<Ipso.Server.Cluster.ClusterNode> JoinAsync(Ipso.Server.ServerEndpointOptions options, Ipso.Server.Cluster.INodeMembership membership, Ipso.Server.Cluster.IDeviceRouter router, System.TimeSpan lease, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public interface IDeviceRouter
    {
        System.Threading.Tasks.ValueTask<Ipso.Server.Cluster.RoutedAnswer> SendAsync(Ipso.Server.Cluster.NodeIdentity owner, Ipso.Server.Cluster.RoutedCommand command, System.Threading.CancellationToken cancellationToken = default);
        System.IDisposable Serve(Ipso.Server.Cluster.NodeIdentity node, System.Func<Ipso.Server.Cluster.RoutedCommand, System.Threading.CancellationToken, System.Threading.Tasks.ValueTask<Ipso.Server.Cluster.RoutedAnswer>> handler);
    }
    public interface INodeMembership
    {
        System.Threading.Tasks.ValueTask<Ipso.Server.Cluster.NodeIdentity?> JoinAsync(System.TimeSpan lease, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask LeaveAsync(Ipso.Server.Cluster.NodeIdentity node, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<System.Collections.Generic.IReadOnlyList<Ipso.Server.Cluster.NodeIdentity>> ListAsync(System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<bool> RenewAsync(Ipso.Server.Cluster.NodeIdentity node, System.TimeSpan lease, System.Threading.CancellationToken cancellationToken = default);
    }
    public sealed class LocalMembership : Ipso.Server.Cluster.INodeMembership
    {
        public LocalMembership(System.TimeProvider time) { }
        public System.Threading.Tasks.ValueTask<Ipso.Server.Cluster.NodeIdentity?> JoinAsync(System.TimeSpan lease, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask LeaveAsync(Ipso.Server.Cluster.NodeIdentity node, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<System.Collections.Generic.IReadOnlyList<Ipso.Server.Cluster.NodeIdentity>> ListAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<bool> RenewAsync(Ipso.Server.Cluster.NodeIdentity node, System.TimeSpan lease, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class LocalRouter : Ipso.Server.Cluster.IDeviceRouter
    {
        public LocalRouter(System.TimeProvider time) { }
        public System.Threading.Tasks.ValueTask<Ipso.Server.Cluster.RoutedAnswer> SendAsync(Ipso.Server.Cluster.NodeIdentity owner, Ipso.Server.Cluster.RoutedCommand command, System.Threading.CancellationToken cancellationToken = default) { }
        public System.IDisposable Serve(Ipso.Server.Cluster.NodeIdentity node, System.Func<Ipso.Server.Cluster.RoutedCommand, System.Threading.CancellationToken, System.Threading.Tasks.ValueTask<Ipso.Server.Cluster.RoutedAnswer>> handler) { }
    }
    public readonly struct NodeChange : System.IEquatable<Ipso.Server.Cluster.NodeChange>
    {
        public NodeChange(Ipso.Server.Cluster.NodeIdentity Node, bool IsThere) { }
        public bool IsThere { get; init; }
        public Ipso.Server.Cluster.NodeIdentity Node { get; init; }
    }
    public readonly struct NodeIdentity : System.IEquatable<Ipso.Server.Cluster.NodeIdentity>
    {
        public NodeIdentity(byte Id, long Epoch) { }
        public long Epoch { get; init; }
        public byte Id { get; init; }
        public override string ToString() { }
    }
    public static class NodeMembership
    {
        [System.Runtime.CompilerServices.AsyncIteratorStateMachine(typeof(Ipso.Server.Cluster.NodeMembership.<WatchAsync>d__0))]
        public static System.Collections.Generic.IAsyncEnumerable<Ipso.Server.Cluster.NodeChange> WatchAsync(this Ipso.Server.Cluster.INodeMembership membership, System.TimeSpan interval, System.TimeProvider time, [System.Runtime.CompilerServices.EnumeratorCancellation] System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class RoutedAnswer : System.IEquatable<Ipso.Server.Cluster.RoutedAnswer>
    {
        public RoutedAnswer(Ipso.Server.Cluster.RoutedOutcome Outcome, Ipso.Server.Operations.DeviceAnswer? Answer = null) { }
        public Ipso.Server.Operations.DeviceAnswer? Answer { get; init; }
        public Ipso.Server.Cluster.RoutedOutcome Outcome { get; init; }
        public byte[] ToBytes() { }
        public static Ipso.Server.Cluster.RoutedAnswer? TryRead(System.ReadOnlyMemory<byte> data) { }
    }
    public sealed class RoutedCommand : System.IEquatable<Ipso.Server.Cluster.RoutedCommand>
    {
        public RoutedCommand(string Endpoint, long Epoch, Ipso.Server.Operations.DeviceRequest Request, System.TimeSpan Timeout) { }
        public string Endpoint { get; init; }
        public long Epoch { get; init; }
        public Ipso.Server.Operations.DeviceRequest Request { get; init; }
        public System.TimeSpan Timeout { get; init; }
        public byte[] ToBytes() { }
        public static Ipso.Server.Cluster.RoutedCommand? TryRead(System.ReadOnlyMemory<byte> data) { }
    }
    public enum RoutedOutcome : byte
    {
        Done = 0,
        Sleeping = 1,
        OwnerLost = 2,
        Unknown = 3,
        Expired = 4,
    }
}
namespace Ipso.Server
{
    public sealed class DeviceClient
    {
        public Ipso.Server.Registration.RegisteredDevice Device { get; }
        public string Endpoint { get; }
        public Ipso.Server.Registration.DeviceRegistration Registration { get; }
        public Ipso.Lwm2m.Model.ObjectInfo? Choose([System.Runtime.CompilerServices.ParamCollection] [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<Ipso.Lwm2m.Model.ObjectInfo> types) { }
        public System.Threading.Tasks.Task<Ipso.Server.Remote.RemoteObject<T>> CreateAsync<T>(T values, ushort? instanceId = default, System.Threading.CancellationToken cancellationToken = default)
            where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
        public bool Has<T>()
            where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
        public Ipso.Server.Remote.RemoteNode Node(Ipso.Lwm2m.Lwm2mPath path) { }
        public Ipso.Server.Remote.RemoteObject<T> Object<T>(ushort instanceId = 0)
            where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
        public System.Collections.Generic.IReadOnlyList<Ipso.Server.Remote.RemoteObject<T>> Objects<T>()
            where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
        [System.Runtime.CompilerServices.AsyncIteratorStateMachine(typeof(Ipso.Server.DeviceClient.<ObserveAsync>d__12))]
        public System.Collections.Generic.IAsyncEnumerable<Ipso.Server.Operations.DeviceAnswer> ObserveAsync(Ipso.Server.Operations.DeviceRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] System.Threading.CancellationToken cancellationToken = default) { }
        [System.Runtime.CompilerServices.AsyncIteratorStateMachine(typeof(Ipso.Server.DeviceClient.<ObserveAsync>d__27))]
        public System.Collections.Generic.IAsyncEnumerable<Ipso.Server.Remote.RemoteValue<Ipso.Server.Remote.CompositeReading>> ObserveAsync(System.Collections.Generic.IReadOnlyCollection<Ipso.Server.Remote.IRemoteReadable> what, [System.Runtime.CompilerServices.EnumeratorCancellation] System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Server.Remote.CompositeReading> ReadAsync(System.Collections.Generic.IReadOnlyCollection<Ipso.Server.Remote.IRemoteReadable> what, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Server.Operations.DeviceAnswer> SendAsync(Ipso.Server.Operations.DeviceRequest request, System.Threading.CancellationToken cancellationToken = default) { }
        public override string ToString() { }
        public System.Threading.Tasks.Task WriteAsync(Ipso.Server.Remote.CompositeWrite writes, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class DeviceException : System.Exception
    {
        public DeviceException(string endpoint, Ipso.Server.Operations.DeviceRequest request, Ipso.Server.Operations.DeviceAnswer answer) { }
        public Ipso.Server.Operations.DeviceAnswer Answer { get; }
        public string Endpoint { get; }
        public Ipso.Server.Operations.DeviceRequest Request { get; }
    }
    public sealed class Lwm2mServer : System.IAsyncDisposable
    {
        public Lwm2mServer(Ipso.Server.ServerEndpointOptions? options = null) { }
        public System.Action<Ipso.Server.Operations.QueuedCommand>? CommandEnded { get; set; }
        public System.Threading.Tasks.Task Completion { get; }
        public Ipso.Server.ServerEndpoint Endpoint { get; }
        public System.Net.IPEndPoint LocalEndPoint { get; }
        public System.Action<Ipso.Server.Reporting.UnclaimedNotification>? NotificationUnclaimed { get; set; }
        public System.Action<Ipso.Server.Registration.RegistrationChange>? RegistrationChanged { get; set; }
        public System.Action<Ipso.Server.Reporting.DeviceReport>? SendReceived { get; set; }
        public System.Collections.Generic.IReadOnlyList<System.Net.IPEndPoint> TcpEndPoints { get; }
        public System.Threading.Tasks.Task<bool> CancelCommandAsync(long id, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask DisposeAsync() { }
        public System.Threading.Tasks.Task<Ipso.Server.Operations.QueuedCommand> EnqueueAsync(string endpoint, Ipso.Server.Operations.DeviceRequest request, System.TimeSpan timeToLive, string? key = null, System.Threading.CancellationToken cancellationToken = default) { }
        public Ipso.Server.DeviceClient? Find(string endpoint) { }
        public System.Threading.Tasks.Task<Ipso.Server.Operations.QueuedCommand?> FindCommandAsync(long id, System.Threading.CancellationToken cancellationToken = default) { }
        public void Invoke<TState>(System.Action<Ipso.Server.ServerEndpoint, TState, Ipso.Coap.Engine.Instant> action, TState state) { }
        public System.Collections.Generic.IReadOnlyList<Ipso.Server.DeviceClient> List(ushort? objectId = default) { }
        public System.Collections.Generic.IReadOnlyList<Ipso.Server.DeviceClient> ListByAttribute(string name, string value) { }
        public System.Collections.Generic.IAsyncEnumerable<Ipso.Server.Registration.RegistrationChange> ReadChangesAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public void Start(System.Net.IPEndPoint local) { }
        public void Start(Ipso.Net.UdpHostOptions listening, Ipso.Net.TcpHostOptions? connections = null) { }
        public System.Threading.Tasks.Task<int> StartAsync(Ipso.Net.UdpHostOptions listening, Ipso.Net.TcpHostOptions? connections = null, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Server.DeviceClient> WaitForAsync(string endpoint, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class ServerEndpoint : Ipso.Coap.Engine.IDatagramProtocol
    {
        public ServerEndpoint(Ipso.Coap.Engine.IRandomSource random, Ipso.Server.ServerEndpointOptions? options = null) { }
        public System.Action<Ipso.Server.Bootstrap.BootstrapChange>? BootstrapChanged { get; set; }
        public int BootstrapCount { get; }
        public System.Action<Ipso.Server.Operations.QueuedCommand>? CommandEnded { get; set; }
        public Ipso.Coap.Engine.CoapCounters Counters { get; }
        public int DeviceCount { get; }
        public System.Collections.Generic.IEnumerable<Ipso.Server.Registration.RegisteredDevice> Devices { get; }
        public long EventsLost { get; }
        public int ExchangeCount { get; }
        public System.Action<System.Exception>? HandlerFailed { get; set; }
        public System.Func<Ipso.Coap.Engine.PeerId, Ipso.Coap.Engine.PeerId?>? HostOf { get; set; }
        public Ipso.Coap.Engine.IPeerDirectory? Identities { get; set; }
        public Ipso.Coap.Engine.Instant? NextDeadline { get; }
        public System.Action<Ipso.Server.Reporting.UnclaimedNotification>? NotificationUnclaimed { get; set; }
        public int ObservationCount { get; }
        public System.Action<Ipso.Server.Registration.RegistrationChange>? RegistrationChanged { get; set; }
        public System.Action<Ipso.Server.Reporting.DeviceReport>? SendReceived { get; set; }
        public Ipso.Coap.Engine.IPeerDirectory? StreamIdentities { get; set; }
        public int WaitingCount { get; }
        public System.Action? WakeRequested { get; set; }
        public bool Cancel(Ipso.Server.Operations.DeviceOperation operation) { }
        public bool Cancel(Ipso.Server.Reporting.DeviceObservation observation) { }
        public System.Threading.Tasks.Task DrainEventsAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public void Fence() { }
        public Ipso.Server.Registration.RegisteredDevice? Find(string endpoint) { }
        public System.Collections.Generic.IEnumerable<Ipso.Server.Registration.RegisteredDevice> FindByAttribute(string name, string value) { }
        public System.Collections.Generic.IEnumerable<Ipso.Server.Registration.RegisteredDevice> FindByObject(ushort objectId) { }
        public bool ForgetContext(System.ReadOnlySpan<byte> kid, System.ReadOnlySpan<byte> idContext) { }
        public bool IsAwake(Ipso.Server.Registration.RegisteredDevice device, Ipso.Coap.Engine.Instant now) { }
        public void Observe(Ipso.Server.Registration.RegisteredDevice device, Ipso.Server.Reporting.DeviceObservation observation, Ipso.Coap.Engine.Instant now) { }
        public void OnDeadline(Ipso.Coap.Engine.Instant now) { }
        public Ipso.Coap.Engine.CoapStreamEndpoint OpenStreams() { }
        public void PeerFailed(in Ipso.Coap.Engine.PeerId peer, Ipso.Coap.Engine.PeerFailure failure, Ipso.Coap.Engine.Instant now) { }
        public void Receive(System.ReadOnlySpan<byte> datagram, in Ipso.Coap.Engine.PeerId from, Ipso.Coap.Engine.Instant now) { }
        public void ReceiveMulticast(System.ReadOnlySpan<byte> datagram, in Ipso.Coap.Engine.PeerId from, Ipso.Coap.Engine.Instant now) { }
        public bool Remove(Ipso.Server.Registration.RegisteredDevice device) { }
        public int Restore(System.Collections.Generic.IEnumerable<Ipso.Server.Stores.RegistrationRecord> records, System.Func<Ipso.Coap.Engine.PeerId, Ipso.Coap.Engine.PeerId?> locate, Ipso.Coap.Engine.Instant now) { }
        public int RestoreObservations(System.Collections.Generic.IEnumerable<Ipso.Server.Stores.ObservationRecord> records, Ipso.Coap.Engine.Instant now) { }
        public void Stop() { }
        public void Submit(Ipso.Server.Registration.RegisteredDevice device, Ipso.Server.Operations.DeviceOperation operation, Ipso.Coap.Engine.Instant now) { }
        public void TakeCommands(string endpoint, Ipso.Coap.Engine.Instant now) { }
        public void TakeStreams(Ipso.Coap.Engine.Instant now) { }
        public bool TryTransmit(System.Span<byte> buffer, Ipso.Coap.Engine.Instant now, out Ipso.Coap.Engine.Transmit transmit) { }
    }
    public sealed class ServerEndpointOptions : System.IEquatable<Ipso.Server.ServerEndpointOptions>
    {
        public ServerEndpointOptions() { }
        public bool AdmitsUnidentified { get; init; }
        public System.TimeSpan AwakeTime { get; init; }
        public System.Func<Ipso.Server.Bootstrap.BootstrapRequest, Ipso.Server.Bootstrap.BootstrapConfiguration?>? Bootstrap { get; init; }
        public Ipso.Server.Stores.IBootstrapStore? BootstrapStore { get; init; }
        public bool BootstrapsUnidentified { get; init; }
        public Ipso.Coap.Engine.CoapEndpointOptions Coap { get; init; }
        public Ipso.Server.Stores.ICommandStore? Commands { get; init; }
        public System.TimeSpan DefaultLifetime { get; init; }
        public bool DeregistersObservations { get; init; }
        public System.Func<Ipso.Coap.Engine.PeerIdentity, string?> EndpointOf { get; init; }
        public int EventBytes { get; init; }
        public Ipso.Server.Events.IEventSink? Events { get; init; }
        public System.TimeSpan LifetimeGrace { get; init; }
        public int MaxBootstraps { get; init; }
        public int MaxConnections { get; init; }
        public int MaxDevices { get; init; }
        public int MaxDevicesPerHost { get; init; }
        public int MaxObjectsPerDevice { get; init; }
        public int MaxObservationsPerDevice { get; init; }
        public System.TimeSpan? MaxUnidentifiedLifetime { get; init; }
        public int MaxWaiting { get; init; }
        public int MaxWaitingPerDevice { get; init; }
        public Ipso.Server.Cluster.NodeIdentity Node { get; init; }
        public Ipso.Server.Stores.IObservationStore? Observations { get; init; }
        public Ipso.Server.Stores.IRegistrationStore? Registrations { get; init; }
        public Ipso.Server.Stores.ISecurityStore? Security { get; init; }
        public System.TimeProvider Time { get; init; }
    }
}
namespace Ipso.Server.Events
{
    public sealed class DeviceEvent : System.IEquatable<Ipso.Server.Events.DeviceEvent>
    {
        public DeviceEvent(Ipso.Server.Events.DeviceEventId Id, Ipso.Server.Events.DeviceEventKind Kind, string Endpoint, long Epoch, System.DateTimeOffset At, System.ReadOnlyMemory<byte> Data) { }
        public System.DateTimeOffset At { get; init; }
        public System.ReadOnlyMemory<byte> Data { get; init; }
        public string Endpoint { get; init; }
        public long Epoch { get; init; }
        public Ipso.Server.Events.DeviceEventId Id { get; init; }
        public Ipso.Server.Events.DeviceEventKind Kind { get; init; }
        public Ipso.Server.Operations.QueuedCommand? ReadCommand() { }
        public Ipso.Server.Registration.DeviceRegistration? ReadRegistration() { }
        public Ipso.Server.Events.EventReport? ReadReport() { }
        public byte[] ToBytes() { }
        public override string ToString() { }
        public static Ipso.Server.Events.DeviceEvent? TryRead(System.ReadOnlyMemory<byte> data) { }
    }
    public readonly struct DeviceEventId : System.IEquatable<Ipso.Server.Events.DeviceEventId>
    {
        public DeviceEventId(long Incarnation, long Number) { }
        public long Incarnation { get; init; }
        public long Number { get; init; }
    }
    public enum DeviceEventKind : byte
    {
        Registered = 0,
        Updated = 1,
        Replaced = 2,
        Deregistered = 3,
        Expired = 4,
        Removed = 5,
        Notified = 6,
        Sent = 7,
        CommandEnded = 8,
        Moved = 9,
    }
    public static class EventOutbox
    {
        public static System.Threading.Tasks.Task<int> RelayAsync(this Ipso.Server.Events.IEventOutbox outbox, Ipso.Server.Events.IEventSink sink, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class EventReport : System.IEquatable<Ipso.Server.Events.EventReport>
    {
        public EventReport(Ipso.Server.Operations.DeviceRequest? Request, Ipso.Coap.ContentFormat? ContentFormat, System.ReadOnlyMemory<byte> Payload) { }
        public Ipso.Coap.ContentFormat? ContentFormat { get; init; }
        public System.ReadOnlyMemory<byte> Payload { get; init; }
        public Ipso.Server.Operations.DeviceRequest? Request { get; init; }
    }
    public interface IEventOutbox : Ipso.Server.Events.IEventSink
    {
        System.Threading.Tasks.ValueTask<System.Collections.Generic.IReadOnlyList<Ipso.Server.Events.OutboxEntry>> ReadAsync(long after, int max, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask RemoveAsync(long upTo, System.Threading.CancellationToken cancellationToken = default);
    }
    public interface IEventSink
    {
        System.Threading.Tasks.ValueTask PublishAsync(System.ReadOnlyMemory<Ipso.Server.Events.DeviceEvent> batch, System.Threading.CancellationToken cancellationToken = default);
    }
    public sealed class MemoryEventOutbox : Ipso.Server.Events.IEventOutbox, Ipso.Server.Events.IEventSink
    {
        public MemoryEventOutbox(int capacity = 100000) { }
        public System.Threading.Tasks.ValueTask PublishAsync(System.ReadOnlyMemory<Ipso.Server.Events.DeviceEvent> batch, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<System.Collections.Generic.IReadOnlyList<Ipso.Server.Events.OutboxEntry>> ReadAsync(long after, int max, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask RemoveAsync(long upTo, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public readonly struct OutboxEntry : System.IEquatable<Ipso.Server.Events.OutboxEntry>
    {
        public OutboxEntry(long Position, Ipso.Server.Events.DeviceEvent? Event) { }
        public Ipso.Server.Events.DeviceEvent? Event { get; init; }
        public long Position { get; init; }
    }
}
namespace Ipso.Server.Operations
{
    public sealed class DeviceAnswer
    {
        public DeviceAnswer(in Ipso.Server.Operations.DeviceResponse response) { }
        public Ipso.Coap.CoapCode Code { get; }
        public Ipso.Coap.ContentFormat? ContentFormat { get; }
        public bool IsSuccess { get; }
        public Ipso.Lwm2m.Lwm2mPath? Location { get; }
        public Ipso.Server.Operations.DeviceOutcome Outcome { get; }
        public System.ReadOnlyMemory<byte> Payload { get; }
        public string? Reason { get; }
        public Ipso.Server.Operations.DeviceAnswer EnsureSuccess(string endpoint, Ipso.Server.Operations.DeviceRequest request) { }
        public override string ToString() { }
    }
    public abstract class DeviceOperation
    {
        protected DeviceOperation(Ipso.Server.Operations.DeviceRequest request) { }
        public Ipso.Server.Operations.DeviceRequest Request { get; }
        public System.TimeSpan Timeout { get; init; }
        protected abstract void OnCompleted(in Ipso.Server.Operations.DeviceResponse response);
    }
    public enum DeviceOutcome : byte
    {
        Answered = 0,
        Unknown = 1,
        Expired = 2,
        NotRegistered = 3,
        Refused = 4,
        NoFormat = 5,
        Cancelled = 6,
    }
    public sealed class DeviceRequest
    {
        public Ipso.Coap.ContentFormat? Accept { get; }
        public Ipso.Server.Operations.IDeviceContent? Content { get; }
        public bool IsIdempotent { get; }
        public Ipso.Coap.CoapCode Method { get; }
        public bool Observes { get; }
        public Ipso.Lwm2m.Lwm2mPath Path { get; }
        public string Query { get; }
        public bool WantsValues { get; }
        public Ipso.Server.Operations.DeviceRequest In(Ipso.Coap.ContentFormat format) { }
        public override string ToString() { }
        public static Ipso.Server.Operations.DeviceRequest Create(ushort objectId, Ipso.Server.Operations.IDeviceContent content) { }
        public static Ipso.Server.Operations.DeviceRequest Delete(Ipso.Lwm2m.Lwm2mPath path) { }
        public static Ipso.Server.Operations.DeviceRequest Discover(Ipso.Lwm2m.Lwm2mPath path, int? depth = default) { }
        public static Ipso.Server.Operations.DeviceRequest Execute(Ipso.Lwm2m.Lwm2mPath path, string arguments = "") { }
        public static Ipso.Server.Operations.DeviceRequest Observe(Ipso.Lwm2m.Lwm2mPath path, string attributes = "") { }
        public static Ipso.Server.Operations.DeviceRequest ObserveComposite(Ipso.Server.Operations.IDeviceContent paths) { }
        public static Ipso.Server.Operations.DeviceRequest Read(Ipso.Lwm2m.Lwm2mPath path) { }
        public static Ipso.Server.Operations.DeviceRequest ReadComposite(Ipso.Server.Operations.IDeviceContent paths) { }
        public static Ipso.Server.Operations.DeviceRequest Update(Ipso.Lwm2m.Lwm2mPath path, Ipso.Server.Operations.IDeviceContent content) { }
        public static Ipso.Server.Operations.DeviceRequest Write(Ipso.Lwm2m.Lwm2mPath path, Ipso.Server.Operations.IDeviceContent content) { }
        public static Ipso.Server.Operations.DeviceRequest WriteAttributes(Ipso.Lwm2m.Lwm2mPath path, string attributes) { }
        public static Ipso.Server.Operations.DeviceRequest WriteComposite(Ipso.Server.Operations.IDeviceContent content) { }
    }
    public readonly ref struct DeviceResponse
    {
        public Ipso.Coap.CoapCode Code { get; }
        public Ipso.Coap.ContentFormat? ContentFormat { get; }
        public bool IsSuccess { get; }
        public Ipso.Coap.CoapOptions Options { get; }
        public Ipso.Server.Operations.DeviceOutcome Outcome { get; }
        public System.ReadOnlySpan<byte> Payload { get; }
        public string? Reason { get; }
        public bool TryGetLocation(out Ipso.Lwm2m.Lwm2mPath path) { }
    }
    public interface IDeviceContent
    {
        bool Supports(Ipso.Coap.ContentFormat format);
        System.ReadOnlyMemory<byte> Write(Ipso.Coap.ContentFormat format);
    }
    public sealed class QueuedCommand
    {
        public QueuedCommand(Ipso.Server.Stores.CommandRecord record) { }
        public Ipso.Coap.CoapCode Code { get; }
        public Ipso.Coap.ContentFormat? ContentFormat { get; }
        public string Endpoint { get; }
        public System.DateTimeOffset EnqueuedAt { get; }
        public System.DateTimeOffset ExpiresAt { get; }
        public long Id { get; }
        public string? Key { get; }
        public System.ReadOnlyMemory<byte>? Payload { get; }
        public Ipso.Server.Operations.DeviceRequest? Request { get; }
        public Ipso.Server.Stores.CommandState State { get; }
        public override string ToString() { }
        public static Ipso.Server.Stores.CommandRecord Create(string endpoint, Ipso.Server.Operations.DeviceRequest request, System.TimeSpan timeToLive, string? key, System.DateTimeOffset now) { }
    }
    public sealed class ReadyContent : Ipso.Server.Operations.IDeviceContent
    {
        public ReadyContent(Ipso.Coap.ContentFormat format, System.ReadOnlyMemory<byte> payload) { }
        public bool Supports(Ipso.Coap.ContentFormat format) { }
        public System.ReadOnlyMemory<byte> Write(Ipso.Coap.ContentFormat format) { }
    }
    public sealed class TextContent : Ipso.Server.Operations.IDeviceContent
    {
        public TextContent(string text) { }
        public bool Supports(Ipso.Coap.ContentFormat format) { }
        public System.ReadOnlyMemory<byte> Write(Ipso.Coap.ContentFormat format) { }
    }
}
namespace Ipso.Server.Registration
{
    public sealed class DeviceRegistration : System.IEquatable<Ipso.Server.Registration.DeviceRegistration>
    {
        public DeviceRegistration() { }
        public System.Collections.Generic.IReadOnlyDictionary<string, string> Attributes { get; init; }
        public required Ipso.Server.Registration.TransportBindings Bindings { get; init; }
        public required string Endpoint { get; init; }
        public required long Epoch { get; init; }
        public required Ipso.Server.Registration.RegistrationId Id { get; init; }
        public Ipso.Coap.Engine.PeerIdentity? Identity { get; init; }
        public required bool IsQueueMode { get; init; }
        public required System.TimeSpan? Lifetime { get; init; }
        public required Ipso.Server.Registration.RegisteredObjects Objects { get; init; }
        public required Ipso.Coap.Engine.PeerId Peer { get; init; }
        public string? Profiles { get; init; }
        public required System.DateTimeOffset RegisteredAt { get; init; }
        public string? SmsNumber { get; init; }
        public required System.DateTimeOffset UpdatedAt { get; init; }
        public required Ipso.Lwm2m.ObjectVersion Version { get; init; }
        public override string ToString() { }
        public Ipso.Lwm2m.ObjectVersion? VersionOf(ushort objectId) { }
    }
    public sealed class RegisteredDevice
    {
        public string Endpoint { get; }
        public bool IsRegistered { get; }
        public Ipso.Server.Registration.DeviceRegistration Registration { get; }
        public override string ToString() { }
    }
    public readonly struct RegisteredObject : System.IEquatable<Ipso.Server.Registration.RegisteredObject>
    {
        public RegisteredObject(ushort ObjectId, Ipso.Lwm2m.ObjectVersion? StatedVersion) { }
        public ushort ObjectId { get; init; }
        public Ipso.Lwm2m.ObjectVersion? StatedVersion { get; init; }
    }
    public sealed class RegisteredObjects : System.IEquatable<Ipso.Server.Registration.RegisteredObjects>
    {
        public System.ReadOnlySpan<Ipso.Coap.ContentFormat> ContentFormats { get; }
        public int InstanceCount { get; }
        public System.Collections.Generic.IEnumerable<Ipso.Lwm2m.Lwm2mPath> Instances { get; }
        public System.ReadOnlySpan<Ipso.Server.Registration.RegisteredObject> Objects { get; }
        public string Root { get; }
        public static Ipso.Server.Registration.RegisteredObjects None { get; }
        public bool Equals(Ipso.Server.Registration.RegisteredObjects? other) { }
        public override bool Equals(object? obj) { }
        public override int GetHashCode() { }
        public bool Has(ushort objectId) { }
        public bool Has(ushort objectId, ushort instanceId) { }
        public System.Collections.Generic.IEnumerable<ushort> InstancesOf(ushort objectId) { }
        public Ipso.Lwm2m.ObjectVersion? VersionOf(ushort objectId, Ipso.Lwm2m.ObjectVersion lwm2mVersion) { }
        public static bool TryParse(System.ReadOnlySpan<byte> payload, out Ipso.Server.Registration.RegisteredObjects objects, out Ipso.Links.LinkError error) { }
    }
    public sealed class RegistrationChange : System.IEquatable<Ipso.Server.Registration.RegistrationChange>
    {
        public RegistrationChange(Ipso.Server.Registration.RegistrationChangeKind Kind, string Endpoint) { }
        public Ipso.Server.Registration.DeviceRegistration? Before { get; init; }
        public string Endpoint { get; init; }
        public Ipso.Server.Registration.RegistrationFault? Fault { get; init; }
        public Ipso.Coap.Engine.PeerId From { get; init; }
        public Ipso.Server.Registration.RegistrationChangeKind Kind { get; init; }
        public Ipso.Server.Registration.DeviceRegistration? Registration { get; init; }
        public override string ToString() { }
    }
    public enum RegistrationChangeKind : byte
    {
        Registered = 0,
        Updated = 1,
        Deregistered = 2,
        Replaced = 3,
        Expired = 4,
        Removed = 5,
        Moved = 6,
        Refused = 7,
    }
    public readonly struct RegistrationFault : System.IEquatable<Ipso.Server.Registration.RegistrationFault>
    {
        public RegistrationFault(Ipso.Coap.CoapCode Code, string Reason) { }
        public Ipso.Coap.CoapCode Code { get; init; }
        public string Reason { get; init; }
        public override string ToString() { }
    }
    public readonly struct RegistrationId : System.IEquatable<Ipso.Server.Registration.RegistrationId>
    {
        public RegistrationId(ulong Value) { }
        public ulong Value { get; init; }
        public override string ToString() { }
    }
    [System.Flags]
    public enum TransportBindings : byte
    {
        None = 0,
        Udp = 1,
        Tcp = 2,
        Sms = 4,
        NonIP = 8,
        Mqtt = 16,
        Http = 32,
    }
}
namespace Ipso.Server.Remote
{
    public sealed class CompositeReading
    {
        public Ipso.Lwm2m.Model.ResourceRecords Records { get; }
        public T Get<T>(Ipso.Server.Remote.ReadableResource<T> resource) { }
        public bool TryGet<T>(Ipso.Server.Remote.ReadableResource<T> resource, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value) { }
        public bool TryGet<T>(Ipso.Server.Remote.ReadableResources<T> resource, out Ipso.Lwm2m.Model.ResourceInstances<T> values) { }
        public bool TryGet<T>(Ipso.Server.Remote.RemoteObject<T> instance, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
            where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
    }
    public sealed class CompositeWrite
    {
        public CompositeWrite() { }
        public Ipso.Server.Remote.CompositeWrite Set<T>(Ipso.Server.Remote.ReadWriteResource<T> resource, T value) { }
        public Ipso.Server.Remote.CompositeWrite Set<T>(Ipso.Server.Remote.ReadWriteResources<T> resource, Ipso.Lwm2m.Model.ResourceInstances<T> values) { }
        public Ipso.Server.Remote.CompositeWrite Set<T>(Ipso.Server.Remote.WritableResource<T> resource, T value) { }
        public Ipso.Server.Remote.CompositeWrite Set<T>(Ipso.Server.Remote.WritableResources<T> resource, Ipso.Lwm2m.Model.ResourceInstances<T> values) { }
    }
    public sealed class DiscoveredLink : System.IEquatable<Ipso.Server.Remote.DiscoveredLink>
    {
        public DiscoveredLink(Ipso.Lwm2m.Lwm2mPath Path, Ipso.Lwm2m.NotificationAttributes Attributes, ushort? Dimension, Ipso.Lwm2m.ObjectVersion? Version) { }
        public Ipso.Lwm2m.NotificationAttributes Attributes { get; init; }
        public ushort? Dimension { get; init; }
        public Ipso.Lwm2m.Lwm2mPath Path { get; init; }
        public Ipso.Lwm2m.ObjectVersion? Version { get; init; }
    }
    public sealed class ExecutableResource : Ipso.Server.Remote.RemoteResource
    {
        public ExecutableResource(Ipso.Server.Remote.RemoteInstance instance, int index) { }
        public System.Threading.Tasks.Task ExecuteAsync(string arguments = "", System.Threading.CancellationToken cancellationToken = default) { }
    }
    public interface IRemoteReadable
    {
        Ipso.Server.DeviceClient Client { get; }
        Ipso.Lwm2m.Lwm2mPath Path { get; }
    }
    public sealed class ObjectVersionException : System.Exception
    {
        public string Endpoint { get; }
        public Ipso.Lwm2m.Model.ObjectInfo Type { get; }
        public Ipso.Lwm2m.ObjectVersion VersionOnDevice { get; }
    }
    public static class ObjectVersions
    {
        public static Ipso.Lwm2m.Model.ObjectInfo? Choose(Ipso.Lwm2m.ObjectVersion? onDevice, [System.Runtime.CompilerServices.ParamCollection] [System.Runtime.CompilerServices.ScopedRef] System.ReadOnlySpan<Ipso.Lwm2m.Model.ObjectInfo> types) { }
        public static bool Fits(Ipso.Lwm2m.ObjectVersion? onDevice, Ipso.Lwm2m.Model.ObjectInfo type) { }
    }
    public sealed class ReadWriteResource<T> : Ipso.Server.Remote.ReadableResource<T>
    {
        public ReadWriteResource(Ipso.Server.Remote.RemoteInstance instance, int index) { }
        public System.Threading.Tasks.Task WriteAsync(T value, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class ReadWriteResources<T> : Ipso.Server.Remote.ReadableResources<T>
    {
        public ReadWriteResources(Ipso.Server.Remote.RemoteInstance instance, int index) { }
        public new Ipso.Server.Remote.ReadWriteResource<T> this[ushort id] { get; }
        public System.Threading.Tasks.Task DeleteAsync(ushort id, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task UpdateAsync(Ipso.Lwm2m.Model.ResourceInstances<T> values, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task WriteAsync(Ipso.Lwm2m.Model.ResourceInstances<T> values, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public class ReadableResource<T> : Ipso.Server.Remote.RemoteResource, Ipso.Server.Remote.IRemoteReadable
    {
        public ReadableResource(Ipso.Server.Remote.RemoteInstance instance, int index) { }
        public System.Threading.Tasks.Task<System.Collections.Generic.IReadOnlyList<Ipso.Server.Remote.DiscoveredLink>> DiscoverAsync(System.Threading.CancellationToken cancellationToken = default) { }
        [System.Runtime.CompilerServices.AsyncIteratorStateMachine(typeof(Ipso.Server.Remote.ReadableResource<T>.<ObserveAsync>d__3))]
        public System.Collections.Generic.IAsyncEnumerable<Ipso.Server.Remote.RemoteValue<T>> ObserveAsync(Ipso.Lwm2m.NotificationAttributes attributes = default, [System.Runtime.CompilerServices.EnumeratorCancellation] System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<T> ReadAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task WriteAttributesAsync(Ipso.Lwm2m.NotificationAttributes attributes, Ipso.Lwm2m.Codecs.NotificationAttributeNames removed = 0, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public class ReadableResources<T> : Ipso.Server.Remote.RemoteResource, Ipso.Server.Remote.IRemoteReadable
    {
        public ReadableResources(Ipso.Server.Remote.RemoteInstance instance, int index) { }
        public Ipso.Server.Remote.ReadableResource<T> this[ushort id] { get; }
        public System.Threading.Tasks.Task<System.Collections.Generic.IReadOnlyList<Ipso.Server.Remote.DiscoveredLink>> DiscoverAsync(System.Threading.CancellationToken cancellationToken = default) { }
        [System.Runtime.CompilerServices.AsyncIteratorStateMachine(typeof(Ipso.Server.Remote.ReadableResources<T>.<ObserveAsync>d__4))]
        public System.Collections.Generic.IAsyncEnumerable<Ipso.Server.Remote.RemoteValue<Ipso.Lwm2m.Model.ResourceInstances<T>>> ObserveAsync(Ipso.Lwm2m.NotificationAttributes attributes = default, [System.Runtime.CompilerServices.EnumeratorCancellation] System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Lwm2m.Model.ResourceInstances<T>> ReadAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task WriteAttributesAsync(Ipso.Lwm2m.NotificationAttributes attributes, Ipso.Lwm2m.Codecs.NotificationAttributeNames removed = 0, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public abstract class RemoteInstance : Ipso.Server.Remote.IRemoteReadable
    {
        public Ipso.Server.DeviceClient Client { get; }
        public Ipso.Lwm2m.Model.ObjectInfo Definition { get; }
        public Ipso.Lwm2m.Lwm2mPath Path { get; }
        public Ipso.Lwm2m.ObjectLink ToLink() { }
        public override string ToString() { }
    }
    public static class RemoteLinks
    {
        extension(Ipso.Server.Remote.ReadableResource<Ipso.Lwm2m.ObjectLink> link)
        {
            public System.Threading.Tasks.Task<Ipso.Server.Remote.RemoteNode?> FollowAsync(System.Threading.CancellationToken cancellationToken = default) { }
            public System.Threading.Tasks.Task<Ipso.Server.Remote.RemoteObject<T>?> FollowAsync<T>(System.Threading.CancellationToken cancellationToken = default)
                where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
        }
        extension(Ipso.Server.Remote.ReadableResources<Ipso.Lwm2m.ObjectLink> links)
        {
            public System.Threading.Tasks.Task<System.Collections.Generic.IReadOnlyList<Ipso.Server.Remote.RemoteObject<T>>> FollowAsync<T>(System.Threading.CancellationToken cancellationToken = default)
                where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T> { }
        }
    }
    public sealed class RemoteNode : Ipso.Server.Remote.IRemoteReadable
    {
        public Ipso.Server.DeviceClient Client { get; }
        public Ipso.Lwm2m.Lwm2mPath Path { get; }
        public System.Threading.Tasks.Task DeleteAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<System.Collections.Generic.IReadOnlyList<Ipso.Server.Remote.DiscoveredLink>> DiscoverAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task ExecuteAsync(string arguments = "", System.Threading.CancellationToken cancellationToken = default) { }
        [System.Runtime.CompilerServices.AsyncIteratorStateMachine(typeof(Ipso.Server.Remote.RemoteNode.<ObserveAsync>d__15))]
        public System.Collections.Generic.IAsyncEnumerable<Ipso.Server.Remote.RemoteValue<Ipso.Lwm2m.Model.ResourceRecords>> ObserveAsync(Ipso.Lwm2m.NotificationAttributes attributes = default, [System.Runtime.CompilerServices.EnumeratorCancellation] System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<Ipso.Lwm2m.Model.ResourceRecords> ReadAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<T> ReadAsync<T>(System.Threading.CancellationToken cancellationToken = default) { }
        public override string ToString() { }
        public System.Threading.Tasks.Task UpdateAsync(Ipso.Lwm2m.Model.ResourceWrites writes, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task WriteAsync<T>(T value, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task WriteAttributesAsync(Ipso.Lwm2m.NotificationAttributes attributes, Ipso.Lwm2m.Codecs.NotificationAttributeNames removed = 0, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class RemoteObject<T> : Ipso.Server.Remote.RemoteInstance
        where T : Ipso.Lwm2m.Model.ObjectInstance, Ipso.Lwm2m.Model.ILwm2mObject<T>
    {
        public System.Threading.Tasks.Task DeleteAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<System.Collections.Generic.IReadOnlyList<Ipso.Server.Remote.DiscoveredLink>> DiscoverAsync(System.Threading.CancellationToken cancellationToken = default) { }
        [System.Runtime.CompilerServices.AsyncIteratorStateMachine(typeof(Ipso.Server.Remote.RemoteObject<T>.<ObserveAsync>d__8))]
        public System.Collections.Generic.IAsyncEnumerable<Ipso.Server.Remote.RemoteValue<T>> ObserveAsync(Ipso.Lwm2m.NotificationAttributes attributes = default, [System.Runtime.CompilerServices.EnumeratorCancellation] System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task<T> ReadAsync(System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task UpdateAsync(Ipso.Server.Remote.CompositeWrite writes, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task UpdateAsync(T values, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task WriteAsync(T values, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task WriteAttributesAsync(Ipso.Lwm2m.NotificationAttributes attributes, Ipso.Lwm2m.Codecs.NotificationAttributeNames removed = 0, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public abstract class RemoteResource
    {
        public Ipso.Server.DeviceClient Client { get; }
        public Ipso.Lwm2m.Model.ResourceInfo Info { get; }
        public Ipso.Lwm2m.Lwm2mPath Path { get; }
        public override string ToString() { }
    }
    public readonly struct RemoteValue<T> : System.IEquatable<Ipso.Server.Remote.RemoteValue<T>>
    {
        public RemoteValue(T Value, System.DateTimeOffset Time, bool IsTimestamped) { }
        public bool IsTimestamped { get; init; }
        public System.DateTimeOffset Time { get; init; }
        public T Value { get; init; }
        public override string ToString() { }
    }
    public sealed class UnreadableAnswerException : System.Exception
    {
        public Ipso.Server.Operations.DeviceAnswer Answer { get; }
        public string Endpoint { get; }
        public Ipso.Lwm2m.Model.PayloadError Error { get; }
        public Ipso.Server.Operations.DeviceRequest Request { get; }
    }
    public sealed class WritableResource<T> : Ipso.Server.Remote.RemoteResource
    {
        public WritableResource(Ipso.Server.Remote.RemoteInstance instance, int index) { }
        public System.Threading.Tasks.Task WriteAsync(T value, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class WritableResources<T> : Ipso.Server.Remote.RemoteResource
    {
        public WritableResources(Ipso.Server.Remote.RemoteInstance instance, int index) { }
        public Ipso.Server.Remote.WritableResource<T> this[ushort id] { get; }
        public System.Threading.Tasks.Task DeleteAsync(ushort id, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task UpdateAsync(Ipso.Lwm2m.Model.ResourceInstances<T> values, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.Task WriteAsync(Ipso.Lwm2m.Model.ResourceInstances<T> values, System.Threading.CancellationToken cancellationToken = default) { }
    }
}
namespace Ipso.Server.Reporting
{
    public abstract class DeviceObservation
    {
        protected DeviceObservation(Ipso.Server.Operations.DeviceRequest request) { }
        public Ipso.Server.Registration.RegisteredDevice? Device { get; }
        public bool HasEnded { get; }
        public bool IsEstablished { get; }
        public Ipso.Server.Operations.DeviceRequest Request { get; }
        protected abstract void OnEnded(in Ipso.Server.Operations.DeviceResponse response);
        protected abstract void OnNotified(in Ipso.Server.Operations.DeviceResponse response);
    }
    public sealed class DeviceReport : System.IEquatable<Ipso.Server.Reporting.DeviceReport>
    {
        public DeviceReport(Ipso.Server.Registration.RegisteredDevice Device, Ipso.Lwm2m.Model.ResourceRecords Records) { }
        public Ipso.Server.Registration.RegisteredDevice Device { get; init; }
        public Ipso.Lwm2m.Model.PayloadError? Fault { get; init; }
        public Ipso.Lwm2m.Model.ResourceRecords Records { get; init; }
        public override string ToString() { }
    }
    public sealed class UnclaimedNotification : System.IEquatable<Ipso.Server.Reporting.UnclaimedNotification>
    {
        public UnclaimedNotification(Ipso.Server.Registration.RegisteredDevice Device, Ipso.Server.Operations.DeviceRequest Request, Ipso.Server.Operations.DeviceAnswer Answer) { }
        public Ipso.Server.Operations.DeviceAnswer Answer { get; init; }
        public Ipso.Server.Registration.RegisteredDevice Device { get; init; }
        public Ipso.Server.Operations.DeviceRequest Request { get; init; }
    }
}
namespace Ipso.Server.Security
{
    public sealed class StoredPreSharedKeys : System.IDisposable
    {
        public StoredPreSharedKeys(Ipso.Server.Stores.ISecurityStore store, int maxKeys = 100000) { }
        public int Count { get; }
        public System.Action<System.Exception>? FetchFailed { get; set; }
        public void Dispose() { }
        public System.Threading.Tasks.Task<bool> FetchAsync(System.ReadOnlyMemory<byte> identity, System.Threading.CancellationToken cancellationToken = default) { }
        public int Find(System.ReadOnlySpan<byte> identity, System.Span<byte> key) { }
        public bool Forget(System.ReadOnlySpan<byte> identity) { }
    }
}
namespace Ipso.Server.Stores
{
    public sealed class BootstrapRecord : System.IEquatable<Ipso.Server.Stores.BootstrapRecord>
    {
        public BootstrapRecord(string Endpoint, System.ReadOnlyMemory<byte> Configuration) { }
        public System.ReadOnlyMemory<byte> Configuration { get; init; }
        public string Endpoint { get; init; }
        public Ipso.Server.Bootstrap.BootstrapConfiguration? Read() { }
        public override string ToString() { }
        public static Ipso.Server.Stores.BootstrapRecord Create(string endpoint, Ipso.Server.Bootstrap.BootstrapConfiguration configuration) { }
    }
    public readonly struct CommandOwner : System.IEquatable<Ipso.Server.Stores.CommandOwner>
    {
        public CommandOwner(long Epoch, long Incarnation) { }
        public long Epoch { get; init; }
        public long Incarnation { get; init; }
        public bool IsBefore(Ipso.Server.Stores.CommandOwner next) { }
    }
    public sealed class CommandRecord : System.IEquatable<Ipso.Server.Stores.CommandRecord>
    {
        public static readonly System.TimeSpan LongestUnderWay;
        public CommandRecord(long Id, string Endpoint, string? Key, System.DateTimeOffset EnqueuedAt, System.DateTimeOffset ExpiresAt, bool IsIdempotent, Ipso.Server.Stores.CommandState State, Ipso.Server.Stores.CommandOwner Owner, System.ReadOnlyMemory<byte> Request, System.ReadOnlyMemory<byte> Answer) { }
        public System.ReadOnlyMemory<byte> Answer { get; init; }
        public string Endpoint { get; init; }
        public System.DateTimeOffset EnqueuedAt { get; init; }
        public System.DateTimeOffset ExpiresAt { get; init; }
        public long Id { get; init; }
        public bool IsIdempotent { get; init; }
        public string? Key { get; init; }
        public Ipso.Server.Stores.CommandOwner Owner { get; init; }
        public System.ReadOnlyMemory<byte> Request { get; init; }
        public Ipso.Server.Stores.CommandState State { get; init; }
    }
    public enum CommandState : byte
    {
        Waiting = 0,
        UnderWay = 1,
        Answered = 2,
        Unknown = 3,
        Expired = 4,
        Refused = 5,
    }
    public interface IBootstrapStore
    {
        System.Threading.Tasks.ValueTask<Ipso.Server.Stores.BootstrapRecord?> FindAsync(string endpoint, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask PutAsync(Ipso.Server.Stores.BootstrapRecord record, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<bool> RemoveAsync(string endpoint, System.Threading.CancellationToken cancellationToken = default);
    }
    public interface ICommandStore
    {
        System.Threading.Tasks.ValueTask<Ipso.Server.Stores.WriteOutcome> CancelAsync(long id, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<Ipso.Server.Stores.WriteOutcome> CompleteAsync(long id, Ipso.Server.Stores.CommandOwner owner, Ipso.Server.Stores.CommandState state, System.ReadOnlyMemory<byte> answer, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<Ipso.Server.Stores.CommandRecord> EnqueueAsync(Ipso.Server.Stores.CommandRecord command, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<Ipso.Server.Stores.CommandRecord?> FindAsync(long id, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<System.Collections.Generic.IReadOnlyList<Ipso.Server.Stores.CommandRecord>> RemoveExpiredAsync(System.DateTimeOffset now, int max, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<System.Collections.Generic.IReadOnlyList<Ipso.Server.Stores.CommandRecord>> TakeAsync(string endpoint, Ipso.Server.Stores.CommandOwner owner, System.DateTimeOffset now, int max, System.Threading.CancellationToken cancellationToken = default);
    }
    public interface IObservationStore
    {
        System.Threading.Tasks.ValueTask<Ipso.Server.Stores.ObservationRecord?> FindAsync(Ipso.Coap.CoapToken token, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask PutAsync(Ipso.Server.Stores.ObservationRecord record, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask RemoveAsync(Ipso.Coap.CoapToken token, System.Threading.CancellationToken cancellationToken = default);
        System.Collections.Generic.IAsyncEnumerable<Ipso.Server.Stores.ObservationRecord> ScanAsync(System.Threading.CancellationToken cancellationToken = default);
    }
    public interface IRegistrationStore
    {
        System.Threading.Tasks.ValueTask<long> ClaimAsync(Ipso.Server.Stores.RegistrationRecord record, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<Ipso.Server.Stores.RegistrationRecord?> FindAsync(string endpoint, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<Ipso.Server.Stores.WriteOutcome> RemoveAsync(string endpoint, long epoch, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<System.Collections.Generic.IReadOnlyList<Ipso.Server.Stores.RegistrationRecord>> RemoveExpiredAsync(System.DateTimeOffset before, int max, System.Threading.CancellationToken cancellationToken = default);
        System.Collections.Generic.IAsyncEnumerable<Ipso.Server.Stores.RegistrationRecord> ScanAsync(System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<Ipso.Server.Stores.WriteOutcome> UpdateAsync(Ipso.Server.Stores.RegistrationRecord record, System.Threading.CancellationToken cancellationToken = default);
    }
    public interface ISecurityStore
    {
        System.Threading.Tasks.ValueTask<System.Collections.Generic.IReadOnlyList<Ipso.Server.Stores.OscoreRecord>> FindOscoreAsync(System.ReadOnlyMemory<byte> kid, System.ReadOnlyMemory<byte> kidContext, int max, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<Ipso.Server.Stores.PskRecord?> FindPskAsync(System.ReadOnlyMemory<byte> identity, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask PutOscoreAsync(Ipso.Server.Stores.OscoreRecord record, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask PutPskAsync(Ipso.Server.Stores.PskRecord record, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<bool> RemoveOscoreAsync(System.ReadOnlyMemory<byte> kid, System.ReadOnlyMemory<byte> idContext, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<bool> RemovePskAsync(System.ReadOnlyMemory<byte> identity, System.Threading.CancellationToken cancellationToken = default);
        System.Threading.Tasks.ValueTask<ulong?> ReserveSequenceAsync(System.ReadOnlyMemory<byte> kid, System.ReadOnlyMemory<byte> idContext, int count, System.Threading.CancellationToken cancellationToken = default);
    }
    public sealed class MemoryBootstrapStore : Ipso.Server.Stores.IBootstrapStore
    {
        public MemoryBootstrapStore() { }
        public System.Threading.Tasks.ValueTask<Ipso.Server.Stores.BootstrapRecord?> FindAsync(string endpoint, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask PutAsync(Ipso.Server.Stores.BootstrapRecord record, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<bool> RemoveAsync(string endpoint, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class MemoryCommandStore : Ipso.Server.Stores.ICommandStore
    {
        public MemoryCommandStore() { }
        public System.Threading.Tasks.ValueTask<Ipso.Server.Stores.WriteOutcome> CancelAsync(long id, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<Ipso.Server.Stores.WriteOutcome> CompleteAsync(long id, Ipso.Server.Stores.CommandOwner owner, Ipso.Server.Stores.CommandState state, System.ReadOnlyMemory<byte> answer, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<Ipso.Server.Stores.CommandRecord> EnqueueAsync(Ipso.Server.Stores.CommandRecord command, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<Ipso.Server.Stores.CommandRecord?> FindAsync(long id, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<System.Collections.Generic.IReadOnlyList<Ipso.Server.Stores.CommandRecord>> RemoveExpiredAsync(System.DateTimeOffset now, int max, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<System.Collections.Generic.IReadOnlyList<Ipso.Server.Stores.CommandRecord>> TakeAsync(string endpoint, Ipso.Server.Stores.CommandOwner owner, System.DateTimeOffset now, int max, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class MemoryObservationStore : Ipso.Server.Stores.IObservationStore
    {
        public MemoryObservationStore() { }
        public System.Threading.Tasks.ValueTask<Ipso.Server.Stores.ObservationRecord?> FindAsync(Ipso.Coap.CoapToken token, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask PutAsync(Ipso.Server.Stores.ObservationRecord record, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask RemoveAsync(Ipso.Coap.CoapToken token, System.Threading.CancellationToken cancellationToken = default) { }
        [System.Runtime.CompilerServices.AsyncIteratorStateMachine(typeof(Ipso.Server.Stores.MemoryObservationStore.<ScanAsync>d__4))]
        public System.Collections.Generic.IAsyncEnumerable<Ipso.Server.Stores.ObservationRecord> ScanAsync([System.Runtime.CompilerServices.EnumeratorCancellation] System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class MemoryRegistrationStore : Ipso.Server.Stores.IRegistrationStore
    {
        public MemoryRegistrationStore() { }
        public System.Threading.Tasks.ValueTask<long> ClaimAsync(Ipso.Server.Stores.RegistrationRecord record, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<Ipso.Server.Stores.RegistrationRecord?> FindAsync(string endpoint, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<Ipso.Server.Stores.WriteOutcome> RemoveAsync(string endpoint, long epoch, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<System.Collections.Generic.IReadOnlyList<Ipso.Server.Stores.RegistrationRecord>> RemoveExpiredAsync(System.DateTimeOffset before, int max, System.Threading.CancellationToken cancellationToken = default) { }
        [System.Runtime.CompilerServices.AsyncIteratorStateMachine(typeof(Ipso.Server.Stores.MemoryRegistrationStore.<ScanAsync>d__7))]
        public System.Collections.Generic.IAsyncEnumerable<Ipso.Server.Stores.RegistrationRecord> ScanAsync([System.Runtime.CompilerServices.EnumeratorCancellation] System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<Ipso.Server.Stores.WriteOutcome> UpdateAsync(Ipso.Server.Stores.RegistrationRecord record, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class MemorySecurityStore : Ipso.Server.Stores.ISecurityStore
    {
        public MemorySecurityStore() { }
        public System.Threading.Tasks.ValueTask<System.Collections.Generic.IReadOnlyList<Ipso.Server.Stores.OscoreRecord>> FindOscoreAsync(System.ReadOnlyMemory<byte> kid, System.ReadOnlyMemory<byte> kidContext, int max, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<Ipso.Server.Stores.PskRecord?> FindPskAsync(System.ReadOnlyMemory<byte> identity, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask PutOscoreAsync(Ipso.Server.Stores.OscoreRecord record, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask PutPskAsync(Ipso.Server.Stores.PskRecord record, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<bool> RemoveOscoreAsync(System.ReadOnlyMemory<byte> kid, System.ReadOnlyMemory<byte> idContext, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<bool> RemovePskAsync(System.ReadOnlyMemory<byte> identity, System.Threading.CancellationToken cancellationToken = default) { }
        public System.Threading.Tasks.ValueTask<ulong?> ReserveSequenceAsync(System.ReadOnlyMemory<byte> kid, System.ReadOnlyMemory<byte> idContext, int count, System.Threading.CancellationToken cancellationToken = default) { }
    }
    public sealed class ObservationRecord : System.IEquatable<Ipso.Server.Stores.ObservationRecord>
    {
        public ObservationRecord(Ipso.Coap.CoapToken Token, string Endpoint, long Epoch, System.ReadOnlyMemory<byte> Request) { }
        public string Endpoint { get; init; }
        public long Epoch { get; init; }
        public System.ReadOnlyMemory<byte> Request { get; init; }
        public Ipso.Coap.CoapToken Token { get; init; }
    }
    public sealed class OscoreRecord : System.IEquatable<Ipso.Server.Stores.OscoreRecord>
    {
        public OscoreRecord(System.ReadOnlyMemory<byte> RecipientId, System.ReadOnlyMemory<byte> IdContext, System.ReadOnlyMemory<byte> SenderId, System.ReadOnlyMemory<byte> MasterSecret, System.ReadOnlyMemory<byte> MasterSalt) { }
        public Ipso.Coap.Oscore.AeadAlgorithm Algorithm { get; init; }
        public Ipso.Coap.Oscore.HmacAlgorithm Hmac { get; init; }
        public System.ReadOnlyMemory<byte> IdContext { get; init; }
        public System.ReadOnlyMemory<byte> MasterSalt { get; init; }
        public System.ReadOnlyMemory<byte> MasterSecret { get; init; }
        public System.ReadOnlyMemory<byte> RecipientId { get; init; }
        public System.ReadOnlyMemory<byte> SenderId { get; init; }
        public bool HasKeysOf(Ipso.Server.Stores.OscoreRecord other) { }
        public override string ToString() { }
    }
    public sealed class PskRecord : System.IEquatable<Ipso.Server.Stores.PskRecord>
    {
        public PskRecord(System.ReadOnlyMemory<byte> Identity, System.ReadOnlyMemory<byte> Key) { }
        public System.ReadOnlyMemory<byte> Identity { get; init; }
        public System.ReadOnlyMemory<byte> Key { get; init; }
        public override string ToString() { }
    }
    public sealed class RegistrationRecord : System.IEquatable<Ipso.Server.Stores.RegistrationRecord>
    {
        public RegistrationRecord(string Endpoint, Ipso.Server.Registration.RegistrationId Id, long Epoch, System.DateTimeOffset? ExpiresAt, System.ReadOnlyMemory<byte> Data) { }
        public System.ReadOnlyMemory<byte> Data { get; init; }
        public string Endpoint { get; init; }
        public long Epoch { get; init; }
        public System.DateTimeOffset? ExpiresAt { get; init; }
        public Ipso.Server.Registration.RegistrationId Id { get; init; }
        public Ipso.Server.Cluster.NodeIdentity Node { get; init; }
    }
    public enum WriteOutcome : byte
    {
        Applied = 0,
        Fenced = 1,
        Unknown = 2,
    }
}
