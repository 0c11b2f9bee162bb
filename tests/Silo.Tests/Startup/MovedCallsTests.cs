using System.Reflection;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Storage.Log;
using Orleans.Serialization.Invocation;

namespace Aampe.Agents.Silo.Tests.Startup;

/// <summary>Calls that met a partition on the move.</summary>
public sealed class MovedCallsTests
{
    static readonly Instant at = new(1_700_000_000_000);

    [Fact]
    [Trait("proves", "R1")]
    public async Task An_activation_that_was_cancelled_is_asked_for_again()
    {
        var call = new MovedCall("dec_1", at) { Fault = new TaskCanceledException() };
        await new MovedCalls(TimeProvider.System).Invoke(call);
        Assert.Equal([("dec_1", at)], call.Agent.Asked);
    }

    [Fact]
    public async Task A_repeat_has_the_arguments_of_the_first_call_although_orleans_emptied_it()
    {
        var call = new MovedCall("dec_1", at);
        await new MovedCalls(TimeProvider.System).Invoke(call);
        Assert.Equal([("dec_1", at)], call.Agent.Asked);
        Assert.Equal(DecisionState.Activated, Assert.IsType<ActivationResult>(call.Result).State);
    }

    /// <summary>ActivateAsync as a filter sees it: the first try meets a partition that has moved, and the request is given away.</summary>
    sealed class MovedCall(string decision, Instant moment) : IOutgoingGrainCallContext
    {
        public AgentProxy Agent { get; } = (AgentProxy)(object)DispatchProxy.Create<IUserAgent, AgentProxy>();

        public IInvokable Request { get; } = new Asked(decision, moment);

        public object Grain => Agent;

        public GrainId? SourceId => null;

        public GrainId TargetId => default;

        public GrainInterfaceType InterfaceType => default;

        public string InterfaceName => "";

        public string MethodName => InterfaceMethod.Name;

        public MethodInfo InterfaceMethod => typeof(IUserAgent).GetMethod(nameof(IUserAgent.ActivateAsync))!;

        public object? Result { get; set; }

        public Response? Response { get; set; }

        public IGrainContext? SourceContext => null;

        public Exception Fault { get; init; } = new PartitionLostException(3);

        public Task Invoke()
        {
            Request.Dispose();
            throw Fault;
        }
    }

    sealed class Asked(params object?[] arguments) : IInvokable
    {
        public int GetArgumentCount() => arguments.Length;

        public object GetArgument(int index) => arguments[index]!;

        public void SetArgument(int index, object value) => arguments[index] = value;

        public void Dispose() => Array.Clear(arguments);

        public object? GetTarget() => null;

        public void SetTarget(ITargetHolder holder)
        {
        }

        public ValueTask<Response> Invoke() => throw new NotSupportedException();

        public string GetMethodName() => "";

        public string GetInterfaceName() => "";

        public string GetActivityName() => "";

        public MethodInfo GetMethod() => typeof(IUserAgent).GetMethod(nameof(IUserAgent.ActivateAsync))!;

        public Type GetInterfaceType() => typeof(IUserAgent);
    }

    /// <summary>An agent that activates whatever it is asked to.</summary>
    public class AgentProxy : DispatchProxy
    {
        internal List<(string Decision, Instant At)> Asked { get; } = [];

        /// <inheritdoc/>
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Asked.Add(((string)args![0]!, (Instant)args[1]!));
            return new ValueTask<ActivationResult>(new ActivationResult(DecisionState.Activated, [], (Instant)args[1]!));
        }
    }
}
