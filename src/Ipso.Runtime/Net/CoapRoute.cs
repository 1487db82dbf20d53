using Ipso.Coap;

namespace Ipso.Net;

/// <summary>
/// A method of a resource and its handler, as <see cref="CoapServer"/> maps them. What is said about the resource here is what
/// <c>/.well-known/core</c> says (RFC 6690); a path with parameters is not listed there.
/// </summary>
public sealed class CoapRoute
{
    internal CoapRoute(string template, CoapCode method, Func<CoapServerRequest, CoapReply> answer)
    {
        (Template, Method, Answer) = (template, method, answer);
        Handler = (request, _) => new ValueTask<CoapReply>(answer(request));
    }

    internal CoapRoute(
        string template, CoapCode method, Func<CoapServerRequest, CancellationToken, ValueTask<CoapReply>> handler) =>
        (Template, Method, Handler) = (template, method, handler);

    /// <summary>The path, with parameters in braces.</summary>
    public string Template { get; }

    /// <summary>The method.</summary>
    public CoapCode Method { get; }

    internal Func<CoapServerRequest, CancellationToken, ValueTask<CoapReply>> Handler { get; }

    /// <summary>The handler, if it answers at once.</summary>
    internal Func<CoapServerRequest, CoapReply>? Answer { get; }

    internal bool IsObservable { get; private set; }

    internal bool StreamsBody { get; private set; }

    internal ContentFormat[] Accepted { get; private set; } = [];

    internal ContentFormat[] Produced { get; private set; } = [];

    internal string? ResourceType { get; private set; }

    internal string? Interface { get; private set; }

    internal string? Title { get; private set; }

    internal bool IsHidden { get; private set; }

    /// <summary>Lets clients observe the resource (RFC 7641); for GET and FETCH. <see cref="CoapServer.Changed"/> notifies them.</summary>
    /// <returns>This route.</returns>
    /// <exception cref="InvalidOperationException">Another method.</exception>
    public CoapRoute Observable()
    {
        if (Method != CoapCode.Get && Method != CoapCode.Fetch)
        {
            throw new InvalidOperationException($"{Method} cannot be observed.");
        }

        IsObservable = true;
        return this;
    }

    /// <summary>
    /// Has the handler run from the first block of the request's body on, and read the rest as <see cref="CoapServerRequest.Body"/>,
    /// however long it is. While it does not keep up, blocks are left unanswered, so that the client repeats them later.
    /// </summary>
    /// <returns>This route.</returns>
    public CoapRoute StreamBody()
    {
        StreamsBody = true;
        return this;
    }

    /// <summary>Says which formats a request's payload may have; any other is answered with 4.15 (RFC 7252, 5.9.2.10).</summary>
    /// <param name="formats">The formats.</param>
    /// <returns>This route.</returns>
    public CoapRoute Accepts(params ContentFormat[] formats)
    {
        Accepted = formats;
        return this;
    }

    /// <summary>Says which formats there are; a request for any other is answered with 4.06 (RFC 7252, 5.10.4).</summary>
    /// <param name="formats">The formats, for <c>ct</c> as well.</param>
    /// <returns>This route.</returns>
    public CoapRoute Produces(params ContentFormat[] formats)
    {
        Produced = formats;
        return this;
    }

    /// <summary>Gives the resource a type, <c>rt</c> (RFC 6690, 3.1).</summary>
    /// <param name="resourceType">One or several, with spaces between.</param>
    /// <returns>This route.</returns>
    public CoapRoute WithType(string resourceType)
    {
        ResourceType = resourceType;
        return this;
    }

    /// <summary>Says which interface the resource has, <c>if</c> (RFC 6690, 3.2).</summary>
    /// <param name="interfaceDescription">One or several, with spaces between.</param>
    /// <returns>This route.</returns>
    public CoapRoute WithInterface(string interfaceDescription)
    {
        Interface = interfaceDescription;
        return this;
    }

    /// <summary>Gives the resource a title (RFC 8288, 3.4.1).</summary>
    /// <param name="title">The title.</param>
    /// <returns>This route.</returns>
    public CoapRoute WithTitle(string title)
    {
        Title = title;
        return this;
    }

    /// <summary>Keeps the resource out of <c>/.well-known/core</c>.</summary>
    /// <returns>This route.</returns>
    public CoapRoute Hidden()
    {
        IsHidden = true;
        return this;
    }
}
