using System.Text.Unicode;

namespace Ipso.Benchmarks.Codecs.Baselines;

/// <summary>
/// The records of a payload, kept until all of it was read, so that one with a fault changes nothing: each is checked as it comes, for its
/// path, its type, its range, its text, and whether it was there before.
/// </summary>
internal sealed class PlainReport
{
    private readonly Kept[] _records = new Kept[64];
    private readonly byte[] _path = new byte[64];
    private ReadOnlyMemory<byte> _baseName;
    private PlainObject _target = null!;
    private bool _isAtInstance;
    private int _count;
    private int _last;

    internal void Begin(PlainObject target)
    {
        (_target, _count, _last, _baseName, _isAtInstance) = (target, 0, -1, default, false);
    }

    /// <summary>A base name, for this record and those behind it.</summary>
    internal void Base(ReadOnlyMemory<byte> name)
    {
        _baseName = name;
        _isAtInstance = name.Span.SequenceEqual(_target.BaseName);
    }

    /// <param name="name">The record's name, which continues the base name.</param>
    /// <param name="record">Its value.</param>
    /// <param name="text">Its text, if it has one, which has to stay until <see cref="Apply"/>.</param>
    internal bool TryAdd(ReadOnlySpan<byte> name, ref PlainRecord record, ReadOnlyMemory<byte> text) =>
        TryResolve(name, out record.Resource, out record.Instance) && TryAdd(ref record, text);

    /// <summary>A record whose path was read already.</summary>
    internal bool TryAdd(ref PlainRecord record, ReadOnlyMemory<byte> text)
    {
        record.Text = text.Span;
        int key = (record.Resource << 16) | (record.Instance & 0xFFFF);
        if (_count == _records.Length || !_target.Accepts(in record) || (record.Kind == PlainKind.Text && !Utf8.IsValid(record.Text))
            || (key <= _last && IsThere(key)))
        {
            return false;
        }

        _last = Math.Max(key, _last);
        _records[_count++] = new(key, record.Resource, record.Instance, record.Kind, record.Integer, record.Float, text);
        return true;
    }

    internal void Apply()
    {
        _target.BeginDecoding();
        foreach (ref readonly Kept kept in _records.AsSpan(0, _count))
        {
            PlainRecord record = new()
            {
                Resource = kept.Resource, Instance = kept.Instance, Kind = kept.Kind, Integer = kept.Integer, Float = kept.Float,
                Text = kept.Text.Span,
            };
            _ = _target.Apply(in record);
        }
    }

    private bool TryResolve(ReadOnlySpan<byte> name, out int resource, out int instance)
    {
        if (_isAtInstance)
        {
            return PlainName.TryParse(name, out resource, out instance);
        }

        (resource, instance) = (-1, -1);
        int length = _baseName.Length + name.Length;
        if (length > _path.Length)
        {
            return false;
        }

        _baseName.Span.CopyTo(_path);
        name.CopyTo(_path.AsSpan(_baseName.Length));
        ReadOnlySpan<byte> path = _path.AsSpan(0, length);
        return path.StartsWith(_target.BaseName) && PlainName.TryParse(path[_target.BaseName.Length..], out resource, out instance);
    }

    private bool IsThere(int key)
    {
        foreach (ref readonly Kept kept in _records.AsSpan(0, _count))
        {
            if (kept.Key == key)
            {
                return true;
            }
        }

        return false;
    }

    private readonly record struct Kept(
        int Key, int Resource, int Instance, PlainKind Kind, long Integer, double Float, ReadOnlyMemory<byte> Text);
}
