using System.Runtime.CompilerServices;
using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Server.Operations;

namespace Ipso.Server.Remote;

/// <summary>Requests to a device, and its answers as records.</summary>
internal static class RemoteReports
{
    private static readonly ObjectVersion s_withAttributesInObserve = new(1, 2);

    extension(DeviceClient client)
    {
        /// <summary>Sends a request that is to be answered with success.</summary>
        internal async Task<DeviceAnswer> AskAsync(DeviceRequest request, CancellationToken cancellationToken) =>
            (await client.SendAsync(request, cancellationToken).ConfigureAwait(false)).EnsureSuccess(client.Endpoint, request);

        /// <summary>Sends a request that is to be answered with values.</summary>
        internal async Task<RemoteReport> ReportAsync(DeviceRequest request, CancellationToken cancellationToken) =>
            ReportOf(client, request, await client.AskAsync(request, cancellationToken).ConfigureAwait(false));

        /// <summary>Executes a Resource.</summary>
        /// <exception cref="ArgumentException">The arguments are longer than the server sends.</exception>
        internal Task ExecuteAsync(Lwm2mPath path, string arguments, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(arguments);
            return Encoding.UTF8.GetByteCount(arguments) <= client.MaxPayload
                ? client.AskAsync(DeviceRequest.Execute(path, arguments), cancellationToken)
                : throw new ArgumentException($"The arguments are longer than {client.MaxPayload} bytes.", nameof(arguments));
        }

        /// <summary>
        /// Observes a path. A device of LwM2M 1.2 takes the attributes with the Observe; others have them assigned before (LwM2M TS Core,
        /// 6.4.1).
        /// </summary>
        internal async IAsyncEnumerable<RemoteReport> ReportsAsync(
            Lwm2mPath path, NotificationAttributes attributes, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            string query = QueryOf(attributes);
            if (query.Length > 0 && client.Registration.Version < s_withAttributesInObserve)
            {
                await client.AskAsync(DeviceRequest.WriteAttributes(path, query), cancellationToken).ConfigureAwait(false);
                query = "";
            }

            await foreach (RemoteReport report in client.ReportsAsync(DeviceRequest.Observe(path, query), cancellationToken)
                .ConfigureAwait(false))
            {
                yield return report;
            }
        }

        /// <summary>Observes: each state that is reported, those of a history in chronological order.</summary>
        internal async IAsyncEnumerable<RemoteReport> ReportsAsync(
            DeviceRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (DeviceAnswer answer in client.ObserveAsync(request, cancellationToken).ConfigureAwait(false))
            {
                foreach (RemoteReport state in ReportOf(client, request, answer).States())
                {
                    yield return state;
                }
            }
        }
    }

    /// <summary>Attributes in query form.</summary>
    /// <exception cref="ArgumentException">They contradict each other.</exception>
    internal static string QueryOf(
        in NotificationAttributes attributes, NotificationAttributeNames removed = NotificationAttributeNames.None) =>
        attributes.IsConsistent
            ? AttributeQuery.Format(attributes, removed)
            : throw new ArgumentException("The attributes contradict each other (LwM2M TS Core, 5.1.2).", nameof(attributes));

    private static RemoteReport ReportOf(DeviceClient client, DeviceRequest request, DeviceAnswer answer)
    {
        DateTimeOffset now = client.Now;
        // Who says no format means the one of a single value (LwM2M TS 1.0, 6.4).
        ContentFormat? format = answer.ContentFormat ?? (request.Path.Depth >= 3 ? ContentFormat.PlainText : null);
        if (format is not { } known || !Representation.CanRead(known))
        {
            throw new UnreadableAnswerException(client.Endpoint, request, answer, "its format is not known, or left out of the program");
        }

        return ResourceRecords.TryRead(request.Path, known, answer.Payload, now, out ResourceRecords records, out PayloadError error)
            ? new(client, request, answer, records, now)
            : throw new UnreadableAnswerException(client.Endpoint, request, answer, error);
    }
}
