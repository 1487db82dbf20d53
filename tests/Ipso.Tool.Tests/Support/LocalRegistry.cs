using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ipso.Tool.Tests.Support;

/// <summary>
/// A registry on the web, made up, on a port of this machine: what is asked for is answered as the test says, be it half of a file, an error
/// or nothing at all.
/// </summary>
internal sealed class LocalRegistry : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, Func<int, Reply>> _replies = new();
    private readonly ConcurrentDictionary<string, int> _requests = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _asked = new();
    private readonly TaskCompletionSource _end = new();
    private readonly Task _loop;

    internal LocalRegistry()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    /// <summary>Where it is.</summary>
    internal string Url => $"http://{_listener.LocalEndpoint}/";

    /// <summary>How often a file was asked for.</summary>
    internal int Requests(string file) => _requests.GetValueOrDefault("/" + file);

    /// <summary>Completes when a file is asked for.</summary>
    internal Task Asked(string file) => _asked.GetOrAdd("/" + file, static _ => new TaskCompletionSource()).Task;

    /// <summary>Serves objects, with an index of them.</summary>
    internal LocalRegistry With(params ObjectXml[] objects)
    {
        StringBuilder index = new("<DDFList>\n");
        foreach (ObjectXml one in objects)
        {
            bool isNewest = objects.Where(other => other.Id == one.Id).Max(other => other.Version) == one.Version;
            string file = isNewest ? $"{one.Id}.xml" : $"version_history/{one.Id}-{one.Version.Replace('.', '_')}.xml";
            index.Append(CultureInfo.InvariantCulture, $"<Item><ObjectID>{one.Id}</ObjectID><Name>{one.Name}</Name><Description>{one.Description}</Description><Ver>{one.Version}</Ver><DDF>{file}</DDF></Item>\n");
            Serve(file, one.Text);
        }

        // Ids that are reserved stand in an index without a file.
        index.Append("<Item><ObjectID>40000</ObjectID><Name>Reserved</Name><Description></Description><Ver>1.0</Ver><DDF></DDF></Item>\n</DDFList>\n");
        return Serve("DDF.xml", index.ToString());
    }

    /// <summary>Serves a file.</summary>
    internal LocalRegistry Serve(string file, string content) => Answer(file, _ => new Reply(content));

    /// <summary>Answers each request for a file as the test says, by its number from 1.</summary>
    internal LocalRegistry Answer(string file, Func<int, Reply> reply)
    {
        _replies["/" + file] = reply;
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        _listener.Stop();
        await _loop;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = HandleAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task HandleAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
                string path = (await reader.ReadLineAsync())!.Split(' ')[1];
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                }

                int number = _requests.AddOrUpdate(path, 1, static (_, count) => count + 1);
                _asked.GetOrAdd(path, static _ => new TaskCompletionSource()).TrySetResult();
                Reply reply = _replies.TryGetValue(path, out var known) ? known(number) : new Reply("not here") { Status = 404 };
                await Task.WhenAny(reply.Gate, _end.Task);
                await stream.WriteAsync(reply.ToBytes());
            }
            catch (IOException)
            {
                // The other end did not wait.
            }
        }
    }
}

/// <summary>An answer.</summary>
/// <param name="Content">The body.</param>
internal sealed record Reply(string Content)
{
    internal int Status { get; init; } = 200;

    internal string Type { get; init; } = "text/plain; charset=utf-8";

    /// <summary>How much of the body is sent before the connection is closed.</summary>
    internal int? CutAt { get; init; }

    /// <summary>Whether the length is left out, so that the end of the connection is the body's.</summary>
    internal bool HasNoLength { get; init; }

    /// <summary>What the answer waits for.</summary>
    internal Task Gate { get; init; } = Task.CompletedTask;

    internal byte[] ToBytes()
    {
        byte[] body = Encoding.UTF8.GetBytes(Content);
        string length = HasNoLength ? "" : $"Content-Length: {body.Length}\r\n";
        byte[] head = Encoding.ASCII.GetBytes($"HTTP/1.1 {Status} Reason\r\nContent-Type: {Type}\r\n{length}Connection: close\r\n\r\n");
        return [.. head, .. body[..(CutAt ?? body.Length)]];
    }
}
