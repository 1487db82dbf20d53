using System.Buffers.Binary;
using Ipso.Coap.Engine;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Stores;

namespace Ipso.Server;

// Commands that wait in a store for their devices: taken when these are awake, so that they are lost by nobody who ends meanwhile.
public sealed partial class ServerEndpoint
{
    // Few at a time: they stand among the operations that wait for the device, and are the store's until then.
    private const int MaxCommandsTaken = 8;

    private const int MaxExpiredTaken = 1000;
    private const int MaxUnended = 10_000;

    private static readonly TimeSpan s_expiryInterval = TimeSpan.FromMinutes(1);

    private readonly long _incarnation;
    private Instant? _commandsExpireAt;
    private bool _isExpiringCommands;

    // What has become of commands, and could not be written.
    private readonly Queue<(CommandRecord Command, CommandState State, byte[]? Answer)> _unended = new();

    /// <summary>
    /// Told of commands that are over: answered, expired, refused, or unknown. Inside a call into the server, and after it is durable. A server
    /// that ends in between has not told it, and whoever must know asks the store (<see cref="ICommandStore.FindAsync"/>).
    /// </summary>
    public Action<QueuedCommand>? CommandEnded { get; set; }

    /// <summary>
    /// Takes the commands of a device from their store (<see cref="ServerEndpointOptions.Commands"/>) if it is awake, and sends them. To be
    /// called when one was enqueued; when a device is heard of the server looks for itself.
    /// </summary>
    /// <param name="endpoint">The endpoint's name; one that is not registered has them taken when it is.</param>
    /// <param name="now">The moment.</param>
    public void TakeCommands(string endpoint, Instant now)
    {
        _now = now;
        if (_directory.Find(endpoint) is { } device)
        {
            device.HasCommands = true;
            TakeCommands(device);
        }
    }

    private void TakeCommands(RegisteredDevice device)
    {
        // The one whose answer it was heard by may still be counted.
        if (_options.Commands is not { } store || device.IsTakingCommands || device.CommandsTaken > 1 || _isStopped || !IsAwake(device, _now))
        {
            return;
        }

        device.HasCommands = false;
        device.IsTakingCommands = true;
        CommandOwner owner = new(device.Registration.Epoch, _incarnation);
        ValueTask<IReadOnlyList<CommandRecord>> taking = Try(
            () => store.TakeAsync(device.Endpoint, owner, _options.Time.GetUtcNow(), MaxCommandsTaken));
        When(taking, taken => OnCommandsTaken(device, taken.Value));
    }

    private void OnCommandsTaken(RegisteredDevice device, IReadOnlyList<CommandRecord>? taken)
    {
        // One may have been enqueued meanwhile; and where none is sent, no answer has the next ones taken.
        bool isNothingSent = taken?.All(static command => command.State != CommandState.UnderWay) == true;
        bool isToTakeMore = taken is not null && (device.HasCommands || (taken.Count == MaxCommandsTaken && isNothingSent));
        device.IsTakingCommands = false;
        device.HasCommands |= taken is null || taken.Count == MaxCommandsTaken;
        foreach (CommandRecord command in taken ?? [])
        {
            if (command.State != CommandState.UnderWay)
            {
                Guard(() => Tell(command));
            }
            else if (RequestCodec.TryRead(command.Request) is { } request)
            {
                device.CommandsTaken++;
                Submit(device, new CommandOperation(this, command, request) { Timeout = _options.AwakeTime }, _now);
            }
            else
            {
                EndCommand(command, CommandState.Refused, default);
            }
        }

        if (isToTakeMore && device.CommandsTaken == 0)
        {
            TakeCommands(device);
        }
    }

    internal void OnCommandDone(CommandOperation operation, in DeviceResponse response)
    {
        RegisteredDevice device = operation.Device!;
        device.CommandsTaken--;
        CommandState state = response.Outcome switch
        {
            DeviceOutcome.Answered => CommandState.Answered,
            DeviceOutcome.NoFormat => CommandState.Refused,
            DeviceOutcome.Refused when operation.IsUnsendable => CommandState.Refused,
            DeviceOutcome.Unknown or DeviceOutcome.Cancelled when !operation.Request.IsIdempotent => CommandState.Unknown,
            _ => CommandState.Waiting,
        };
        if (state == CommandState.Waiting)
        {
            // Those after it are not to come before it. A device that has registered as another one meanwhile has them, too.
            device.HasCommands = true;
            _directory.Find(device.Endpoint)?.HasCommands = true;
            for (DeviceOperation? next = device.Waiting.First; next is not null; next = next.Next)
            {
                if (next is CommandOperation later)
                {
                    Leave(later);
                    Complete(later, new(DeviceOutcome.Expired));
                    break;
                }
            }
        }

        EndCommand(operation.Record, state, QueuedCommand.WriteAnswer(response));
    }

    private void EndCommand(CommandRecord command, CommandState state, byte[]? answer)
    {
        ICommandStore store = _options.Commands!;
        CommandRecord ended = command with { State = state, Answer = answer };
        When(Try(() => store.CompleteAsync(command.Id, command.Owner, state, answer)), outcome =>
        {
            if (!outcome.IsDone && _unended.Count < MaxUnended)
            {
                // It is tried again, or else it would be under way for ever.
                _unended.Enqueue((command, state, answer));
            }
            else if (outcome.IsDone && outcome.Value == WriteOutcome.Applied && state != CommandState.Waiting)
            {
                Tell(ended);
            }
        });
    }

    private void ExpireCommands(Instant now)
    {
        if (_options.Commands is not { } store || !(_commandsExpireAt <= now))
        {
            return;
        }

        _commandsExpireAt = now + s_expiryInterval;
        for (int left = _unended.Count; left > 0; left--)
        {
            (CommandRecord command, CommandState state, byte[]? answer) = _unended.Dequeue();
            EndCommand(command, state, answer);
        }

        if (_isExpiringCommands)
        {
            return;
        }

        _isExpiringCommands = true;
        When(Try(() => store.RemoveExpiredAsync(_options.Time.GetUtcNow(), MaxExpiredTaken)), expired =>
        {
            _isExpiringCommands = false;
            foreach (CommandRecord command in expired.Value ?? [])
            {
                Guard(() => Tell(command));
            }

            if (expired.Value?.Count == MaxExpiredTaken)
            {
                _commandsExpireAt = _now;
            }
        });
    }

    private static long DrawIncarnation(IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        random.Fill(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
