namespace Ipso.Lwm2m.Device;

/// <summary>Where a firmware update stands (5/0/3).</summary>
public enum FirmwareUpdateState : byte
{
    /// <summary>Nothing is under way.</summary>
    Idle = 0,

    /// <summary>The image comes.</summary>
    Downloading = 1,

    /// <summary>The image is there, whole and right.</summary>
    Downloaded = 2,

    /// <summary>The image is being installed.</summary>
    Updating = 3,
}

/// <summary>How the last download or update has ended (5/0/5).</summary>
public enum FirmwareUpdateResult : byte
{
    /// <summary>It has not.</summary>
    None = 0,

    /// <summary>The firmware was updated.</summary>
    Success = 1,

    /// <summary>Too little flash memory.</summary>
    NotEnoughStorage = 2,

    /// <summary>Too little working memory.</summary>
    OutOfMemory = 3,

    /// <summary>The connection was lost while the image came.</summary>
    ConnectionLost = 4,

    /// <summary>The image is damaged, or not signed as it should be.</summary>
    IntegrityFailure = 5,

    /// <summary>The image is of a kind that the device does not know.</summary>
    UnsupportedPackage = 6,

    /// <summary>The Package URI is none, or there is nothing.</summary>
    InvalidUri = 7,

    /// <summary>The update has failed.</summary>
    Failed = 8,

    /// <summary>The Package URI has a scheme that the device does not speak.</summary>
    UnsupportedProtocol = 9,

    /// <summary>The server has cancelled it.</summary>
    Cancelled = 10,

    /// <summary>The user has put it off; the image stays.</summary>
    Deferred = 11,
}

/// <summary>How a device can fetch firmware (5/0/8).</summary>
public enum FirmwareProtocol : byte
{
    /// <summary><c>coap://</c>, in blocks.</summary>
    Coap = 0,

    /// <summary><c>coaps://</c>, in blocks.</summary>
    Coaps = 1,

    /// <summary><c>http://</c>.</summary>
    Http = 2,

    /// <summary><c>https://</c>.</summary>
    Https = 3,

    /// <summary><c>coap+tcp://</c>.</summary>
    CoapTcp = 4,

    /// <summary><c>coaps+tcp://</c>.</summary>
    CoapsTcp = 5,
}
