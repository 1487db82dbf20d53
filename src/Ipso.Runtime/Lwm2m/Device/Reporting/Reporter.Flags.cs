using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// Which resources wake the device when they change.
internal sealed partial class Reporter
{
    private void FlagTargetsOf(int place)
    {
        for (int i = _observations[place].FirstTarget; i >= 0; i = _observations.TargetAt(i).Next)
        {
            FlagOn(_observations.TargetAt(i).Path);
        }
    }

    private void FlagOn(Lwm2mPath path)
    {
        foreach (ObjectInstance instance in objects.On(path))
        {
            Flag(instance);
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

        bool isWhole = _observations.FirstAt(path) >= 0 || _observations.FirstAt(new(path.ObjectId)) >= 0
            || _observations.FirstAt(Lwm2mPath.Root) >= 0;
        bool isNew = false;
        for (int i = 0; i < definition.Resources.Length; i++)
        {
            Lwm2mPath resource = path.Append(definition.Resources[i].Id);
            int any = 0;
            bool isObserved = isWhole || (_observations.Count > 0 && IsRule(resource)) || _observations.FirstAt(resource) >= 0 || Attributes.TryGetInstance(resource, ref any, out _);
            isNew |= instance.Observe(i, isObserved) && isObserved;
        }

        // Values are read after this: one that is set meanwhile is read, or its setter has seen the flag.
        if (isNew)
        {
            ObjectInstance.AwaitSetters();
        }
    }
}
