namespace Ipso.Server.Operations;

/// <summary>Operations in the order in which they are to be done, linked through themselves. Empty, it takes next to nothing.</summary>
internal sealed class OperationQueue
{
    private DeviceOperation? _first;
    private DeviceOperation? _last;

    internal int Count { get; private set; }

    internal DeviceOperation? First => _first;

    internal void AddLast(DeviceOperation operation)
    {
        operation.Previous = _last;
        operation.Next = null;
        _ = _last is null ? _first = operation : _last.Next = operation;
        _last = operation;
        Count++;
    }

    internal void AddFirst(DeviceOperation operation)
    {
        operation.Next = _first;
        operation.Previous = null;
        _ = _first is null ? _last = operation : _first.Previous = operation;
        _first = operation;
        Count++;
    }

    internal void Remove(DeviceOperation operation)
    {
        _ = operation.Previous is null ? _first = operation.Next : operation.Previous.Next = operation.Next;
        _ = operation.Next is null ? _last = operation.Previous : operation.Next.Previous = operation.Previous;
        operation.Previous = operation.Next = null;
        Count--;
    }
}
