using System.Collections.Immutable;
using System.Text;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Silo.Rendering;

namespace Aampe.Agents.Silo.Tests.Rendering;

public sealed class RenderingTests
{
    readonly MessageRenderer renderer = new();

    static Message Copy(string channel, string field, string template, params MessageVariable[] variables) => new()
    {
        Id = "msg",
        Name = "m",
        Channel = channel,
        Labels = ImmutableSortedDictionary<string, string>.Empty,
        Content = ImmutableSortedDictionary<string, string>.Empty.Add(field, template),
        Variables = [.. variables],
    };

    static MessageVariable Name(int max = 100) => new("user.firstName", "friend", max);

    static RenderInputs For(string attributes) => new(Encoding.UTF8.GetBytes(attributes), "dec_1", "prg", new DateTimeOffset(2026, 11, 24, 10, 5, 0, TimeSpan.FromHours(1)));

    string Text(Message message, string attributes = "{}") => renderer.Render(message, For(attributes)).Content.First().Value!.GetValue<string>();

    [Fact]
    public void A_user_with_a_name_is_called_by_it() =>
        Assert.Equal("Hi Ada!", Text(Copy("push", "title", "Hi {{ user.firstName }}!", Name()), """{"firstName":"Ada"}"""));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"firstName":""}""")]
    [InlineData("""{"firstName":"   "}""")]
    [InlineData("""{"firstName":null}""")]
    [InlineData("""{"firstName":{"a":1}}""")]
    public void A_missing_or_empty_name_takes_its_default_and_says_so(string attributes)
    {
        var rendered = renderer.Render(Copy("push", "title", "Hi {{ user.firstName }}!", Name()), For(attributes));
        Assert.Equal("Hi friend!", rendered.Content["title"]!.GetValue<string>());
        Assert.Equal(["user.firstName"], rendered.Defaulted);
    }

    [Fact]
    public void A_long_value_is_cut_and_no_character_is_halved() =>
        Assert.Equal("Hi ab!", Text(Copy("push", "title", "Hi {{ user.firstName }}!", Name(3)), """{"firstName":"ab😀cd"}"""));

    [Fact]
    public void A_value_is_never_read_as_a_template() =>
        Assert.Equal("{{ 7 | times: 6 }}", Text(Copy("push", "title", "{{ user.firstName }}", Name()), """{"firstName":"{{ 7 | times: 6 }}"}"""));

    [Fact]
    public void Html_is_escaped_in_mail_and_left_alone_in_a_push()
    {
        const string attributes = """{"firstName":"<script>"}""";
        Assert.Equal("&lt;script&gt;", Text(Copy("email", "html", "{{ user.firstName }}", Name()), attributes));
        Assert.Equal("<script>", Text(Copy("push", "body", "{{ user.firstName }}", Name()), attributes));
    }

    [Fact]
    public void A_subject_never_gets_a_second_line() =>
        Assert.Equal("Hi a Bcc: x@example.com", Text(Copy("email", "subject", "Hi {{ user.firstName }}", Name()), """{"firstName":"a\nBcc: x@example.com"}"""));

    [Theory]
    [InlineData("https://shop.example/a", "https://shop.example/a?aid=dec_1")]
    [InlineData("https://shop.example/a?x=1", "https://shop.example/a?x=1&aid=dec_1")]
    [InlineData("https://shop.example/a?x=1#top", "https://shop.example/a?x=1&aid=dec_1#top")]
    [InlineData("app://basket", "app://basket?aid=dec_1")]
    public void A_link_carries_the_decision(string link, string expected) => Assert.Equal(expected, Text(Copy("push", "url", link)));

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("http://shop.example")]
    [InlineData("/relative")]
    [InlineData("file:///etc/passwd")]
    public void A_link_that_is_not_https_or_an_app_is_refused(string link) =>
        Assert.Equal("unsafe_url", Assert.Throws<RenderException>(() => Text(Copy("push", "url", link))).Code);

    [Fact]
    public void Links_in_mail_carry_the_decision_too() =>
        Assert.Equal("""<p><a class="x" href="https://a.example/?b=1&aid=dec_1">go</a></p>""", Text(Copy("email", "html", """<p><a class="x" href="https://a.example/?b=1">go</a></p>""")));

    [Fact]
    public void Dotted_fields_become_objects() =>
        Assert.Equal("""{"button":{"text":"Go"}}""", renderer.Render(Copy("in_app", "button.text", "Go"), For("{}")).Content.ToJsonString());

    [Fact]
    public void Conditions_loops_and_the_users_own_clock_work()
    {
        var list = new MessageVariable("user.items", "nothing", 50);
        Assert.Equal("a;b;10:05", Text(Copy("push", "body", "{% for i in user.items %}{{ i }};{% endfor %}{{ now | date: '%H:%M' }}", list), """{"items":["a","b"]}"""));
        Assert.Equal("no", Text(Copy("push", "body", "{% if user.firstName == 'Ada' %}yes{% else %}no{% endif %}", Name())));
    }

    [Theory]
    [InlineData("{{ user.email }}", "undeclared_variable")]
    [InlineData("{{ user.firstName", "template_syntax")]
    [InlineData("{% include 'secrets' %}", "template_syntax")]
    [InlineData("{% render 'secrets' %}", "template_syntax")]
    [InlineData("{% raw %}x{% endraw %}", "template_syntax")]
    [InlineData("{% capture x %}y{% endcapture %}", "template_syntax")]
    [InlineData("{% for i in (1..1000000000) %}x{% endfor %}", "template_syntax")]
    [InlineData("{{ user.firstName | raw }}", "template_syntax")]
    [InlineData("{{ user.firstName | nothing_like_it }}", "template_syntax")]
    public void What_is_not_allowed_is_refused_when_the_message_is_saved(string template, string code) =>
        Assert.Equal(code, Assert.Single(renderer.Check(Copy("push", "title", template, Name()))).Code);

    [Fact]
    public void A_text_that_doubles_itself_is_stopped()
    {
        var doubling = "{% assign s = 'xxxxxxxxxxxxxxxx' %}" + string.Concat(Enumerable.Repeat("{% assign s = s | append: s %}", 40)) + "{{ s }}";
        Assert.Equal("too_long", Assert.Single(renderer.Check(Copy("push", "title", doubling))).Code);
    }

    [Fact]
    public void Loops_in_loops_are_stopped()
    {
        var items = new MessageVariable("user.items", "none", 50);
        var loops = "{% for a in user.items %}{% for b in user.items %}{% for c in user.items %}x{% endfor %}{% endfor %}{% endfor %}";
        var attributes = $$"""{"items":[{{string.Join(',', Enumerable.Range(0, 500))}}]}""";
        Assert.Equal("too_many_steps", Assert.Throws<RenderException>(() => Text(Copy("push", "title", loops, items), attributes)).Code);
    }

    [Fact]
    public void Blocks_nested_a_hundred_deep_are_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("{% if true %}", 100)) + "x" + string.Concat(Enumerable.Repeat("{% endif %}", 100));
        Assert.Equal("template_syntax", Assert.Single(renderer.Check(Copy("push", "title", deep))).Code);
    }

    [Fact]
    public void A_variable_without_a_default_is_refused() =>
        Assert.Contains(renderer.Check(Copy("push", "title", "Hi {{ user.firstName }}", new MessageVariable("user.firstName", " ", 10))), fault => fault.Code == "missing_default");
}
