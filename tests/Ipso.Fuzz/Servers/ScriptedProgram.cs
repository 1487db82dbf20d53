using Ipso.Coap;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;
using Ipso.Server.Stores;

namespace Ipso.Fuzz.Servers;

/// <summary>The program above a server: what it has asked for, and what it was told of it. It may do more within a call that tells it.</summary>
/// <param name="run">The server under its script.</param>
internal sealed class ScriptedProgram(ServerRun run)
{
    private const int MaxMeddling = 3;

    private static readonly ReadyContent s_short = new(ContentFormat.PlainText, "18"u8.ToArray());
    private static readonly ReadyContent s_pack = new(ContentFormat.SenMLCbor, new byte[] { 0x80 });
    private static readonly ReadyContent s_long = new(ContentFormat.OctetStream, new byte[300]);
    private static readonly ReadyContent s_tooLong = new(ContentFormat.OctetStream, new byte[2000]);

    private static readonly DeviceRequest[] s_requests =
    [
        DeviceRequest.Read(new(3303, 0, 5700)),
        DeviceRequest.Read(new(3)),
        DeviceRequest.Discover(new(3), 2),
        DeviceRequest.Write(new(3308, 0, 5900), s_short),
        DeviceRequest.Write(new(3308, 0, 5900), s_long),
        DeviceRequest.Write(new(3308, 0, 5900), s_tooLong),
        DeviceRequest.Execute(new(3, 0, 4)),
        DeviceRequest.Execute(new(3, 0, 4), "0='a'"),
        DeviceRequest.Delete(new(3303, 1)),
        DeviceRequest.Create(3303, s_pack),
        DeviceRequest.WriteAttributes(new(3303, 0), "pmin=10"),
        DeviceRequest.ReadComposite(s_pack),
        DeviceRequest.Read(new(3303, 0, 5700)).In(ContentFormat.PlainText),
        DeviceRequest.Write(new(3308, 0), new Wrong()),
    ];

    private static readonly DeviceRequest[] s_observed =
    [
        DeviceRequest.Observe(new(3303, 0, 5700)),
        DeviceRequest.Observe(new(3), "pmin=1"),
        DeviceRequest.ObserveComposite(s_pack),
        DeviceRequest.ObserveComposite(new ReadyContent(ContentFormat.SenMLCbor, new byte[200])),
    ];

    // By id, how often each was told of.
    private readonly Dictionary<long, int> _commands = [];

    private int _meddling;
    private int _depth;

    internal List<Operation> Operations { get; } = [];

    internal List<Observation> Observations { get; } = [];

    /// <summary>What it does within calls: bits, taken two by two, and by turns.</summary>
    internal int Meddling { get; set; }

    internal void Submit(RegisteredDevice device, int which, int timeout)
    {
        TimeSpan wait = timeout switch
        {
            0 => Timeout.InfiniteTimeSpan,
            _ => TimeSpan.FromSeconds(Math.Min(timeout, ServerRun.MaxTimeout)),
        };
        Operation operation = new(this, s_requests[which % s_requests.Length]) { Timeout = wait };
        Operations.Add(operation);
        run.Server.Submit(device, operation, run.Now);
    }

    internal void Observe(RegisteredDevice device, int which)
    {
        Observation observation = new(this, s_observed[which % s_observed.Length]);
        Observations.Add(observation);
        run.Server.Observe(device, observation, run.Now);
    }

    internal void Enqueue(string endpoint, int which, int seconds)
    {
        // But for the one that cannot be written.
        DeviceRequest request = s_requests[which % (s_requests.Length - 1)];
        string? key = which > 200 ? "k" : null;
        DateTimeOffset now = DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(run.Now.Ticks);
        CommandRecord command = run.Commands.EnqueueAsync(
            QueuedCommand.Create(endpoint, request, TimeSpan.FromSeconds(1 + (seconds * 10)), key, now)).AsTask().Result;
        _commands.TryAdd(command.Id, 0);
        run.Server.TakeCommands(endpoint, run.Now);
    }

    internal void OnCommandEnded(QueuedCommand command)
    {
        run.Count($"command {command.State}");
        _commands[command.Id]++;
        if (_commands[command.Id] != 1 || command.State is CommandState.Waiting or CommandState.UnderWay)
        {
            run.Fail($"{command} is told of {_commands[command.Id]} times");
        }

        Meddle();
    }

