using System.ComponentModel.DataAnnotations;

namespace Aampe.Agents.Silo.Options;

/// <summary>Where data lives; section <c>Data</c>.</summary>
public sealed class DataOptions
{
    /// <summary>Directory of the embedded store; made when it is missing.</summary>
    [Required(ErrorMessage = "Data:Directory must name a directory; was empty.")]
    public string Directory { get; set; } = "./data";

    /// <summary>
    /// PostgreSQL instead of the embedded store: a connection string, or several with <c>|</c> between them, in an order that never changes.
    /// Empty = the embedded store.
    /// </summary>
    public string Postgres { get; set; } = "";

    /// <summary>Writers of agents per PostgreSQL server.</summary>
    [Range(1, 16)]
    public int PostgresLanes { get; set; } = 2;

    /// <summary>The connection strings one by one; none = the embedded store.</summary>
    internal string[] Servers => Postgres.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Full survives a power cut, Normal a killed process.</summary>
    [RegularExpression("^(Full|Normal)$", ErrorMessage = "Data:Synchronous must be 'Full' or 'Normal'; was '{0}'.")]
    public string Synchronous { get; set; } = "Full";
}

/// <summary>The event log; section <c>Log</c>.</summary>
public sealed class LogOptions
{
    /// <summary>Store: the log is in the store with everything else. Kafka: in a topic (docs/kafka.md).</summary>
    [RegularExpression("^(Store|Kafka)$", ErrorMessage = "Log:Kind must be 'Store' or 'Kafka'; was '{0}'.")]
    public string Kind { get; set; } = "Store";

    /// <summary>Partitions; fixed when the data directory is made.</summary>
    [Range(1, 1_024)]
    public int Partitions { get; set; } = 16;

    /// <summary>Days that applied events stay in the log.</summary>
    [Range(1, 3_650)]
    public int RetentionDays { get; set; } = 90;
}

/// <summary>HTTP; section <c>Http</c>.</summary>
public sealed class HttpOptions
{
    /// <summary>Port of API and console; 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 5080;

    /// <summary>Address to listen on: loopback unless told otherwise, since TLS ends at a proxy.</summary>
    [Required(ErrorMessage = "Http:Address must be an IP address, such as 127.0.0.1 or 0.0.0.0; was empty.")]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Where the world reaches this API, such as https://agents.example: links in messages and callback addresses begin with it; empty = nowhere.</summary>
    public string PublicAddress { get; set; } = "";

    /// <summary>Port of the metrics page, on loopback; 0 = none.</summary>
    [Range(0, 65_535)]
    public int MetricsPort { get; set; }
}

/// <summary>Silos that work together; section <c>Cluster</c>.</summary>
public sealed class ClusterOptions
{
    /// <summary>Single: this silo alone. Postgres: every silo with the same <c>Data:Postgres</c> and the same <see cref="Id"/>.</summary>
    [RegularExpression("^(Single|Postgres)$", ErrorMessage = "Cluster:Kind must be 'Single' or 'Postgres'; was '{0}'.")]
    public string Kind { get; set; } = "Single";

    /// <summary>Name of the cluster; another one in the same database is another cluster, as in a switch from blue to green.</summary>
    [Required(ErrorMessage = "Cluster:Id must name the cluster; was empty.")]
    [StringLength(100)]
    public string Id { get; set; } = "agents";

    /// <summary>Address at which other silos reach this one; never a public one.</summary>
    [Required(ErrorMessage = "Cluster:Address must be an IP address of this machine, such as 10.0.0.4; was empty.")]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Silo-to-silo port; 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int SiloPort { get; set; }

    /// <summary>Gateway port for Orleans clients; 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int GatewayPort { get; set; }

    /// <summary>This silo is a pod: its name and address come from the pod, and a silo whose pod is gone is declared dead at once.</summary>
    public bool Kubernetes { get; set; }
}
