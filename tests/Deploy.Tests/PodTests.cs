using System.Diagnostics;

namespace Aampe.Agents.Deploy.Tests;

/// <summary>A silo that believes to be a pod and is none: what is missing is named before anything is touched.</summary>
public sealed class PodTests
{
    static readonly Dictionary<string, string> pod = new(StringComparer.Ordinal)
    {
        ["POD_NAME"] = "silo-1", ["POD_NAMESPACE"] = "aampe-agents", ["POD_IP"] = "10.0.0.4", ["ORLEANS_SERVICE_ID"] = "agents", ["ORLEANS_CLUSTER_ID"] = "agents",
        ["KUBERNETES_SERVICE_HOST"] = "127.0.0.1", ["KUBERNETES_SERVICE_PORT"] = "1",
    };

    [Theory]
    [InlineData("POD_NAME", null, "the environment lacks POD_NAME")]
    [InlineData("POD_IP", "here", "POD_IP must be the pod's IP address (fieldRef status.podIP); was 'here'.")]
    [InlineData("ORLEANS_SERVICE_ID", "silos", "ORLEANS_SERVICE_ID must be 'agents'")]
    [InlineData("ORLEANS_CLUSTER_ID", "green", "ORLEANS_CLUSTER_ID must be the same as Cluster:Id, 'agents'; was 'green'.")]
    [InlineData("KUBERNETES_SERVICE_HOST", null, "the environment lacks KUBERNETES_SERVICE_HOST")]
    [InlineData("Cluster__Kind", "Single", "Cluster:Kubernetes is true, but Cluster:Kind is 'Single'")]
    public async Task What_the_pod_does_not_tell_is_named(string variable, string? value, string expected)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Aampe.Agents.Silo.dll")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        var settings = new Dictionary<string, string>(pod, StringComparer.Ordinal)
        {
            ["Cluster__Kubernetes"] = "true", ["Cluster__Kind"] = "Postgres", ["Data__Postgres"] = "Host=127.0.0.1;Port=1;Username=agents;Database=agents", ["Http__Port"] = "0",
        };
        settings.Remove(variable);
        start.Environment.Remove(variable);
        if (value is not null)
        {
            settings[variable] = value;
        }

        foreach (var (name, text) in settings)
        {
            start.Environment[name] = text;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            var (_, faults) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal(2, process.ExitCode);
            Assert.Contains(expected, await faults, StringComparison.Ordinal);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
