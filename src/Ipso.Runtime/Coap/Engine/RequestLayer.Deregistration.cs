namespace Ipso.Coap.Engine;

// Exchanges that end an observation (RFC 7641, 3.6): the one that has begun it, or, of one that was handed over, another under its token.
internal sealed partial class RequestLayer
{
    // By peer: those whose token names the place of another exchange, or none.
    private readonly HashChains _adopted;
    private int _adoptedCount;

    /// <summary>Turns an observation into an ordinary exchange, whose response ends it.</summary>
    public void BeginDeregistration(int index)
    {
        ref Exchange exchange = ref _exchanges[index];
        exchange.WantsObservation = false;
        exchange.IsEstablished = false;
        exchange.IsDeregistering = true;
        DropEvent(index);
    }

    /// <summary>Gives a new exchange the token of an observation that was handed over, which it is to end.</summary>
    public void Adopt(int index, CoapToken token)
    {
        ref Exchange exchange = ref _exchanges[index];
        exchange.Token = token;
        exchange.IsDeregistering = exchange.IsAdopted = true;
        _adopted.Add(exchange.Peer.GetHashCode(), index);
        _adoptedCount++;
    }

    private void LeaveAdopted(int index)
    {
        if (_exchanges[index].IsAdopted)
        {
            _exchanges[index].IsAdopted = false;
            _adopted.Remove(index);
            _adoptedCount--;
        }
    }

    private int FindAdopted(in PeerId peer, CoapToken token)
    {
        int i = _adoptedCount == 0 ? -1 : _adopted.First(peer.GetHashCode());
        while (i >= 0 && !(_exchanges[i].Token == token && IsOpenTo(i, peer)))
        {
            i = _adopted.Next(i);
        }

        return i;
    }
}
