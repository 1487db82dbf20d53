using Ipso.Lwm2m.Device;

namespace Ipso.Net;

/// <summary>
/// Fetches firmware images over CoAP, block by block (<see cref="FirmwareUpdateOptions.Fetch"/>): a socket of its own for each, which is
/// closed when the image is there.
/// </summary>
/// <param name="options">The client's bounds; <see langword="null"/> for those of a new <see cref="CoapClientOptions"/>.</param>
public sealed class CoapFirmwareSource(CoapClientOptions? options = null)
{
    private const int PieceLength = 4096;

    private readonly CoapClientOptions _options = options ?? new();

    /// <summary>Begins to fetch an image, on other threads.</summary>
    /// <param name="download">The image, at a <c>coap://</c> URI.</param>
    public void Fetch(FirmwareDownload download)
    {
        ArgumentNullException.ThrowIfNull(download);
        _ = FetchAsync(download);
    }

    /// <summary>Fetches an image.</summary>
    /// <param name="download">The image, at a <c>coap://</c> URI.</param>
    /// <returns>Ends when it is there, or it is known that it will not be: the download was told by then. Nothing is thrown.</returns>
    public async Task FetchAsync(FirmwareDownload download)
    {
        ArgumentNullException.ThrowIfNull(download);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using CancellationTokenSource cancelling = new();
        // Not on the thread that cancels: it is the device's.
        download.OnCancelled(() => _ = cancelling.CancelAsync());
        try
        {
            await CopyAsync(download, cancelling.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it.
        }
        catch (CoapResponseException)
        {
            // The server has nothing there, or does not give it away.
            download.Fail(FirmwareUpdateResult.InvalidUri);
        }
        catch (CoapException exception)
        {
            download.Fail(
                exception.Failure == CoapFailure.NoAddress ? FirmwareUpdateResult.InvalidUri : FirmwareUpdateResult.ConnectionLost);
        }
        catch (ArgumentException)
        {
            download.Fail(FirmwareUpdateResult.InvalidUri);
        }
#pragma warning disable CA1031 // Whatever it is, the server is to see that there is no image.
        catch (Exception)
        {
            download.Fail(FirmwareUpdateResult.ConnectionLost);
        }
#pragma warning restore CA1031
    }

    private async Task CopyAsync(FirmwareDownload download, CancellationToken cancellationToken)
    {
        CoapClient client = new(_options);
        await using (client.ConfigureAwait(false))
        {
            Stream image = await client.GetStreamAsync(download.Uri, cancellationToken: cancellationToken).ConfigureAwait(false);
            await using (image.ConfigureAwait(false))
            {
                if (!download.Begin(null))
                {
                    return;
                }

                byte[] piece = new byte[PieceLength];
                int length;
                while ((length = await image.ReadAsync(piece, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    if (!download.Write(piece.AsSpan(0, length)))
                    {
                        return;
                    }
                }

                download.Complete();
            }
        }
    }
}
