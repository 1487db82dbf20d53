using System.Globalization;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

/// <summary>Is told of every request that a device has answered and of every notification that it renders.</summary>
/// <param name="handled">What was asked and answered; valid during the call only.</param>
/// <remarks>Called on the device's loop: it should return soon.</remarks>
public delegate void HandledRequestCallback(in HandledRequest handled);

/// <summary>A request and what a device made of it.</summary>
public readonly ref struct HandledRequest
{
    private readonly CoapRequest _request;

    internal HandledRequest(scoped in CoapRequest request, scoped in CoapResponse response)
    {
        _request = request;
        Code = response.Code;
        ContentFormat = response.PayloadLength == 0 ? null : response.ContentFormat;
        Payload = response.Payload[..response.PayloadLength];
    }

    /// <summary>The request.</summary>
    public CoapRequest Request => _request;

    /// <summary>The code of the answer.</summary>
    public CoapCode Code { get; }

    /// <summary>The format of the answer's payload, where there is one that has a format.</summary>
    public ContentFormat? ContentFormat { get; }

    /// <summary>The answer's payload; the diagnostic text where the code is an error.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The request's path as text, for example <c>/3303/0/5700</c>.</summary>
    public string Path
    {
        get
        {
            StringBuilder path = new();
            foreach (ReadOnlySpan<byte> segment in _request.UriPath)
            {
                path.Append('/').Append(Encoding.UTF8.GetString(segment));
            }

            return path.Length == 0 ? "/" : path.ToString();
        }
    }

    /// <summary>One line for a log: <c>GET /3303/0/5700 -> 2.05 Content, PlainText, 4 bytes</c>.</summary>
    public override string ToString()
    {
        string what = _request.IsNotification ? "NOTIFY" : _request.Observe switch
        {
            ObserveAction.Register => "OBSERVE",
            ObserveAction.Deregister => "CANCEL OBSERVE",
            _ => _request.Code.ToString(),
        };
        string content = Code.IsSuccess
            ? string.Create(CultureInfo.InvariantCulture, $"{(ContentFormat is { } format ? $", {format}, {Payload.Length} bytes" : "")}")
            : $": {Encoding.UTF8.GetString(Payload)}";
        return $"{what} {Path} -> {Code}{content}";
    }
}
