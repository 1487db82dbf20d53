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

    private static readonly TimeSpan s_expiryInterval = TimeSpan.FromMinutes(1);

    private readonly long _incarnation;
    private Instant? _commandsExpireAt;
    private bool _isExpiringCommands;

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
        When(taking, taken => OnCommandsTaken(device, taken));
    }

    private void OnCommandsTaken(RegisteredDevice device, IReadOnlyList<CommandRecord>? taken)
    {
        device.IsTakingCommands = false;
        device.HasCommands |= taken is null || taken.Count == MaxCommandsTaken;
        foreach (CommandRecord command in taken ?? [])
        {
            if (command.State != CommandState.UnderWay)
            {
                CommandEnded?.Invoke(new(command));
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
    }

    internal void OnCommandDone(CommandOperation operation, in DeviceResponse response)
    {
        RegisteredDevice device = operation.Device!;
        device.CommandsTaken--;
        CommandState state = response.Outcome switch
        {
            DeviceOutcome.Answered => CommandState.Answered,
            DeviceOutcome.NoFormat => CommandState.Refused,
            DeviceOutcome.Unknown or DeviceOutcome.Cancelled when !operation.Request.IsIdempotent => CommandState.Unknown,
            _ => CommandState.Waiting,
        };
        if (state == CommandState.Waiting)
        {
            // Those after it are not to come before it.
            device.HasCommands = true;
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
            if (outcome == WriteOutcome.Applied && state != CommandState.Waiting)
            {
                CommandEnded?.Invoke(new(ended));
            }
        });
    }

    private void ExpireCommands(Instant now)
    {
        if (_options.Commands is not { } store || _isExpiringCommands || _commandsExpireAt > now)
        {
            return;
        }

        _commandsExpireAt = now + s_expiryInterval;
        _isExpiringCommands = true;
        When(Try(() => store.RemoveExpiredAsync(_options.Time.GetUtcNow(), MaxExpiredTaken)), expired =>
        {
            _isExpiringCommands = false;
            foreach (CommandRecord command in expired ?? [])
            {
                CommandEnded?.Invoke(new(command));
            }

            if (expired?.Count == MaxExpiredTaken)
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
