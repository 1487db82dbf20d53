using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

/// <summary>
/// The messages of a <see cref="MessageLayer"/> as they go out where they are protected. Made by a protection: a native program without one
/// leaves it out.
/// </summary>
/// <param name="protection">Protects those of bound slots.</param>
/// <param name="slots">How many messages there may be.</param>
/// <param name="maxMessageSize">The longest in bytes.</param>
internal sealed class SealedMessages(MessageProtection protection, int slots, int maxMessageSize)
{
    // By slot: what binds its messages, and the message as it goes out, made once so that each repetition is the same.
    private readonly MessageBinding[] _bindings = new MessageBinding[slots];
    private readonly byte[] _messages = new byte[slots * maxMessageSize];
    private readonly int[] _lengths = new int[slots];

    /// <summary>What binds the messages of a slot.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ref MessageBinding BindingOf(int slot) => ref _bindings[slot];

    /// <summary>Gives a message as it goes out; false if it does without protection.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="plain">The message.</param>
    /// <param name="isFirst">Whether it has not gone out before: it is protected then, so that the numbers are in the order of the wire.</param>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="length">How long it is; 0 if it could not be protected.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool TrySeal(int slot, ReadOnlySpan<byte> plain, bool isFirst, Span<byte> buffer, out int length)
    {
        length = plain.Length;
        ref MessageBinding binding = ref _bindings[slot];
        if (!binding.IsProtected)
        {
            return false;
        }

        Span<byte> message = _messages.AsSpan(slot * maxMessageSize, maxMessageSize);
        if (isFirst)
        {
            _lengths[slot] = Math.Max(protection.Protect(plain, ref binding, message), 0);
        }

        length = _lengths[slot];
        message[..length].CopyTo(buffer);
        return true;
    }
}
