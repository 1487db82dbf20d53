using System.Diagnostics;

namespace Ipso.Fuzz.Running;

/// <summary>Tells whether an input ends the process that decodes it, by having another process decode it.</summary>
internal sealed class DeadlyInput(string decoder, ulong variant) : IDisposable
{
    private Process? _servant;

    internal bool Kills(byte[] input)
    {
        _servant ??= Child.StartServant(decoder, variant);
        string? answer;
        try
        {
            _servant.StandardInput.WriteLine(Convert.ToHexString(input));
            _servant.StandardInput.Flush();
            answer = _servant.StandardOutput.ReadLine();
        }
        catch (IOException)
        {
            answer = null;
        }

        if (answer is not null)
        {
            return false;
        }

        _servant.WaitForExit();
        _servant.Dispose();
        _servant = null;
        return true;
    }

    public void Dispose()
    {
        if (_servant is not null)
        {
            _servant.StandardInput.Close();
            _servant.WaitForExit();
            _servant.Dispose();
        }
    }
}
