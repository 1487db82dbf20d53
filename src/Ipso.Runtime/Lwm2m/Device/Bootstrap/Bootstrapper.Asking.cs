using System.Diagnostics.CodeAnalysis;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// What goes to the Bootstrap-Server, and what comes back: the pack, or the word that commands will follow.
internal sealed partial class Bootstrapper
{
    private static readonly ObjectVersion s_withPack = new(1, 2);
    private static readonly ObjectVersion s_withFormat = new(1, 1);

    private BootstrapResult? _finished;
    private bool _namesFormat;

    private ReadOnlySpan<char> UriHost => _host.IsAddress ? default : _host.Host;

    /// <summary>What the answer to a Bootstrap-Request is to come in: what the device prefers.</summary>
    private ContentFormat? Preferred =>
        _options.Version >= s_withFormat
        && Representation.Smallest is ContentFormat.SenMLCbor or ContentFormat.SenMLJson or ContentFormat.Tlv or ContentFormat.Lwm2mCbor
            && (Representation.Smallest != ContentFormat.Lwm2mCbor || _options.Version >= s_withPack)
            ? Representation.Smallest
            : null;

    /// <summary>The format of a pack: the smallest that there is.</summary>
    private static ContentFormat? PackFormat =>
        CodecSwitches.SenMLCbor ? ContentFormat.SenMLCbor
        : CodecSwitches.LwM2MCbor ? ContentFormat.Lwm2mCbor
        : CodecSwitches.SenMLJson ? ContentFormat.SenMLJson
        : null;

    /// <summary>Takes the address of the Bootstrap-Server, or why there is none.</summary>
    internal void OnResolved(PeerId? peer, string? reason, Instant now)
    {
        if (_step != Step.Resolving)
        {
            if (peer is { } unwanted)
            {
                _registrations.SessionReleased?.Invoke(unwanted);
            }

            return;
        }

        _peer = peer;
        if (peer is null)
        {
            Fail(BootstrapFailure.Unresolved, default, reason, now);
        }
        else if (FindAccount(_objects) is { } account
            && !DeviceProtection.TryProtect(_options, _objects, account, peer.Value, out string? fault))
        {
            Fail(BootstrapFailure.Unprotected, default, fault, now);
        }
        else if (_options.Version >= s_withPack && _options.Bootstrap.AsksForPack && PackFormat is { } format)
        {
            AskForPack(format, now);
        }
        else
        {
            Ask(Preferred is not null, now);
        }
    }

    /// <summary>Whether the address of the Bootstrap-Server is waited for.</summary>
    internal bool IsAsking => _step == Step.Resolving;

    /// <summary>A security session has ended: if it was with the Bootstrap-Server, no command comes any more.</summary>
    internal void OnSessionClosed(in PeerId peer, Instant now)
    {
        if (_step == Step.Open && _peer == peer)
        {
            Fail(BootstrapFailure.Unfinished, default, "the security session has ended", now);
        }
    }

    /// <summary>Takes an event of an exchange, if it is this one's.</summary>
    internal bool Take(in CoapEvent e, Instant now)
    {
        if (_exchange.IsNone || e.Exchange != _exchange)
        {
            return false;
        }

        _exchange = default;
        BootstrapFailure failure = e.Kind switch
        {
            CoapEventKind.Response => e.Message.Code.IsSuccess ? BootstrapFailure.None : BootstrapFailure.Rejected,
            CoapEventKind.Unprotected => BootstrapFailure.Rejected,
            CoapEventKind.Timeout => BootstrapFailure.Timeout,
            CoapEventKind.Refused => BootstrapFailure.Refused,
            CoapEventKind.ConnectionClosed => BootstrapFailure.Unfinished,
            CoapEventKind.TransferFailed => BootstrapFailure.TooLarge,
            _ => BootstrapFailure.Reset,
        };
        CoapCode code = e.HasMessage ? e.Message.Code : default;
        switch (_step)
        {
            case Step.Pack:
                TakePack(e, failure, code, now);
                break;
            case Step.Asking when code == CoapCode.UnsupportedContentFormat && _namesFormat:
                // The Bootstrap-Server does not know the format: it is to choose one.
                Ask(namesFormat: false, now);
                break;
            case Step.Asking when failure == BootstrapFailure.None:
                Open(now);
                break;
            case Step.Asking:
            // Commands have come, and with them the word that they would: only a refusal counts now.
            case Step.Open when failure == BootstrapFailure.Rejected:
                Fail(failure, code, null, now);
                break;
            default:
                break;
        }

        return true;
    }

