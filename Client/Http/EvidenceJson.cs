using System.Text.Json.Serialization;

namespace Aampe.Agents.Client.Http;

/// <summary>Shapes of <see cref="IEvidence"/> on the wire.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ActionSets))]
[JsonSerializable(typeof(ContentMap))]
[JsonSerializable(typeof(Insights))]
[JsonSerializable(typeof(Page<ExperimentSummary>))]
[JsonSerializable(typeof(Table1))]
[JsonSerializable(typeof(PowerOfExperiment))]
[JsonSerializable(typeof(PolicyReport))]
[JsonSerializable(typeof(Operation))]
[JsonSerializable(typeof(ExportRequest))]
[JsonSerializable(typeof(SimulationRequest))]
[JsonSerializable(typeof(Simulation))]
[JsonSerializable(typeof(LaunchGate))]
sealed partial class EvidenceJson : JsonSerializerContext;
