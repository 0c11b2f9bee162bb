using Aampe.Agents.Core.Messages;

namespace Aampe.Agents.Core.Tests.Messages;

public sealed class MatchTests
{
    static readonly Dictionary<string, string> proto = new() { ["tone"] = "warm", ["offer"] = "none" };

    static readonly Dictionary<string, IReadOnlyDictionary<string, double>> draws = new()
    {
        ["tone"] = new Dictionary<string, double> { ["warm"] = 0.5, ["plain"] = 0.4 },
        ["offer"] = new Dictionary<string, double> { ["none"] = 0.3, ["percent"] = 0.1 },
    };

    [Fact]
    public void The_proto_action_itself_is_sent_where_the_catalogue_has_it() =>
        Assert.True(Matched(MatchOptions.Default, Message("exact", "warm", "none"), Message("other", "plain", "none")).IsExact);

    [Fact]
    public void A_message_with_a_masked_action_is_left_out_and_counted()
    {
        var result = Matched(MatchOptions.Default, Message("masked", "playful", "none"), Message("other", "plain", "none"));
        Assert.Equal(("other", 1), (result.MessageId, result.Masked));
    }

    [Fact]
    public void A_catalogue_without_a_usable_message_is_a_typed_answer() =>
        Assert.Equal(new MatchResult.NoEligibleMessage(1), Choose(MatchOptions.Default, _ => 0, Message("masked", "playful", "none")));

    [Fact]
    public void Fewer_recent_sends_win_a_tie_and_then_the_smaller_hash()
    {
        var twins = new[] { Message("x", "warm", "none"), Message("y", "warm", "none"), Message("z", "warm", "none") };
        var sent = Assert.IsType<MatchResult.Matched>(Choose(MatchOptions.Default, id => id == "x" ? 1 : 0, twins));
        var expected = new[] { "y", "z" }.MinBy(id => Match.TieHash(id, "d-1"));
        Assert.Equal(expected, sent.MessageId);
    }

    [Fact]
    public void Weights_say_which_set_matters_for_distance()
    {
        var offerFirst = new MatchOptions { Width = 1, SetWeights = MatchOptions.Default.SetWeights.Add("offer", 3) };
        Assert.Equal("tone-differs", Matched(offerFirst, Message("tone-differs", "plain", "none"), Message("offer-differs", "warm", "percent")).MessageId);
    }

    [Fact]
    public void Embeddings_make_some_differences_smaller_than_others()
    {
        var close = MatchOptions.Default.Embeddings.Add(("tone", "warm"), [1, 0]).Add(("tone", "plain"), [1, 0.1]);
        var distance = Matched(new MatchOptions { Embeddings = close }, Message("m", "plain", "none")).Best.Distance;
        Assert.Equal(1 - 1 / Math.Sqrt(1.01), distance, 1e-12);
    }

    [Fact]
    public void A_message_without_an_action_in_a_set_is_refused_by_name() =>
        Assert.Contains("offer", Assert.Throws<ArgumentException>(() => Choose(MatchOptions.Default, _ => 0, new CatalogueMessage("m", new Dictionary<string, string> { ["tone"] = "warm" }))).Message, StringComparison.Ordinal);

    static MatchResult.Matched Matched(MatchOptions options, params CatalogueMessage[] messages) => Assert.IsType<MatchResult.Matched>(Choose(options, _ => 0, messages));

    static MatchResult Choose(MatchOptions options, Func<string, int> sends, params CatalogueMessage[] messages) =>
        Match.Choose(proto, draws, messages, sends, id => Match.TieHash(id, "d-1"), options);

    static CatalogueMessage Message(string id, string tone, string offer) => new(id, new Dictionary<string, string> { ["tone"] = tone, ["offer"] = offer });
}
