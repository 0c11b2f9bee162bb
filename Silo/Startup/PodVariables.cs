using System.Net;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Silo.Options;

namespace Aampe.Agents.Silo.Startup;

/// <summary>What Orleans reads of its pod from the environment when <c>Cluster:Kubernetes</c> is true, checked before it fails on it.</summary>
static class PodVariables
{
    static readonly string[] needed = ["POD_NAME", "POD_NAMESPACE", "POD_IP", "ORLEANS_SERVICE_ID", "ORLEANS_CLUSTER_ID", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"];

    // Where Kubernetes puts what a pod needs to ask for its neighbours.
    const string Token = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>What is wrong; null = nothing.</summary>
    public static string? Fault(ClusterOptions cluster, Func<string, string?> variable)
    {
        if (!cluster.Kubernetes)
        {
            return null;
        }

        if (cluster.Kind != "Postgres")
        {
            return $"Cluster:Kubernetes is true, but Cluster:Kind is '{cluster.Kind}': pods meet in the database, so set Cluster:Kind to 'Postgres'; one silo alone needs no Cluster:Kubernetes.";
        }

        var missing = needed.Where(name => string.IsNullOrWhiteSpace(variable(name))).ToArray();
        if (missing.Length > 0)
        {
            return $"Cluster:Kubernetes is true, but the environment lacks {string.Join(", ", missing)}: take them from the pod (fieldRef), as deploy/kubernetes/silo.yaml does; outside of Kubernetes leave Cluster:Kubernetes at false.";
        }

        if (!IPAddress.TryParse(variable("POD_IP"), out _))
        {
            return $"POD_IP must be the pod's IP address (fieldRef status.podIP); was '{variable("POD_IP")}'.";
        }

        if (variable("ORLEANS_SERVICE_ID") != ClusterSetup.ServiceId)
        {
            return $"ORLEANS_SERVICE_ID must be '{ClusterSetup.ServiceId}', under which the database knows this product; was '{variable("ORLEANS_SERVICE_ID")}'. Correct the pod's label orleans/serviceId.";
        }

        if (variable("ORLEANS_CLUSTER_ID") != cluster.Id)
        {
            return $"ORLEANS_CLUSTER_ID must be the same as Cluster:Id, '{cluster.Id}'; was '{variable("ORLEANS_CLUSTER_ID")}'. Correct the pod's label orleans/clusterId, or Cluster:Id.";
        }

        return File.Exists(Token)
            ? null
            : $"Cluster:Kubernetes is true, but the pod has no token of a service account ({Token}): name the account of deploy/kubernetes/access.yaml in serviceAccountName, and leave automountServiceAccountToken on.";
    }
}
