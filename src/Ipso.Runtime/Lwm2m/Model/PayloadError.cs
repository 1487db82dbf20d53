using System.Globalization;
using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Lwm2m.Codecs;
using Ipso.SenML;

namespace Ipso.Lwm2m.Model;

/// <summary>Why a payload was refused, and which resource it is about.</summary>
/// <param name="Fault">The reason; <see cref="PayloadFault.None"/> where it was taken.</param>
/// <param name="Object">The object that the payload was for.</param>
/// <param name="Resource">The resource, where the fault lies with one.</param>
/// <param name="Position">Where in the payload reading stopped, in bytes.</param>
public readonly record struct PayloadError(PayloadFault Fault, ObjectInfo? Object, ResourceInfo? Resource, int Position)
{
    /// <summary>The error of a payload that cannot be read, whatever it is for.</summary>
    // A large struct, and those that are taken have none: it is put where it belongs, by a method of its own.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void OfPayload(PayloadFault fault, ObjectInfo? definition, scoped in FaultPlace place, out PayloadError error) =>
        error = new(fault, definition, null, place.Position) { Record = place.Record, SenML = place.SenML };

    /// <summary>The bound in bytes that a payload in blocks went beyond; 0 where that is not the fault, or a sink took no more.</summary>
    public int Bound { get; init; }

    /// <summary>The value that is out of range, as the bits of its type; of a String or an Opaque its length in bytes.</summary>
    internal ulong Found { get; init; }

    /// <summary>
    /// The record that the fault lies with, of a payload for several Object Instances; <see langword="null"/> where it is for one, or lies
    /// with none.
    /// </summary>
    public Lwm2mPath? Path { get; init; }

    /// <summary>
    /// Which record of the payload the fault lies with, the first being 1; 0 where it lies with none, or the payload has none.
    /// </summary>
    public int Record { get; init; }

    /// <summary>
    /// Of a SenML payload that is malformed or not understood: in which field and why. Its reason is <see cref="SenMLReason.None"/> where
    /// SenML is not what is wrong.
    /// </summary>
    public SenMLFault SenML { get; init; }

    private string Refused => Resource switch
    {
        { Type: ResourceType.Integer } => Phrase.Of($", not {(long)Found}"),
        { Type: ResourceType.Float } => Phrase.Of($", not {BitConverter.UInt64BitsToDouble(Found)}"),
        { Range: WordRange } => "",
        _ => Phrase.Of($", not {Found}"),
    };

    /// <summary>A sentence for a diagnostic payload (RFC 7252, 5.5.2) or a log.</summary>
    public override string ToString() =>
        SenML.Reason != SenMLReason.None ? Phrase.Of($"SenML {SenML}")
        : Path is { } path ? Phrase.Of($"{path}: {Sentence}")
        : Record > 0 ? Phrase.Of($"record {Record}: {Sentence}")
        : Sentence;

    private string Sentence => Fault switch
    {
        PayloadFault.None => "no error",
        PayloadFault.Malformed => Say("malformed payload near byte ", Number(Position)),
        PayloadFault.TooLarge when Bound > 0 => Say(
            "the payload has more than ", Number(Bound), " bytes to hold at a time, near byte ", Number(Position)),
        PayloadFault.TooLarge => Say("there is no room for the value near byte ", Number(Position)),
        PayloadFault.Scattered => Say("the records of an object instance do not stand together, near byte ", Number(Position)),
        PayloadFault.NotUnderstood => Say("the payload uses a SenML feature that is not understood, near byte ", Number(Position)),
        PayloadFault.OutsidePath => Say("the payload names a path outside the request's, near byte ", Number(Position)),
        PayloadFault.Duplicate => Say("resource ", Resource, " stands in the payload twice"),
        PayloadFault.WrongType => Say("resource ", Resource, " takes ", Resource?.Type.ToString()),
        PayloadFault.OutOfRange => Say("resource ", Resource, " takes ", Resource?.Range) + Refused,
        PayloadFault.NoSuchTarget => Say("resource ", Resource, " would point at an object instance that is not there"),
        PayloadFault.NotWritable => Say("resource ", Resource, " is not writable"),
        PayloadFault.WrongMultiplicity when Resource?.IsMultiple == true =>
            Say("resource ", Resource, " takes values by Resource Instance id"),
        PayloadFault.WrongMultiplicity => Say("resource ", Resource, " takes a single value"),
        PayloadFault.MissingMandatory => Say("mandatory resource ", Resource, " is missing"),
        PayloadFault.TooManyInstances =>
            Say("resource ", Resource, " takes at most ", Number(ResourceInstances<long>.MaxInstancesByPeer)) + " instances from a peer",
        PayloadFault.UnknownResource when Resource is not null => Say("resource ", Resource, " has no such instance"),
        PayloadFault.UnknownResource => Say("object ", Object, " has no such resource"),
        PayloadFault.UnknownInstance => "there is no such object instance",
        PayloadFault.BootstrapOnly => "this object is for bootstrap only",
        PayloadFault.Unauthorized => "the server has no right to write here",
        PayloadFault.NotNow => "nothing is to be written there in the state that it is in",
        PayloadFault.InstanceExists => "there is such an object instance already",
        PayloadFault.ObjectFull => Say("there are as many instances of object ", Object, " as there may be"),
        PayloadFault.Refused => Say("the device does not take this instance of object ", Object),
        _ => Fault.ToString(),
    };

    // By a method, since each of so many texts with holes would be put together in its place.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Say(string before, object? what, string between = "", object? more = null) =>
        string.Concat(before, what?.ToString(), between, more?.ToString());

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
