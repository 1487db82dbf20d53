namespace Ipso.Lwm2m.Model;

// The passes after the first, of single resources: what was checked is set, and what is to go is removed.
public ref partial struct ResourceReader
{
    private readonly bool IsNoCheck => _stage != Stage.Check || Current.IsRemoval;

    private readonly bool IsAssigned => _stage == Stage.Apply && !Current.IsRemoval;

    private readonly bool IsWritten => IsAssigned && IsBound;

    private bool ApplyInteger(ref long field, int index)
    {
        if (IsAssigned)
        {
            Value.TryInteger(out long value);
            _target.Assign(ref field, value, index);
        }
        else
        {
            Remove(ref field, 0, index);
        }

        return IsWritten;
    }

    private bool ApplyUnsigned(ref ulong field, int index)
    {
        if (IsAssigned)
        {
            Value.TryUnsigned(out ulong value);
            _target.Assign(ref field, value, index);
        }
        else
        {
            Remove(ref field, 0UL, index);
        }

        return IsWritten;
    }

    private bool ApplyFloat(ref double field, int index)
    {
        if (IsAssigned)
        {
            Value.TryFloat(out double value);
            _target.Assign(ref field, value, index);
        }
        else
        {
            Remove(ref field, 0.0, index);
        }

        return IsWritten;
    }

    private bool ApplyBoolean(ref bool field, int index)
    {
        if (IsAssigned)
        {
            Value.TryBoolean(out bool value);
            _target.Assign(ref field, value, index);
        }
        else
        {
            Remove(ref field, false, index);
        }

        return IsWritten;
    }

    private bool ApplyString(ref string field, int index)
    {
        if (IsAssigned)
        {
            Value.TryString(field, out string value);
            _target.Assign(ref field, value, index);
        }
        else
        {
            Remove(ref field, "", index);
        }

        return IsWritten;
    }

    private bool ApplyOpaque(ref byte[] field, int index)
    {
        if (IsAssigned)
        {
            Value.TryOpaque(_scratch, out ReadOnlySpan<byte> value);
            _target.Assign(ref field, value, index);
        }
        else
        {
            Remove(ref field, [], index);
        }

        return IsWritten;
    }

    private bool ApplyTime(ref long field, int index)
    {
        if (IsAssigned)
        {
            Value.TryTime(out long value);
            _target.Assign(ref field, value, index);
        }
        else
        {
            Remove(ref field, 0, index);
        }

        return IsWritten;
    }

    private bool ApplyObjectLink(ref ObjectLink field, int index)
    {
        if (IsAssigned)
        {
            Value.TryObjectLink(out ObjectLink value);
            _target.Assign(ref field, value, index);
        }
        else
        {
            Remove(ref field, default, index);
        }

        return IsWritten;
    }

    private bool ApplyCoreLink(ref CoreLink field, int index)
    {
        if (IsAssigned)
        {
            Value.TryString(field.Text, out string value);
            _target.Assign(ref field, new CoreLink(value), index);
        }
        else
        {
            Remove(ref field, default, index);
        }

        return IsWritten;
    }
}