    /// <summary>Has the device go by what a bootstrap has done, once for each.</summary>
    internal void SettleFinished(DeviceEndpoint device, Instant now)
    {
        if (_finished is { } result)
        {
            _finished = null;
            device.OnBootstrapped(result, _registrations, now);
            Tell(BootstrapEventKind.Finished);
        }
    }

    private void Begin(Instant now)
    {
        _due = Instant.Never;
        // A server may have been reached meanwhile.
        if (FindAccount(_objects) is not { } account || (!_isTriggered && _registrations.IsAnyRegistered))
        {
            _step = Step.Idle;
            _failures = 0;
            return;
        }

        _uri = account.LWM2MServerURI;
        _step = Step.Resolving;
        Tell(BootstrapEventKind.Started);
        if (!ServerUri.TryParse(_uri, out _host, out string fault))
        {
            Fail(BootstrapFailure.Unresolved, default, fault, now);
        }
        else if (UriHost.Length + _registrations.EndpointBytes > _registrations.RoomForNames)
        {
            Fail(BootstrapFailure.Unresolved, default, "the host's name is too long for a message", now);
        }
        else if (_registrations.HostRequested is { } ask)
        {
            ask(new(Id, _host.Host, _host.IsAddress, _host.Port) { Scheme = _host.Scheme, Security = account }, now);
        }
        else
        {
            Fail(BootstrapFailure.Unresolved, default, "nobody looks hosts up", now);
        }
    }

    private void AskForPack(ContentFormat format, Instant now)
    {
        CoapRequestHead head = new()
        {
            Method = CoapCode.Get,
            Host = UriHost,
            Path = "/bspack",
            Query = Query(null),
            Accept = format,
        };
        if (TrySend(head, Step.Pack, now))
        {
            Tell(BootstrapEventKind.PackRequested);
        }
    }

    // Whatever is wrong with the pack, commands are the way (LwM2M TS Core, 6.1.7.7).
    private void TakePack(in CoapEvent e, BootstrapFailure failure, CoapCode code, Instant now)
    {
        string? reason = null;
        if (failure == BootstrapFailure.Unfinished)
        {
            // There is nobody to ask for commands over what has ended.
            Fail(failure, code, "the session or connection has ended", now);
            return;
        }

        if (failure == BootstrapFailure.None)
        {
            StagedTree staged = new(_objects, _options.Bootstrap, RefuseWrite);
            failure = !e.Message.Options.TryGetUInt(CoapOptionNumber.ContentFormat, out uint format)
                || !Representation.CanReadComposite((ContentFormat)format) ? Unreadable("its format is none of 110, 112 and 11544", out reason)
                : !staged.TryReplace((ContentFormat)format, e.Message.Payload, out reason) ? BootstrapFailure.Unreadable
                : !TryCheck(staged, out reason) ? BootstrapFailure.Inconsistent
                : BootstrapFailure.None;
            if (failure == BootstrapFailure.None)
            {
                Apply(staged, now);
                return;
            }
        }

        Tell(BootstrapEventKind.PackFailed, failure, code, reason, TimeSpan.Zero);
        Ask(Preferred is not null, now);
    }

    private static BootstrapFailure Unreadable(string what, out string? reason)
    {
        reason = what;
        return BootstrapFailure.Unreadable;
    }

    private bool TryCheck(StagedTree staged, [NotNullWhen(false)] out string? fault)
    {
        if (staged.TryComplete(out fault))
        {
            fault = AccountCheck.FindFault(staged.View, _registrations.FindTransportFault);
        }

        return fault is null;
    }

    private void Ask(bool namesFormat, Instant now)
    {
        _namesFormat = namesFormat;
        CoapRequestHead head = new()
        {
            Method = CoapCode.Post,
            Host = UriHost,
            Path = "/bs",
            Query = Query(namesFormat ? Preferred : null),
        };
        if (TrySend(head, Step.Asking, now))
        {
            Tell(BootstrapEventKind.Requested);
        }
    }

    // Without a name the server knows the device by its keys.
    private string Query(ContentFormat? format)
    {
        string name = _registrations.EndpointName.Length > 0 ? $"ep={_registrations.EndpointName}" : "";
        return format is { } known ? $"{name}{(name.Length > 0 ? "&" : "")}pct={(int)known}" : name;
    }

    private bool TrySend(in CoapRequestHead head, Step step, Instant now)
    {
        _exchange = _endpoint.Request(_peer.GetValueOrDefault(), head);
        _step = _exchange.IsNone ? Step.Waiting : step;
        _due = _exchange.IsNone ? now + s_busyTime : Instant.Never;
        return !_exchange.IsNone;
    }

    private void Open(Instant now)
    {
        _step = Step.Open;
        _end = now + Patience;
    }
}
