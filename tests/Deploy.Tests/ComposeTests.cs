using System.Text.RegularExpressions;
using Aampe.Agents.Silo.Options;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Aampe.Agents.Deploy.Tests;

/// <summary>The Compose file, read as Compose reads it: merge keys resolved, variables filled from the example of the secrets.</summary>
public sealed partial class ComposeTests
{
    static readonly string[] silos = ["silo-1", "silo-2"];

    // What the Compose specification knows of a service, as far as it is used here; a typing error is none of them.
    static readonly string[] keys =
    [
        "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "logging", "networks", "ports", "read_only", "restart",
        "security_opt", "shm_size", "stop_grace_period", "tmpfs", "volumes",
    ];

    readonly Dictionary<string, object> compose = Read();

    [Fact]
    public void It_has_a_database_two_silos_and_a_proxy_and_only_the_proxy_has_a_port()
    {
        var services = Map(compose["services"]);
        Assert.Equal(["database", "silo-1", "silo-2", "proxy"], services.Keys);
        Assert.Equal(["proxy"], services.Where(service => Map(service.Value).ContainsKey("ports")).Select(service => service.Key));
        Assert.StartsWith("127.0.0.1:", (string)List(Map(services["proxy"])["ports"])[0], StringComparison.Ordinal);
    }

    [Fact]
    public void It_uses_no_key_that_Compose_does_not_know()
    {
        Assert.All(compose.Keys.Where(key => !key.StartsWith("x-", StringComparison.Ordinal)), key => Assert.Contains(key, (string[])["name", "services", "networks", "volumes"]));
        Assert.All(Map(compose["services"]).Values, service => Assert.All(Map(service).Keys, key => Assert.Contains(key, keys)));
    }

    [Fact]
    public void Every_service_is_watched_and_started_again() => Assert.All(Map(compose["services"]), service =>
    {
        Assert.True(Map(service.Value).ContainsKey("healthcheck"), service.Key);
        Assert.Equal("unless-stopped", Map(service.Value)["restart"]);
    });

    [Fact]
    public void Silos_are_set_by_settings_that_exist_and_differ_in_their_address_alone()
    {
        var settings = silos.Select(Settings).ToArray();
        Assert.All(settings, DeployFiles.AssertSettings);
        Assert.Equal(["Cluster__Address"], settings[0].Keys.Where(key => settings[0][key] != settings[1][key]));
        Assert.All(silos, silo => Assert.Equal(Settings(silo)["Cluster__Address"], Map(Map(Service(silo)["networks"])["inside"])["ipv4_address"]));
    }

    [Fact]
    public void Silos_have_longer_to_stop_than_they_take_to_drain() => Assert.All(silos, silo => Assert.Equal("60s", Service(silo)["stop_grace_period"]));

    [Fact]
    public void Silos_are_asked_for_readiness_on_their_port() => Assert.All(silos, silo =>
    {
        var test = string.Concat(List(Map(Service(silo)["healthcheck"])["test"]));
        Assert.Contains("/health/ready", test, StringComparison.Ordinal);
        Assert.Contains($"/{Settings(silo)["Http__Port"]} ", test, StringComparison.Ordinal);
    });

    [Fact]
    public void Every_variable_has_an_example() =>
        Assert.Equal(Variable().Matches(DeployFiles.Text("compose.yaml")).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal), DeployFiles.Variables(".env.example").Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void The_proxy_knows_each_silo_on_its_port_and_tells_who_asks()
    {
        var proxy = DeployFiles.Text("nginx.conf");
        Assert.All(silos, silo => Assert.Contains($"server {silo}:{Settings(silo)["Http__Port"]} ", proxy, StringComparison.Ordinal));
        Assert.Equal(proxy.Split("proxy_pass").Length, proxy.Split("proxy_set_header X-Forwarded-For $remote_addr;").Length);
    }

    [Fact]
    public void The_image_is_built_from_the_project_and_does_not_run_as_root()
    {
        var image = DeployFiles.Text("Dockerfile");
        Assert.Contains("USER $APP_UID", image, StringComparison.Ordinal);
        Assert.Contains($"\"{typeof(KnownSettings).Assembly.GetName().Name}.dll\"", image, StringComparison.Ordinal);
        Assert.Contains($"EXPOSE {string.Join(' ', Settings("silo-1")["Http__Port"], Settings("silo-1")["Cluster__SiloPort"], Settings("silo-1")["Cluster__GatewayPort"])}", image, StringComparison.Ordinal);
        DeployFiles.AssertSettings(image.Split('\n').Select(line => Set().Match(line)).Where(match => match.Success && match.Groups[1].Value != "DOTNET_EnableDiagnostics")
            .Select(match => KeyValuePair.Create(match.Groups[1].Value, match.Groups[2].Value)));
    }

    Dictionary<string, object> Service(string name) => Map(Map(compose["services"])[name]);

    Dictionary<string, string> Settings(string silo)
    {
        var secrets = DeployFiles.Variables(".env.example");
        return Map(Service(silo)["environment"]).ToDictionary(one => one.Key, one => Variable().Replace((string)one.Value, match => secrets[match.Groups[1].Value]), StringComparer.Ordinal);
    }

    static Dictionary<string, object> Read()
    {
        var parser = new MergingParser(new Parser(new StringReader(DeployFiles.Text("compose.yaml"))));
        return Map(new DeserializerBuilder().WithDuplicateKeyChecking().Build().Deserialize<object>(parser)!);
    }

    static Dictionary<string, object> Map(object node) => ((Dictionary<object, object>)node).ToDictionary(one => (string)one.Key, one => one.Value, StringComparer.Ordinal);

    static List<object> List(object node) => (List<object>)node;

    [GeneratedRegex(@"\$\{([A-Z_]+)[^}]*\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(?:ENV)?\s+(\w+__\w+|DOTNET_\w+)=(\S+)")]
    private static partial Regex Set();
}
