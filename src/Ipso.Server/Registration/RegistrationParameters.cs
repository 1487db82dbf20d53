using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Ipso.Coap;
using Ipso.Lwm2m;

namespace Ipso.Server.Registration;

/// <summary>The query of a Register or Update (LwM2M TS Transport, 6.4.3), as far as it was said.</summary>
internal struct RegistrationParameters
{
    /// <summary>The most arguments that are kept without being known.</summary>
    internal const int MaxAttributes = 16;

    private static readonly ObjectVersion s_newest = new(1, 2);

    internal string? Endpoint;
    internal long? Lifetime;
    internal ObjectVersion? Version;
    internal byte[]? Binding;
    internal bool IsQueueMode;
    internal string? SmsNumber;
    internal string? Profiles;
    internal List<KeyValuePair<string, string>>? Attributes;
    private bool _isVersionRefused;

    /// <summary>Reads a query.</summary>
    /// <param name="query">The arguments.</param>
    /// <param name="parameters">What they say.</param>
    /// <param name="fault">What is wrong.</param>
    /// <returns>Whether all of it is right. Arguments that are not known are kept, as devices in the field have some.</returns>
    internal static bool TryParse(CoapOptionValues query, out RegistrationParameters parameters, out RegistrationFault fault)
    {
        parameters = default;
        fault = default;
        foreach (ReadOnlySpan<byte> argument in query)
        {
            int equals = argument.IndexOf((byte)'=');
            ReadOnlySpan<byte> name = equals < 0 ? argument : argument[..equals];
            if (!parameters.TryTake(name, equals < 0 ? default : argument[(equals + 1)..], equals >= 0, out string? reason))
            {
                fault = parameters._isVersionRefused
                    ? new(CoapCode.PreconditionFailed, reason!)
                    : RegistrationFault.BadRequest(reason!);
                return false;
            }
        }

        return true;
    }

    private bool TryTake(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool hasValue, out string? reason)
    {
        reason = null;
        if (name.SequenceEqual("ep"u8))
        {
            return Once(Endpoint is null, "ep", ref reason) && TryText(value, "ep", out Endpoint, ref reason)
                && (Endpoint!.Length > 0 || Fail("ep is empty", ref reason));
        }

        if (name.SequenceEqual("lt"u8))
        {
            return Once(Lifetime is null, "lt", ref reason) && TryLifetime(value, ref reason);
        }

        if (name.SequenceEqual("lwm2m"u8))
        {
            return Once(Version is null, "lwm2m", ref reason) && TryVersion(value, ref reason);
        }

        if (name.SequenceEqual("b"u8))
        {
            Binding = Binding is null ? value.ToArray() : null;
            return Once(Binding is not null, "b", ref reason);
        }

        if (name.SequenceEqual("Q"u8))
        {
            IsQueueMode = true;
            return true;
        }

        if (name.SequenceEqual("sms"u8))
        {
            return Once(SmsNumber is null, "sms", ref reason) && TryText(value, "sms", out SmsNumber, ref reason);
        }

        if (name.SequenceEqual("pid"u8))
        {
            return Once(Profiles is null, "pid", ref reason) && TryText(value, "pid", out Profiles, ref reason);
        }

        Attributes ??= [];
        if (Attributes.Count == MaxAttributes)
        {
            return Fail($"there are more than {MaxAttributes} arguments that are not known", ref reason);
        }

        bool isText = TryText(name, "an argument", out string? key, ref reason);
        isText &= TryText(value, "an argument", out string? text, ref reason);
        if (isText)
        {
            Attributes.Add(new(key!, hasValue ? text! : ""));
        }

        return isText;
    }

    private bool TryLifetime(ReadOnlySpan<byte> value, ref string? reason)
    {
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || seconds > (long)DeviceRegistration.MaxLifetime.TotalSeconds)
        {
            return Fail($"lt takes 0 to {(long)DeviceRegistration.MaxLifetime.TotalSeconds} seconds", ref reason);
        }

        Lifetime = seconds;
        return true;
    }

    // Devices in the field say 1.0.0 for 1.0.
    private bool TryVersion(ReadOnlySpan<byte> value, ref string? reason)
    {
        int first = value.IndexOf((byte)'.');
        int second = first < 0 ? -1 : value[(first + 1)..].IndexOf((byte)'.');
        if (!ObjectVersion.TryParse(second < 0 ? value : value[..(first + 1 + second)], out ObjectVersion version))
        {
            return Fail("lwm2m takes a version, such as 1.1", ref reason);
        }

        if (version.Major != 1 || version > s_newest)
        {
            _isVersionRefused = true;
            return Fail($"this server speaks LwM2M 1.0 to {s_newest}, not {version}", ref reason);
        }

        Version = version;
        return true;
    }

    private static bool TryText(ReadOnlySpan<byte> value, string name, out string? text, ref string? reason)
    {
        text = Utf8.IsValid(value) ? Encoding.UTF8.GetString(value) : null;
        if (text is null)
        {
            return Fail($"{name} is not UTF-8", ref reason);
        }

        if (LogText.BreaksLines(text))
        {
            // A name goes into logs, where it is not to look like lines of theirs.
            text = null;
            return Fail($"{name} has control characters", ref reason);
        }

        return true;
    }

    private static bool Once(bool isFirst, string name, ref string? reason) => isFirst || Fail($"{name} stands there twice", ref reason);

    private static bool Fail(string why, ref string? reason)
    {
        reason ??= why;
        return false;
    }
}
