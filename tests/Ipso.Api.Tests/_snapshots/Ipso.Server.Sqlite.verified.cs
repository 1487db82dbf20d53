namespace Ipso.Server.Sqlite
{
    public sealed class SqliteServerStore : System.IAsyncDisposable
    {
        public Ipso.Server.Stores.IBootstrapStore Bootstraps { get; }
        public Ipso.Server.Stores.ICommandStore Commands { get; }
        public Ipso.Server.Events.IEventOutbox Events { get; }
        public Ipso.Server.Stores.IObservationStore Observations { get; }
        public Ipso.Server.Stores.IRegistrationStore Registrations { get; }
        public Ipso.Server.Stores.ISecurityStore Security { get; }
        public System.Threading.Tasks.ValueTask DisposeAsync() { }
        public static Ipso.Server.Sqlite.SqliteServerStore Open(string path, bool isDurable = true, int maxEvents = 1000000) { }
    }
}
