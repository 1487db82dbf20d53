using System;
using System.Collections.Generic;
using System.Linq;

namespace Ipso.Generator.Naming;

/// <summary>
/// The framework's types that the SDK's implicit usings import into a program: an object of one of these names is ambiguous in a file
/// that imports the objects' namespace as well (CS0104).
/// </summary>
internal static class ImplicitUsings
{
    // As of .NET 10. Generic types are never confused with a class that is none.
    private static readonly (string Namespace, string Types)[] s_types =
    [
        ("System", """
            Action Activator AppContext AppDomain AppDomainSetup ApplicationId ArgIterator Array AsyncCallback AttributeTargets
            Base64FormattingOptions BitConverter Boolean Buffer Byte Char CharEnumerator Console ConsoleColor ConsoleKey ConsoleKeyInfo
            ConsoleModifiers ConsoleSpecialKey ContextBoundObject Convert DBNull DateOnly DateTime DateTimeKind DateTimeOffset DayOfWeek
            Decimal Delegate Double Enum Environment EnvironmentVariableTarget FileStyleUriParser FormattableString FtpStyleUriParser GC
            GCCollectionMode GCGenerationInfo GCKind GCMemoryInfo GCNotificationStatus GenericUriParser GenericUriParserOptions
            GopherStyleUriParser Guid Half HashCode HttpStyleUriParser IAsyncDisposable IAsyncResult ICloneable IComparable IConvertible
            ICustomFormatter IDisposable IFormatProvider IFormattable IServiceProvider ISpanFormattable IUtf8SpanFormattable Index
            Int128 Int16 Int32 Int64 IntPtr LdapStyleUriParser LoaderOptimization LocalDataStoreSlot MarshalByRefObject Math MathF
            MemoryExtensions MidpointRounding ModuleHandle MulticastDelegate NetPipeStyleUriParser NetTcpStyleUriParser
            NewsStyleUriParser Nullable Object OperatingSystem PlatformID Random Range RuntimeArgumentHandle RuntimeFieldHandle
            RuntimeMethodHandle RuntimeTypeHandle SByte SequencePosition Single String StringComparer StringComparison
            StringNormalizationExtensions StringSplitOptions TimeOnly TimeProvider TimeSpan TimeZone TimeZoneInfo Tuple TupleExtensions
            Type TypeCode TypedReference UInt128 UInt16 UInt32 UInt64 UIntPtr Uri UriBuilder UriComponents UriCreationOptions UriFormat
            UriHostNameType UriKind UriParser UriPartial UriTypeConverter ValueTuple ValueType Version Void WeakReference
            """),
        ("System.Collections.Generic", """
            CollectionExtensions KeyValuePair ReferenceEqualityComparer
            """),
        ("System.IO", """
            BinaryReader BinaryWriter BufferedStream Directory DirectoryInfo DriveInfo DriveType EnumerationOptions File FileAccess
            FileAttributes FileInfo FileMode FileOptions FileShare FileStream FileStreamOptions FileSystemAclExtensions FileSystemInfo
            FileSystemWatcher HandleInheritability MatchCasing MatchType MemoryStream NotifyFilters Path RandomAccess SearchOption
            SeekOrigin Stream StreamReader StreamWriter StringReader StringWriter TextReader TextWriter UnixFileMode
            UnmanagedMemoryAccessor UnmanagedMemoryStream WaitForChangedResult WatcherChangeTypes
            """),
        ("System.Linq", """
            AsyncEnumerable Enumerable EnumerableExecutor EnumerableQuery IOrderedQueryable IQueryProvider IQueryable
            ImmutableArrayExtensions ParallelEnumerable ParallelExecutionMode ParallelMergeOptions ParallelQuery Queryable
            """),
        ("System.Net.Http", """
            ByteArrayContent ClientCertificateOption DelegatingHandler FormUrlEncodedContent HttpClient HttpClientHandler
            HttpCompletionOption HttpContent HttpKeepAlivePingPolicy HttpMessageHandler HttpMessageInvoker HttpMethod HttpRequestError
            HttpRequestMessage HttpRequestOptions HttpResponseMessage HttpVersionPolicy MessageProcessingHandler MultipartContent
            MultipartFormDataContent ReadOnlyMemoryContent SocketsHttpConnectionContext SocketsHttpHandler
            SocketsHttpPlaintextStreamFilterContext StreamContent StringContent
            """),
        ("System.Threading", """
            ApartmentState AsyncFlowControl AutoResetEvent Barrier CancellationToken CancellationTokenRegistration
            CancellationTokenSource CompressedStack ContextCallback CountdownEvent EventResetMode EventWaitHandle EventWaitHandleAcl
            ExecutionContext HostExecutionContext HostExecutionContextManager IOCompletionCallback IThreadPoolWorkItem ITimer
            Interlocked LazyInitializer LazyThreadSafetyMode Lock LockCookie LockRecursionPolicy ManualResetEvent ManualResetEventSlim
            Monitor Mutex MutexAcl NamedWaitHandleOptions NativeOverlapped Overlapped ParameterizedThreadStart PeriodicTimer
            PreAllocatedOverlapped ReaderWriterLock ReaderWriterLockSlim RegisteredWaitHandle Semaphore SemaphoreAcl SemaphoreSlim
            SendOrPostCallback SpinLock SpinWait SynchronizationContext Thread ThreadPool ThreadPoolBoundHandle ThreadPriority
            ThreadStart ThreadState ThreadingAclExtensions Timeout Timer TimerCallback Volatile WaitCallback WaitHandle
            WaitHandleExtensions WaitOrTimerCallback
            """),
        ("System.Threading.Tasks", """
            ConcurrentExclusiveSchedulerPair ConfigureAwaitOptions Parallel ParallelLoopResult ParallelLoopState ParallelOptions Task
            TaskAsyncEnumerableExtensions TaskCompletionSource TaskContinuationOptions TaskCreationOptions TaskExtensions TaskFactory
            TaskScheduler TaskStatus TaskToAsyncResult ValueTask
            """),
    ];

    // Split when first asked for: most names are no news.
    private static readonly Lazy<Dictionary<string, string>> s_fullNames = new(static () => (
        from space in s_types
        from type in space.Types.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        select (Name: type, FullName: space.Namespace + "." + type)).ToDictionary(static type => type.Name, static type => type.FullName));

    /// <summary>The full name of the type that bears this name, or null.</summary>
    public static string? Find(string typeName) => s_fullNames.Value.TryGetValue(typeName, out string? fullName) ? fullName : null;

    /// <summary>Every full name.</summary>
    internal static IEnumerable<string> All => s_fullNames.Value.Values;

    /// <summary>What no object is called is not in the list.</summary>
    internal static bool IsLeftOut(string typeName) =>
        typeName.EndsWith("Exception", StringComparison.Ordinal) || typeName.EndsWith("Attribute", StringComparison.Ordinal)
        || typeName.EndsWith("EventArgs", StringComparison.Ordinal) || typeName.EndsWith("EventHandler", StringComparison.Ordinal);
}
