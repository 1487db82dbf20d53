using Ipso.Coap.Engine;

namespace Ipso.Coap.Oscore;

// Keys that both sides derive anew (RFC 8613, Appendix B.2). Nothing is kept of a renewal that is under way; under the lock.
public sealed partial class OscoreProtection
{
    internal override int ProtectOffer(in CoapMessage response, in CoapMessage request, in MessageBinding binding, Span<byte> destination)
    {
        lock (_lock)
        {
            int length = 0;
            OscoreFault fault = Find(binding.Context) is { Renewal: { } renewal } && TryReadRenewal(request, out ReadOnlySpan<byte> id)
                ? Offer(renewal, id, response, binding, destination, out length)
                : OscoreFault.UnknownContext;
            return Counters.Sent(fault) ? length : -1;
        }
    }

    // Step 2: the answer is under keys that R2 makes new, whatever request it is that has come, and may have come before.
    private static OscoreFault Offer(
        KeyRenewal renewal, ReadOnlySpan<byte> id, in CoapMessage response, in MessageBinding binding, Span<byte> destination,
        out int length)
    {
        length = 0;
        Span<byte> server = stackalloc byte[KeyRenewal.ServerLength];
        Span<byte> second = stackalloc byte[SecurityContext.MaxIdContext];
        renewal.Offer(server);
        int joined = KeyRenewal.Join(server, id, second);
        if (joined == 0)
        {
            return OscoreFault.TooLong;
        }

        Span<byte> kidContext = stackalloc byte[KeyRenewal.WrappedRoom];
        kidContext = kidContext[..KeyRenewal.Wrap(server, kidContext)];
        using SecurityContext keys = renewal.Derive(second[..joined]);
        return OscoreMessages.ProtectResponse(keys, response, binding, hasOwnNumber: false, destination, out length, kidContext);
    }

    // Steps 2 and 4: a request under keys that are not those in use. If it bears what was offered, they are from now on; else it shows that
    // its client knows the secret, and that it wants an offer.
    private OscoreFault UnprotectRenewing(
        SecurityContext context, in CoapMessage message, in OscoreOption option, Span<byte> workspace, Span<byte> destination, out int length,
        out MessageBinding binding, out RequestStanding standing)
    {
        length = 0;
        binding = default;
        standing = RequestStanding.Renewing;
        if (!KeyRenewal.TryUnwrap(option.KidContext, out ReadOnlySpan<byte> id))
        {
            return OscoreFault.UnknownContext;
        }

        using SecurityContext keys = context.Renewal!.Derive(id);
        if (OscoreMessages.UnprotectRequest(keys, message, option, workspace, destination, out length, out binding) != OscoreFault.None)
        {
            return OscoreFault.UnknownContext;
        }

        if (context.Renewal.IsOffered(id))
        {
            context.Renewal.Complete();
            context.Adopt(keys);
            binding.Epoch = context.Epoch;
            standing = RequestStanding.Proven;
            Counters.Renewals++;
        }

        return OscoreFault.None;
    }

    // Step 3: the server has made an offer, and the keys of what is asked next are new ones of both.
    private OscoreFault UnprotectOffer(
        SecurityContext context, in CoapMessage message, in OscoreOption option, ref MessageBinding binding, Span<byte> workspace,
        Span<byte> destination, out int length)
    {
        length = 0;
        Span<byte> joined = stackalloc byte[SecurityContext.MaxIdContext];
        int second = KeyRenewal.TryUnwrap(option.KidContext, out ReadOnlySpan<byte> server)
            ? KeyRenewal.Join(server, context.IdContext, joined)
            : 0;
        if (second == 0)
        {
            return OscoreFault.Malformed;
        }

        using (SecurityContext keys = context.Renewal!.Derive(joined[..second]))
        {
            OscoreFault fault = OscoreMessages.UnprotectResponse(
                keys, message, option, ref binding, workspace, destination, out length);
            if (fault != OscoreFault.None)
            {
                return fault;
            }
        }

        Span<byte> client = stackalloc byte[KeyRenewal.ClientLength];
        context.Renewal.Fill(client);
        context.Adopt(context.Renewal.Derive(joined[..KeyRenewal.Join(server, client, joined)]));
        binding.IsRenewed = true;
        Counters.Renewals++;
        return OscoreFault.None;
    }

    private static bool TryReadRenewal(in CoapMessage request, out ReadOnlySpan<byte> id)
    {
        id = default;
        return request.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value)
            && OscoreOption.TryRead(value, out OscoreOption option)
            && KeyRenewal.TryUnwrap(option.KidContext, out id);
    }
}
