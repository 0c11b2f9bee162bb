using Aampe.Agents.Silo.Options;
using k8s;
using k8s.Models;

namespace Aampe.Agents.Deploy.Tests;

/// <summary>The manifests, read strictly: a field that Kubernetes does not have is an error.</summary>
public sealed class KubernetesTests
{
    const string Folder = "kubernetes";

    static readonly string[] files = ["namespace.yaml", "access.yaml", "network.yaml", "silo.yaml"];
    readonly IReadOnlyList<object> manifests = [.. files.Append("secret.example.yaml").SelectMany(file => KubernetesYaml.LoadAllFromString(DeployFiles.Text(Folder, file), null, strict: true))];

    V1Deployment Deployment => One<V1Deployment>();

    V1Container Silo => Assert.Single(Deployment.Spec.Template.Spec.Containers);

    [Fact]
    public void A_field_that_does_not_exist_is_found() => Assert.ThrowsAny<Exception>(() =>
        KubernetesYaml.LoadAllFromString(DeployFiles.Text(Folder, "silo.yaml").Replace("minReadySeconds", "minReadySecond", StringComparison.Ordinal), null, strict: true));

    [Fact]
    public void Everything_is_in_its_namespace_and_applied_together()
    {
        var name = One<V1Namespace>().Metadata.Name;
        Assert.All(manifests.OfType<IMetadata<V1ObjectMeta>>().Where(one => one is not V1Namespace), one => Assert.Equal(name, one.Metadata.NamespaceProperty));
        Assert.Equal(files.Order(StringComparer.Ordinal), DeployFiles.Text(Folder, "kustomization.yaml").Split('\n').Where(line => line.StartsWith("  - ", StringComparison.Ordinal)).Select(line => line[4..].Trim()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_setting_exists()
    {
        var set = Silo.Env.Where(one => !IsOfThePod(one.Name)).Select(one => KeyValuePair.Create(one.Name, one.Value ?? (one.Name == "Cluster__Address" ? "10.0.0.4" : "agents")));
        DeployFiles.AssertSettings([.. set, .. One<V1Secret>().StringData]);
        Assert.Equal(One<V1Secret>().Metadata.Name, Assert.Single(Silo.EnvFrom).SecretRef.Name);
    }

    [Fact]
    public void The_pod_tells_Orleans_who_it_is()
    {
        Assert.Equal("metadata.name", Field("POD_NAME"));
        Assert.Equal("metadata.namespace", Field("POD_NAMESPACE"));
        Assert.Equal("status.podIP", Field("POD_IP"));
        Assert.Equal("status.podIP", Field("Cluster__Address"));
        Assert.Equal("metadata.labels['orleans/serviceId']", Field("ORLEANS_SERVICE_ID"));
        Assert.Equal("metadata.labels['orleans/clusterId']", Field("ORLEANS_CLUSTER_ID"));
        Assert.Equal("metadata.labels['orleans/clusterId']", Field("Cluster__Id"));
        Assert.Equal("agents", Deployment.Spec.Template.Metadata.Labels["orleans/serviceId"]);
        Assert.Equal(KnownSettings.Find("Cluster:Id")!.Default, Deployment.Spec.Template.Metadata.Labels["orleans/clusterId"]);
    }

    [Fact]
    public void Probes_ask_what_the_silo_answers()
    {
        Assert.Equal("/health/ready", Silo.StartupProbe.HttpGet.Path);
        Assert.Equal("/health/ready", Silo.ReadinessProbe.HttpGet.Path);
        Assert.Equal("/health/live", Silo.LivenessProbe.HttpGet.Path);
        Assert.All((V1Probe[])[Silo.StartupProbe, Silo.ReadinessProbe, Silo.LivenessProbe], probe => Assert.Equal("http", probe.HttpGet.Port.Value));
    }

    [Fact]
    public void Ports_are_those_of_the_settings_and_the_policy_keeps_Orleans_ports_private()
    {
        int Port(string name) => Assert.Single(Silo.Ports, port => port.Name == name).ContainerPort;
        string Setting(string name) => Assert.Single(Silo.Env, one => one.Name == name).Value;
        Assert.Equal((Setting("Http__Port"), Setting("Cluster__SiloPort"), Setting("Cluster__GatewayPort")), ($"{Port("http")}", $"{Port("silo")}", $"{Port("gateway")}"));

        var policy = One<V1NetworkPolicy>().Spec;
        Assert.Equal(["Ingress"], policy.PolicyTypes);
        foreach (var port in (string[])[$"{Port("silo")}", $"{Port("gateway")}"])
        {
            var rule = Assert.Single(policy.Ingress, rule => rule.Ports.Any(one => one.Port.Value == port));
            Assert.Equal(Deployment.Spec.Selector.MatchLabels, Assert.Single(rule.FromProperty).PodSelector.MatchLabels);
        }

        Assert.Equal("http", Assert.Single(One<V1Service>().Spec.Ports).TargetPort.Value);
    }

    [Fact]
    public void Everything_selects_the_silos_pods()
    {
        var labels = Deployment.Spec.Template.Metadata.Labels;
        IDictionary<string, string>[] selectors = [Deployment.Spec.Selector.MatchLabels, One<V1Service>().Spec.Selector, One<V1PodDisruptionBudget>().Spec.Selector.MatchLabels, One<V1NetworkPolicy>().Spec.PodSelector.MatchLabels];
        Assert.All(selectors, selector => Assert.All(selector, label => Assert.Equal(label.Value, labels[label.Key])));
    }

    [Fact]
    public void It_has_time_to_drain_no_rights_and_the_account_that_may_see_pods()
    {
        var pod = Deployment.Spec.Template.Spec;
        Assert.Equal(60, pod.TerminationGracePeriodSeconds);
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.True(Silo.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(Silo.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(One<V1ServiceAccount>().Metadata.Name, pod.ServiceAccountName);
        Assert.Equal(One<V1ServiceAccount>().Metadata.Name, Assert.Single(One<V1RoleBinding>().Subjects).Name);
        Assert.Equal(["get", "list", "watch"], Assert.Single(One<V1Role>().Rules).Verbs);
    }

    T One<T>() => Assert.Single(manifests.OfType<T>());

    string Field(string variable) => Assert.Single(Silo.Env, one => one.Name == variable).ValueFrom.FieldRef.FieldPath;

    static bool IsOfThePod(string variable) => variable.StartsWith("POD_", StringComparison.Ordinal) || variable.StartsWith("ORLEANS_", StringComparison.Ordinal);
}
