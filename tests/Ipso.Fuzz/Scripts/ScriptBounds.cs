using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Fuzz.Scripts;

/// <summary>The bounds that engines under a script have: narrow ones, so that scripts come to them, each with something peculiar.</summary>
internal static class ScriptBounds
{
    private static readonly CoapEndpointOptions s_narrow = new()
    {
        MaxMessageSize = 400,
        DeduplicationSlots = 8,
        DeduplicationBytes = 1024,
        Exchanges = 4,
        Observers = 3,
        ObserverRequestSize = 64,
        KeptBodyBytes = 512,
        ConfirmableNotifications = 2,
        MaxBodySize = 1200,
        Transfers = 3,
        TransferBytes = 2048,
        DeferredResponses = 3,
        Peers = 3,
        BlockSize = 64,
    };

    private static readonly (string Name, CoapEndpointOptions Options)[] s_all =
    [
        ("narrow", s_narrow),
        ("everything once", s_narrow with
        {
            MaxMessageSize = 256,
            DeduplicationSlots = 1,
            DeduplicationBytes = 0,
            Exchanges = 1,
            Observers = 1,
            ConfirmableNotifications = 1,
            MaxBodySize = 128,
            Transfers = 1,
            TransferBytes = 512,
            DeferredResponses = 1,
            Peers = 1,
            BlockSize = 16,
        }),
        ("nothing that may be missing", s_narrow with
        {
            Observers = 0,
            KeptBodyBytes = 0,
            Transfers = 0,
            TransferBytes = 0,
            DeferredResponses = 0,
            IdleTimeout = TimeSpan.FromSeconds(60),
        }),
        ("proof of address", s_narrow with { AmplificationFactor = 3, EchoLifetime = TimeSpan.FromSeconds(30) }),
        ("extended tokens", s_narrow with { MaxTokenLength = 64, ConfirmableEvery = 1 }),
        ("answers that wait", s_narrow with
        {
            SeparateAfter = TimeSpan.FromSeconds(1),
            Leisure = TimeSpan.Zero,
            ConfirmableEvery = 2,
            ConfirmableInterval = TimeSpan.FromHours(1),
        }),
        ("impatient", s_narrow with
        {
            RefreshObservations = false,
            TransferLifetime = TimeSpan.FromSeconds(1),
            DeferredTimeout = TimeSpan.FromSeconds(1),
            ResponseTimeout = TimeSpan.FromSeconds(1),
            Transmission = new TransmissionParameters { MaxRetransmit = 1 },
        }),
        ("large messages", s_narrow with { MaxMessageSize = 2304, MaxBodySize = 5000, TransferBytes = 12_000, BlockSize = 1024 }),
    ];

    /// <summary>How many there are.</summary>
    internal static int Count => s_all.Length;

    internal static CoapEndpointOptions Of(int which) => s_all[which].Options;

    internal static string NameOf(int which) => s_all[which].Name;
}
