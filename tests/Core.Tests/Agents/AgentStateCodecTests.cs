using Aampe.Agents.Core.Agents;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Agents;

[Trait("proves", "R16")]
public sealed class AgentStateCodecTests
{
    static byte[] Golden(int format) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", $"agent-{format}.bin"));

    [Fact]
    public void Any_state_comes_back_as_it_was() =>
        SomeState.Any.Sample(state => Assert.Equal(Spelling.Of(state), Spelling.Of(AgentStateCodec.Unpack(AgentStateCodec.Pack(state)))), seed: "0000agentS01", iter: 500);

    [Fact]
    public void Equal_states_have_equal_bytes() =>
        SomeState.Any.Sample(state => Assert.Equal(AgentStateCodec.Pack(state), AgentStateCodec.Pack(AgentStateCodec.Unpack(AgentStateCodec.Pack(state)))), seed: "0000agentS02", iter: 200);

    [Fact]
    public void A_record_of_format_1_is_read() => Assert.Equal(Spelling.Of(SomeState.GoldenOfFormat1), Spelling.Of(AgentStateCodec.Unpack(Golden(1))));

    [Fact]
    public void A_record_of_format_2_is_read() => Assert.Equal(Spelling.Of(SomeState.Golden), Spelling.Of(AgentStateCodec.Unpack(Golden(2))));

    [Fact]
    public void Format_2_is_written_byte_for_byte_as_it_was_first() => Assert.Equal(Golden(2), AgentStateCodec.Pack(SomeState.Golden));

    [Fact]
    public void A_newer_format_is_refused_with_its_number()
    {
        var record = AgentStateCodec.Pack(SomeState.Golden);
        record[0] = AgentStateCodec.Format + 1;
        Assert.Contains($"format {AgentStateCodec.Format + 1} cannot be read", Assert.Throws<InvalidDataException>(() => AgentStateCodec.Unpack(record)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_field_of_the_golden_state_differs_from_a_new_agents()
    {
        // A field that the golden state leaves at its default would be proved by nothing.
        var fresh = AgentStep.Create("default", "u:ada", "secret");
        foreach (var property in typeof(AgentState).GetProperties().Where(one => one.CanWrite && one.Name is not ("Tenant" or "Agent")))
        {
            Assert.True(Spelling.Of(property.GetValue(fresh)) != Spelling.Of(property.GetValue(SomeState.Golden)), property.Name);
        }
    }
}
