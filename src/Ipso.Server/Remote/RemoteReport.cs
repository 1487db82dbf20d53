using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Server.Operations;

namespace Ipso.Server.Remote;

/// <summary>A report of a device that was read as records, and whence it came, so that what is wrong with it can be told.</summary>
/// <param name="client">The device.</param>
/// <param name="request">What it was asked.</param>
/// <param name="answer">What it has answered, or notified.</param>
/// <param name="records">The records.</param>
/// <param name="time">When it was read.</param>
internal readonly struct RemoteReport(
    DeviceClient client, DeviceRequest request, DeviceAnswer answer, ResourceRecords records, DateTimeOffset time)
{
    internal ResourceRecords Records => records;

    internal DateTimeOffset Time => time;

    /// <summary>The states that the report is about, one after the other: more than one where it has a history.</summary>
    internal IEnumerable<RemoteReport> States()
    {
        if (!records.HasTimes)
        {
            return [this];
        }

        (DeviceClient c, DeviceRequest r, DeviceAnswer a, DateTimeOffset now) = (client, request, answer, time);
        return records.ByTime().Select(group => new RemoteReport(c, r, a, group, now));
    }

    /// <summary>The last of them.</summary>
    internal RemoteReport Latest => records.HasTimes ? States().Last() : this;

    /// <summary>The value with the time of this state.</summary>
    internal RemoteValue<T> At<T>(T value) => new(value, records is [{ Time: { } said }, ..] ? said : time, records.HasTimes);

    /// <summary>The value of a Resource that has one, or of a Resource Instance.</summary>
    internal T Single<T>(Lwm2mPath path, ObjectInfo definition, ResourceInfo resource)
    {
        foreach (ResourceRecord record in records)
        {
            if (record.Path != path)
            {
                throw Unreadable(new(PayloadFault.WrongMultiplicity, definition, resource, 0));
            }
        }

        return records.Count == 0 ? throw Unreadable(new(PayloadFault.WrongMultiplicity, definition, resource, 0))
            : records.TryGet(path, out T? value) ? value!
            : throw Unreadable(new(PayloadFault.WrongType, definition, resource, 0));
    }

    /// <summary>The values of a multiple Resource.</summary>
    internal ResourceInstances<T> Instances<T>(Lwm2mPath path, ObjectInfo definition, ResourceInfo resource) =>
        records.TryGetInstances(path, out ResourceInstances<T> values)
            ? values
            : throw Unreadable(new(
                records.Any(static record => record.Path.Depth < 4) ? PayloadFault.WrongMultiplicity : PayloadFault.WrongType,
                definition, resource, 0));

    /// <summary>An Object Instance.</summary>
    internal T Instance<T>(ushort instanceId)
        where T : ObjectInstance, ILwm2mObject<T> =>
        records.TryRead(instanceId, out T instance, out PayloadError error) ? instance : throw Unreadable(error);

    private UnreadableAnswerException Unreadable(in PayloadError error) => new(client.Endpoint, request, answer, error);
}
