namespace Ipso.Coap.Engine;

// The client role: observations whose registration has a body of several blocks (RFC 8132, 2.4; RFC 7959, 2.5). It goes out from the first
// block on each time, to register anew and to deregister.
public abstract partial class CoapEngine
{
    private static bool IsInBlocks(in CoapMessage registration) =>
        BlockOf(registration, CoapOptionNumber.Block1) is { } block && (block.More || block.Number > 0);

    private bool SendFromStart(int index, int length, bool confirmable)
    {
        ref ExchangeBody body = ref _requests.Body(index);
        body.Sent = 0;
        body.Restarts = 0;
        body.IsPaused = false;
        body.IsSending = SendBlock(index, length, confirmable);
        return body.IsSending;
    }

    // A notification while the blocks of its registration go out anew, or a late word on one of these. False if it is neither.
    private bool TryTakeMeanwhile(int index, in CoapMessage message, in ResponseOptions known, Instant now, out bool isAccepted)
    {
        isAccepted = true;
        ref ExchangeBody body = ref _requests.Body(index);
        if (!_requests.IsEstablished(index) && !body.IsSending)
        {
            return false;
        }

        if (!body.IsSending)
        {
            bool isLate = message.Code == CoapCode.Continue;
            Counters.Dropped += isLate ? 1 : 0;
            return isLate;
        }

        if (known.Observe is null || !message.Code.IsSuccess || message.Type == CoapType.Acknowledgement
            || !(_requests.IsEstablished(index) || _requests.ObserveOf(index) == (uint)ObserveAction.Deregister))
        {
            return false;
        }

        uint? sequence = IsInOrder(index) ? NextOf(index) : known.Observe;
        Meaning meaning = _requests.Judge(index, message.Code, sequence, isAnswer: false, now);
        isAccepted = meaning != Meaning.Nothing;
        if (meaning == Meaning.Notification)
        {
            // The observation stands, and need not be registered anew.
            body.IsSending = false;
            ReleaseMessage(index);
            TakeNotification(index, message, known, now);
        }

        return true;
    }
}
