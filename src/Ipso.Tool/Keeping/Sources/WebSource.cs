using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Keeping.Sources;

/// <summary>
/// OMNA's registry, or a copy of it, over HTTPS: an index, <c>DDF.xml</c>, and the files that it names. Nothing that comes from there is
/// taken for what it should be until it has been read.
/// </summary>
internal sealed class WebSource : RegistrySource
{
    /// <summary>The raw files of the registry of LwM2M objects.</summary>
    public static readonly Uri OmnaFiles = new("https://raw.githubusercontent.com/OpenMobileAlliance/lwm2m-registry/prod/");

    private const string Index = "DDF.xml";
    private const int MaxIndex = 32 << 20;
    private const int MaxDefinition = 4 << 20;
    private const int Attempts = 3;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    // Patience is counted below, for each answer with its body.
    private static readonly HttpClient s_client = new()
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("ipso", typeof(WebSource).Assembly.GetName().Version!.ToString(3)) } },
    };

    private readonly Uri _files;
    private readonly TimeSpan _patience;

    /// <summary>Makes a source of an address.</summary>
    /// <param name="name">How it is called.</param>
    /// <param name="files">The folder on the web that has the index.</param>
    /// <param name="patience">How long an answer may take.</param>
    public WebSource(string name, Uri files, TimeSpan patience)
    {
        Name = name;
        _files = files;
        _patience = patience;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>A URL that somebody wrote, as the folder that it means.</summary>
    /// <exception cref="Fault">It is none, or anybody on the way could change what comes from it.</exception>
    public static Uri CheckedUri(string text)
    {
        if (!Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("https" or "http"))
        {
            throw Fault.Usage($"'{text}' is no URL of a registry; write one that begins with https://");
        }

        return uri.Scheme == "https" || uri.IsLoopback
            ? uri
            : throw Fault.Usage($"'{text}' is not safe from change on its way; write https://");
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<SourceEntry>> ListAsync(CancellationToken cancel)
    {
        Uri index = new(_files, Index);
        byte[] content = await GetAsync(index, MaxIndex, cancel);
        return RegistryIndex.Read(content, index, location => IsBelow(location) ? location : null);
    }

    /// <inheritdoc/>
    protected override async Task<DefinitionFile> LoadAsync(SourceEntry entry, CancellationToken cancel)
    {
        Uri place = new(_files, entry.Location);
        return DefinitionFile.Read(place.ToString(), await GetAsync(place, MaxDefinition, cancel), isDeclared: true);
    }

    // An index must not send us elsewhere.
    private bool IsBelow(string location) =>
        Uri.TryCreate(_files, location, out Uri? place) && _files.IsBaseOf(place) && place.Scheme == _files.Scheme && place.Port == _files.Port;

    private async Task<byte[]> GetAsync(Uri place, int limit, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(place, limit, cancel);
            }
            catch (Exception e) when (attempt < Attempts && IsPassing(e))
            {
                await Task.Delay(s_pause * attempt, cancel);
            }
            catch (HttpRequestException e) when (e.StatusCode is { } status)
            {
                throw Failed($"'{place}' answered {(int)status} {status}", e);
            }
            catch (HttpRequestException e)
            {
                throw Failed($"'{place}' cannot be reached ({Fault.ReasonOf(e.InnerException ?? e)})", e);
            }
            catch (IOException e)
            {
                throw Failed($"'{place}' broke off before it was complete", e);
            }
        }
    }

    // What may be over in a moment; that there is no such file, or no such host, will not.
    private static bool IsPassing(Exception e) => e switch
    {
        HttpRequestException { StatusCode: { } status } => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)status >= 500,
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => true,
        IOException => true,
        _ => false,
    };

    private async Task<byte[]> TryAsync(Uri place, int limit, CancellationToken cancel)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(_patience);
        try
        {
            using HttpResponseMessage response = await s_client.GetAsync(place, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            response.EnsureSuccessStatusCode();
            using Stream body = await response.Content.ReadAsStreamAsync(patience.Token);
            byte[] content = await ReadAsync(body, place, limit, patience.Token);
            return IsPage(content, response.Content.Headers.ContentType?.MediaType)
                ? throw Failed($"'{place}' is a page in HTML and not XML: something on the way answers instead, a proxy or a login page", null)
                : content;
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw Failed($"'{place}' did not answer within {_patience.TotalSeconds} s, and --timeout gives it longer", e);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream body, Uri place, int limit, CancellationToken cancel)
    {
        using MemoryStream content = new();
        byte[] piece = new byte[16 << 10];
        int read;
        while ((read = await body.ReadAsync(piece, cancel)) > 0)
        {
            content.Write(piece, 0, read);
            if (content.Length > limit)
            {
                throw Failed($"'{place}' is longer than {limit >> 20} MiB, which no definition is", null);
            }
        }

        return content.ToArray();
    }

    private static bool IsPage(byte[] content, string? mediaType)
    {
        string beginning = Encoding.UTF8.GetString(content, 0, Math.Min(content.Length, 256)).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return mediaType == "text/html"
            || beginning.StartsWith("<!DOCTYPE html", StringComparison.OrdinalIgnoreCase)
            || beginning.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The end of a command for a reason that lies beyond this machine.</summary>
    internal static Fault Failed(string what, Exception? reason) =>
        new(ExitCode.Unreachable, $"{what}; try again, or use '--source {Package}', which needs no network", reason);
}
