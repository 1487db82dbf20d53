using System.Text.Json;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Coap.Oscore;

/// <summary>RFC 8613, Appendix C, and what was computed beside it, by the functions of the layer.</summary>
[Trait("Category", "Vectors")]
[Trait("Category", "Security")]
public class OscoreVectorTests
{
    private const string File = "oscore.json";

    private static readonly string[] s_covered =
    [
        "key-derivation", "protect-request", "protect-response", "oscore-option", "verify-request-error", "replay-window", "nonce",
    ];

    public static TheoryData<string> Derivations => VectorFile.Ids(File, "key-derivation");

    public static TheoryData<string> Requests => VectorFile.Ids(File, "protect-request");

    public static TheoryData<string> Responses => VectorFile.Ids(File, "protect-response");

    public static TheoryData<string> OptionValues => VectorFile.Ids(File, "oscore-option");

    public static TheoryData<string> Refusals => VectorFile.Ids(File, "verify-request-error");

    public static TheoryData<string> Windows => VectorFile.Ids(File, "replay-window");

    public static TheoryData<string> Nonces => VectorFile.Ids(File, "nonce");

    [Fact]
    public void Every_kind_is_covered() => Assert.Empty(VectorFile.Kinds(File).Except(s_covered));

    [Theory]
    [MemberData(nameof(Derivations))]
    public void Keys_and_Common_IV_are_derived_as_expected(string id)
    {
        JsonElement vector = VectorFile.Get(File, id), input = vector.GetProperty("input"), expect = vector.GetProperty("expect");
        var keys = new RecordedKeys();
        using SecurityContext context = Context(input, aeads: keys);
        Assert.Equal([Text(expect, "sender_key"), Text(expect, "recipient_key")], keys.Keys);
        Assert.Equal(Text(expect, "common_iv"), Convert.ToHexStringLower(context.CommonIv));
        Assert.Equal(Text(expect, "sender_nonce_piv0"), NonceOf(context.CommonIv, context.SenderId, 0));
        Assert.Equal(Text(expect, "recipient_nonce_piv0"), NonceOf(context.CommonIv, context.RecipientId, 0));
        Assert.Equal(Text(expect, "info_sender_key"), InfoOf(context, context.SenderId, "Key"u8, 16));
        Assert.Equal(Text(expect, "info_recipient_key"), InfoOf(context, context.RecipientId, "Key"u8, 16));
        Assert.Equal(Text(expect, "info_common_iv"), InfoOf(context, default, "IV"u8, 13));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_request_is_protected_and_comes_back_as_it_was(string id)
    {
        JsonElement vector = VectorFile.Get(File, id), input = vector.GetProperty("input"), expect = vector.GetProperty("expect");
        JsonElement from = input.GetProperty("context_input");
        ulong number = input.GetProperty("sender_sequence_number").GetUInt64();
        byte[] plain = input.Hex("unprotected_coap");
        using SecurityContext client = Context(from, sendsIdContext: input.GetProperty("send_kid_context").GetBoolean(), number: number);
        using SecurityContext server = Context(from, isOther: true);
        byte[] wire = new byte[plain.Length + OscoreMessages.Overhead + client.IdContext.Length];
        MessageBinding binding = default;
        Assert.Equal(OscoreFault.None, OscoreMessages.ProtectRequest(client, Parse(plain), wire, out int length, ref binding));
        Assert.Equal(Text(expect, "protected_coap"), Convert.ToHexStringLower(wire.AsSpan(0, length)));
        Assert.Equal(number, binding.Number);
        Assert.Equal(number + 1, client.SequenceNumber);
        Assert.Equal(Text(expect, "partial_iv").Length / 2, binding.NumberLength);
        AssertAuthenticated(expect, client, client.SenderId, expect.Hex("partial_iv"));
        Assert.Equal(Text(expect, "nonce"), NonceOf(client.CommonIv, client.SenderId, number));

        CoapMessage message = Parse(wire.AsSpan(0, length));
        Assert.Equal(Text(expect, "ciphertext"), Convert.ToHexStringLower(message.Payload));
        Assert.True(message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value));
        string header = Text(expect, "oscore_option");
        Assert.EndsWith(header, header.Length == 0 ? "" : Convert.ToHexStringLower(value));
        Assert.True(OscoreOption.TryRead(value, out OscoreOption option));
        byte[] workspace = new byte[length], back = new byte[length];
        Assert.Equal(
            OscoreFault.None, OscoreMessages.UnprotectRequest(server, message, option, workspace, back, out length, out binding));
        Assert.Equal(Text(expect, "plaintext"), Convert.ToHexStringLower(workspace.AsSpan(1, message.Payload.Length - 8)));
        Assert.Equal(Convert.ToHexString(plain), Convert.ToHexString(back.AsSpan(0, length)));
        Assert.Equal(number, binding.Number);
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public void A_response_is_protected_and_comes_back_as_it_was(string id)
    {
        JsonElement vector = VectorFile.Get(File, id), input = vector.GetProperty("input"), expect = vector.GetProperty("expect");
        JsonElement from = input.GetProperty("context_input"), own = input.GetProperty("own_partial_iv");
        bool hasOwn = own.ValueKind != JsonValueKind.Null;
        byte[] plain = input.Hex("unprotected_coap"), requestIv = input.Hex("request_piv");
        using SecurityContext server = Context(from, number: hasOwn ? own.GetUInt64() : 0);
        using SecurityContext client = Context(from, isOther: true);
        var binding = new MessageBinding { NumberLength = (byte)requestIv.Length };
        binding.Number = new OscoreOption { PartialIv = requestIv }.Sequence;
        byte[] wire = new byte[plain.Length + OscoreMessages.Overhead];
        Assert.Equal(
            OscoreFault.None, OscoreMessages.ProtectResponse(server, Parse(plain), binding, hasOwn, wire, out int length));
        Assert.Equal(Text(expect, "protected_coap"), Convert.ToHexStringLower(wire.AsSpan(0, length)));
        AssertAuthenticated(expect, server, input.Hex("request_kid"), requestIv);
        Assert.Equal(
            Text(expect, "nonce"),
            NonceOf(server.CommonIv, hasOwn ? server.SenderId : server.RecipientId, hasOwn ? own.GetUInt64() : binding.Number));

        CoapMessage message = Parse(wire.AsSpan(0, length));
        Assert.Equal(Text(expect, "ciphertext"), Convert.ToHexStringLower(message.Payload));
        Assert.True(message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value));
        Assert.Equal(Text(expect, "oscore_option"), Convert.ToHexStringLower(value));
        Assert.True(OscoreOption.TryRead(value, out OscoreOption option));
        byte[] workspace = new byte[length], back = new byte[length + 4];
        Assert.Equal(
            OscoreFault.None,
            OscoreMessages.UnprotectResponse(client, message, option, ref binding, workspace, back, out int backLength));
        Assert.Equal(Text(expect, "plaintext"), Convert.ToHexStringLower(workspace.AsSpan(1, message.Payload.Length - 8)));
        Assert.Equal(Convert.ToHexString(plain), Convert.ToHexString(back.AsSpan(0, backLength)));
        Assert.Equal(
            OscoreFault.Replayed,
            OscoreMessages.UnprotectResponse(client, message, option, ref binding, workspace, back, out _));
    }

