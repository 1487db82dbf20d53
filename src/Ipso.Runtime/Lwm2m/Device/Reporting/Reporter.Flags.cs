using System.Runtime.CompilerServices;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// Which resources wake the device when they change.
internal sealed partial class Reporter
{
    // Whether a resource has got a flag since the setters were waited for.
    private bool _isAnyFlagNew;

    private void FlagTargetsOf(Observation observation)
    {
        for (ObservationTarget? target = observation.FirstTarget; target is not null; target = target.Next)
        {
            FlagOn(target.Path);
        }
    }

    private void FlagOn(Lwm2mPath path)
    {
        foreach (ObjectInstance instance in objects.On(path))
        {
            Flag(instance);
        }
    }

    // Between the flags and whatever reads values by them: one that is set meanwhile is read, or its setter has seen the flag. Once for all of
    // them, for it costs more than they do.
    // Not inlined: a call of the system's has a frame, which costs whatever is around it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AwaitSetters()
    {
        if (_isAnyFlagNew)
        {
            _isAnyFlagNew = false;
            ObjectInstance.AwaitSetters();
        }
    }

    // Only resources with this flag wake the device when they change.
    private void Flag(ObjectInstance instance)
    {
        ObjectInfo definition = instance.Definition;
        Lwm2mPath path = new(definition.ObjectId, instance.InstanceId);
        if (CoreObjects.IsForBootstrapOnly(path.ObjectId))
        {
            return;
        }

        bool isWhole = _observations.NextAt(path) is not null || _observations.NextAt(new(path.ObjectId)) is not null
            || _observations.NextAt(Lwm2mPath.Root) is not null;
        for (int i = 0; i < definition.Resources.Length; i++)
        {
            Lwm2mPath resource = path.Append(definition.Resources[i].Id);
            int any = 0;
            bool isObserved = isWhole || (_observations.Count > 0 && IsRule(resource)) || _observations.NextAt(resource) is not null
                || Attributes.TryGetInstance(resource, ref any, out _);
            _isAnyFlagNew |= instance.Observe(i, isObserved) && isObserved;
        }
    }
}
