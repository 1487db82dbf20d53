using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Model;

/// <summary>A group of changes that observers hear of at once, from <see cref="ObjectInstance.BeginUpdate"/> to <see cref="Dispose"/>.</summary>
public readonly struct UpdateScope : IDisposable, IEquatable<UpdateScope>
{
    private readonly ObjectInstance? _instance;
    private readonly uint _hold;

    internal UpdateScope(ObjectInstance instance, uint hold)
    {
        _instance = instance;
        _hold = hold;
    }

    /// <summary>Ends the group. To do so once more ends no other one.</summary>
    public void Dispose() => _instance?.EndUpdate(_hold);

    /// <inheritdoc/>
    public bool Equals(UpdateScope other) => ReferenceEquals(_instance, other._instance);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is UpdateScope other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(_instance);

    /// <summary>Whether two scopes group changes of the same instance.</summary>
    public static bool operator ==(UpdateScope left, UpdateScope right) => left.Equals(right);

    /// <summary>Whether two scopes group changes of different instances.</summary>
    public static bool operator !=(UpdateScope left, UpdateScope right) => !left.Equals(right);
}