    /// <summary>What is wrong with commands, when all devices have gone and all times are over.</summary>
    internal string? JudgeCommands()
    {
        foreach ((long id, int told) in _commands)
        {
            if (told != 1 || run.Commands.FindAsync(id).AsTask().Result is not null)
            {
                return $"command {id} is told of {told} times, and then is {run.Commands.FindAsync(id).AsTask().Result?.State.ToString() ?? "gone"}";
            }
        }

        return null;
    }

    internal void CancelOperation(int which)
    {
        if (Operations.Count > 0)
        {
            Operation operation = Operations[which % Operations.Count];
            int told = operation.Told;
            bool ends = run.Server.Cancel(operation);
            if (ends != (told == 0) || operation.Told != 1)
            {
                run.Fail($"an operation that was told of {told} times is cancelled: {ends}, and then told of {operation.Told} times");
            }
        }
    }

    internal void CancelObservation(int which)
    {
        if (Observations.Count > 0)
        {
            Observation observation = Observations[which % Observations.Count];
            observation.IsCancelled |= run.Server.Cancel(observation);
        }
    }

    /// <summary>Does, within a call of the server's, what a program may do there.</summary>
    internal void Meddle()
    {
        if (_depth == MaxMeddling || Meddling == 0)
        {
            return;
        }

        _depth++;
        int choice = (Meddling >> (_meddling++ % 4 * 2)) & 3;
        int which = _meddling + Meddling;
        RegisteredDevice? device = run.DeviceAt(which);
        switch (choice)
        {
            case 1 when device is not null:
                Submit(device, which, which % 90);
                break;
            case 2 when which % 2 == 0:
                CancelObservation(which);
                break;
            case 2:
                CancelOperation(which);
                break;
            case 3 when device is not null && which % 2 == 0:
                Observe(device, which);
                break;
            case 3 when device is not null:
                run.Server.Remove(device);
                break;
            default:
                break;
        }

        _depth--;
    }

    /// <summary>What is wrong, when all has come to rest.</summary>
    /// <param name="isOver">Whether all devices have gone; where not, an operation without time-out may still wait.</param>
    internal string? Judge(bool isOver)
    {
        foreach (Operation operation in Operations)
        {
            if (operation.Told != 1 && (isOver || operation.Timeout != Timeout.InfiniteTimeSpan))
            {
                return $"{operation.Request} was told of {operation.Told} times";
            }
        }

        foreach (Observation observation in Observations)
        {
            if (isOver && observation.Endings != (observation.IsCancelled ? 0 : 1))
            {
                return $"{observation.Request} has ended {observation.Endings} times, {(observation.IsCancelled ? "" : "not ")}cancelled";
            }
        }

        return null;
    }

    private void OnCompleted(Operation operation, in DeviceResponse response)
    {
        run.Tell(operation.Told, response);
        if (operation.Told > 1)
        {
            run.Fail($"{operation.Request} is told of for the second time");
        }

        Meddle();
    }

    private void OnReported(Observation observation, in DeviceResponse response, bool isEnd)
    {
        run.Tell(isEnd ? 100 : 200, response);
        if (observation.IsCancelled || observation.Endings > (isEnd ? 1 : 0))
        {
            run.Fail($"{observation.Request} is told of after it is over{(observation.IsCancelled ? ", cancelled" : "")}");
        }

        if (run.IsNews && !isEnd)
        {
            run.TellOf(observation.Device!);
        }

        if (!isEnd && !response.IsSuccess)
        {
            run.Fail("a notification is no success");
        }

        Meddle();
    }

    internal sealed class Operation(ScriptedProgram program, DeviceRequest request) : DeviceOperation(request)
    {
        internal int Told { get; private set; }

        protected internal override void OnCompleted(in DeviceResponse response)
        {
            Told++;
            program.OnCompleted(this, response);
        }
    }

    internal sealed class Observation(ScriptedProgram program, DeviceRequest request) : DeviceObservation(request)
    {
        internal int Endings { get; private set; }

        internal bool IsCancelled { get; set; }

        protected internal override void OnNotified(in DeviceResponse response) => program.OnReported(this, response, isEnd: false);

        protected internal override void OnEnded(in DeviceResponse response)
        {
            Endings++;
            program.OnReported(this, response, isEnd: true);
        }
    }

    // Says that it can be written, and cannot.
    private sealed class Wrong : IDeviceContent
    {
        public bool Supports(ContentFormat format) => true;

        public ReadOnlyMemory<byte> Write(ContentFormat format) => throw new InvalidOperationException("planted");
    }
}