    [Theory]
    [MemberData(nameof(OptionValues))]
    public void An_option_value_reads_as_expected_and_writes_back(string id)
    {
        JsonElement vector = VectorFile.Get(File, id), expect = vector.GetProperty("expect");
        byte[] value = vector.Hex("value_hex");
        bool isOne = OscoreOption.TryRead(value, out OscoreOption option);
        Assert.Equal(vector.GetProperty("valid").GetBoolean(), isOne);
        if (!isOne)
        {
            return;
        }

        Assert.Equal(expect.GetProperty("partial_iv").GetString() ?? "", Convert.ToHexStringLower(option.PartialIv));
        Assert.Equal(expect.GetProperty("kid").GetString(), option.HasKid ? Convert.ToHexStringLower(option.Kid) : null);
        Assert.Equal(
            expect.GetProperty("kid_context").GetString(), option.HasKidContext ? Convert.ToHexStringLower(option.KidContext) : null);
        byte[] back = new byte[value.Length + 8];
        Assert.Equal(value, back[..option.Write(back)]);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_request_that_cannot_be_verified_is_answered_with_the_code_of_the_rule(string id)
    {
        JsonElement vector = VectorFile.Get(File, id), input = vector.GetProperty("input");
        string expected = vector.GetProperty("expect").GetProperty("server_response").GetString()!;
        using var protection = new OscoreProtection();
        Assert.True(protection.TryAdd(Context(input.GetProperty("context_input"))));
        CoapMessage message = Parse(input.Hex("protected_coap"));
        byte[] workspace = new byte[message.Datagram.Length], destination = new byte[message.Datagram.Length];
        CoapCode code = protection.UnprotectRequest(
            message, default, workspace, destination, out int length, out MessageBinding binding, out RequestStanding standing);
        Assert.Contains($"{code.Class}.{code.Detail:D2}", expected);
        Assert.Equal(0, length);
        Assert.False(standing == RequestStanding.Proven || binding.IsProtected);
        Assert.DoesNotContain(destination, static b => b != 0);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void A_window_accepts_each_number_once(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        var window = new ReplayWindow(32);
        List<bool> accepted = [];
        foreach (JsonElement number in vector.GetProperty("input").GetProperty("sequence_numbers").EnumerateArray())
        {
            bool isFresh = window.IsFresh(number.GetUInt64());
            accepted.Add(isFresh);
            if (isFresh)
            {
                window.Accept(number.GetUInt64());
            }
        }

        Assert.Equal(vector.GetProperty("expect").GetProperty("accepted").EnumerateArray().Select(e => e.GetBoolean()), accepted);
    }

    [Theory]
    [MemberData(nameof(Nonces))]
    public void A_nonce_is_made_as_expected(string id)
    {
        JsonElement vector = VectorFile.Get(File, id), input = vector.GetProperty("input");
        ulong sequence = new OscoreOption { PartialIv = input.Hex("partial_iv") }.Sequence;
        Assert.Equal(
            Text(vector.GetProperty("expect"), "nonce"), NonceOf(input.Hex("common_iv"), input.Hex("id_piv"), sequence));
    }

    private static void AssertAuthenticated(
        JsonElement expect, SecurityContext context, ReadOnlySpan<byte> kid, ReadOnlySpan<byte> requestIv)
    {
        Span<byte> aad = stackalloc byte[CoseStructures.MaxAad];
        int length = CoseStructures.WriteExternalAad(aad, context.Algorithm, kid, requestIv);
        Assert.Equal(Text(expect, "aad_array"), Convert.ToHexStringLower(aad[..length]));
        length = CoseStructures.WriteAad(aad, context.Algorithm, kid, requestIv);
        Assert.Equal(Text(expect, "aad"), Convert.ToHexStringLower(aad[..length]));
    }

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;

    private static CoapMessage Parse(ReadOnlySpan<byte> datagram)
    {
        Assert.True(CoapMessage.TryParse(datagram, out CoapMessage message, out _));
        return message;
    }

    private static string NonceOf(ReadOnlySpan<byte> commonIv, ReadOnlySpan<byte> id, ulong sequence)
    {
        Span<byte> nonce = stackalloc byte[commonIv.Length];
        CoseStructures.WriteNonce(nonce, commonIv, id, sequence);
        return Convert.ToHexStringLower(nonce);
    }

    private static string InfoOf(SecurityContext context, ReadOnlySpan<byte> id, ReadOnlySpan<byte> type, int length)
    {
        Span<byte> info = stackalloc byte[CoseStructures.InfoRoom + 64 + 7];
        int written = CoseStructures.WriteInfo(info, id, context.IdContext, context.Algorithm, type, length);
        return Convert.ToHexStringLower(info[..written]);
    }

    private static SecurityContext Context(
        JsonElement input, bool isOther = false, bool sendsIdContext = true, ulong number = 0, AeadProvider? aeads = null)
    {
        Assert.Equal("SHA-256", Text(input, "hkdf"));
        byte[] sender = input.Hex("sender_id"), recipient = input.Hex("recipient_id");
        return new SecurityContext(new SecurityContextKeys
        {
            MasterSecret = input.Hex("master_secret"),
            MasterSalt = input.Hex("master_salt"),
            SenderId = isOther ? recipient : sender,
            RecipientId = isOther ? sender : recipient,
            IdContext = Convert.FromHexString(input.GetProperty("id_context").GetString() ?? ""),
            Algorithm = (AeadAlgorithm)input.GetProperty("aead_alg").GetByte(),
            SequenceNumber = number,
            SendsIdContext = sendsIdContext,
            Aeads = aeads ?? AeadProvider.Platform,
        });
    }

    private sealed class RecordedKeys : AeadProvider
    {
        public List<string> Keys { get; } = [];

        public override Aead? Create(AeadAlgorithm algorithm, ReadOnlySpan<byte> key)
        {
            Keys.Add(Convert.ToHexStringLower(key));
            return Platform.Create(algorithm, key);
        }
    }
}
