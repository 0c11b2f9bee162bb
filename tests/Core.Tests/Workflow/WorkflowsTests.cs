using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Core.Workflow;

namespace Aampe.Agents.Core.Tests.Workflow;

/// <summary>Who may send an object where.</summary>
public sealed class WorkflowsTests
{
    const Rights Marketer = Rights.Edit;
    const Rights Approver = Rights.Edit | Rights.Approve | Rights.Pause | Rights.Resume;

    static WorkflowActor Person(string name, Rights rights, bool fourEyes = true) => new($"person:{name}", name, rights, fourEyes);

    static Lifecycle Draft(ProgramState published = ProgramState.Draft, string editor = "ana") =>
        new(published, new Proposal().EditedBy(Person(editor, Marketer)), editor);

    static Lifecycle After(Lifecycle now, params (string To, WorkflowActor Actor)[] moves) =>
        moves.Aggregate(now, (at, move) => Assert.IsType<Transition.Allowed>(Workflows.Move(at, move.To, move.Actor)).After);

    [Fact]
    public void A_change_goes_from_its_writer_over_somebody_else_to_live()
    {
        WorkflowActor ana = Person("ana", Marketer), bo = Person("bo", Approver);
        var approved = After(Draft(), ("in_review", ana), ("approved", bo));
        Assert.Equal((ProposalState.Approved, "person:ana", "person:bo"), (approved.Proposal!.State, approved.Proposal.SubmittedBy, approved.Proposal.ApprovedBy));
        var published = Assert.IsType<Transition.Allowed>(Workflows.Move(approved, "live", bo));
        Assert.Equal((ProgramState.Live, null, true, "published"), (published.After.Published, published.After.Proposal, published.Publishes, published.Act));
    }

    [Fact]
    public void Nobody_approves_an_own_change_with_whatever_rights_and_keys()
    {
        var waiting = After(Draft(editor: "bo"), ("in_review", Person("bo", Approver)));
        Assert.IsType<Transition.OwnChange>(Workflows.Move(waiting, "approved", Person("bo", Approver | Rights.Override)));
        Assert.IsType<Transition.OwnChange>(Workflows.Move(waiting, "approved", new WorkflowActor("key:of-bo", "bo", Approver, true)));
        // Whoever added a word to it has written it too.
        var both = waiting with { Proposal = waiting.Proposal!.EditedBy(Person("cy", Approver)) with { State = ProposalState.InReview } };
        Assert.IsType<Transition.OwnChange>(Workflows.Move(both, "approved", Person("cy", Approver)));
        Assert.IsType<Transition.Impossible>(Workflows.Move(waiting, "live", Person("bo", Approver)));
    }

    [Fact]
    public void Writing_on_it_takes_an_approval_back()
    {
        var approved = After(Draft(), ("in_review", Person("ana", Marketer)), ("approved", Person("bo", Approver)));
        var edited = approved.Proposal!.EditedBy(Person("bo", Approver));
        Assert.Equal((ProposalState.Draft, null, null), (edited.State, edited.SubmittedBy, edited.ApprovedBy));
        Assert.Equal(["ana", "bo"], edited.Editors.AsEnumerable());
    }

    [Fact]
    public void Who_is_alone_publishes_at_once_and_who_is_not_does_not()
    {
        Assert.True(Assert.IsType<Transition.Allowed>(Workflows.Move(Draft(), "live", Person("ana", Approver, fourEyes: false))).Publishes);
        Assert.Equal(["in_review", "archived"], Assert.IsType<Transition.Impossible>(Workflows.Move(Draft(), "live", Person("ana", Approver))).Reachable);
        Assert.Equal(Rights.Approve, Assert.IsType<Transition.Forbidden>(Workflows.Move(Draft(), "live", Person("ana", Marketer, fourEyes: false))).Needed);
    }

    [Theory]
    [InlineData("in_review", Rights.None, Rights.Edit)]
    [InlineData("archived", Marketer, Rights.Approve)]
    public void A_missing_right_is_named(string to, Rights has, Rights needed) =>
        Assert.Equal(needed, Assert.IsType<Transition.Forbidden>(Workflows.Move(Draft(), to, Person("zoe", has))).Needed);

    [Fact]
    public void Pausing_is_easier_than_starting()
    {
        var live = new Lifecycle(ProgramState.Live, null, "ana");
        Assert.Equal("paused", Assert.IsType<Transition.Allowed>(Workflows.Move(live, "paused", Person("ana", Marketer))).Act);
        Assert.Equal(Rights.Pause, Assert.IsType<Transition.Forbidden>(Workflows.Move(live, "paused", Person("bo", Marketer))).Needed);
        var paused = After(live, ("paused", Person("op", Rights.Pause)));
        Assert.Equal(Rights.Resume, Assert.IsType<Transition.Forbidden>(Workflows.Move(paused, "live", Person("ana", Marketer))).Needed);
        var resumed = Assert.IsType<Transition.Allowed>(Workflows.Move(paused, "live", Person("op", Rights.Resume)));
        Assert.Equal((false, "resumed"), (resumed.Publishes, resumed.Act));
    }

    [Fact]
    public void An_operator_resumes_the_version_that_was_paused_and_not_the_next_one()
    {
        var paused = Draft(ProgramState.Paused);
        var resumed = Assert.IsType<Transition.Allowed>(Workflows.Move(paused, "live", Person("op", Rights.Resume)));
        Assert.False(resumed.Publishes);
        Assert.NotNull(resumed.After.Proposal);
        var approved = After(paused, ("in_review", Person("ana", Marketer)), ("approved", Person("bo", Approver)));
        Assert.IsType<Transition.Forbidden>(Workflows.Move(approved, "live", Person("op", Rights.Resume)));
    }

    [Fact]
    public void A_change_is_sent_back_by_a_reviewer_and_taken_back_by_its_writer_only()
    {
        var waiting = After(Draft(), ("in_review", Person("ana", Marketer)));
        Assert.Equal("taken_back", Assert.IsType<Transition.Allowed>(Workflows.Move(waiting, "draft", Person("ana", Marketer))).Act);
        Assert.Equal("sent_back", Assert.IsType<Transition.Allowed>(Workflows.Move(waiting, "draft", Person("bo", Approver))).Act);
        Assert.IsType<Transition.Forbidden>(Workflows.Move(waiting, "draft", Person("zoe", Marketer)));
    }

    [Fact]
    public void Nothing_leads_out_of_the_archive()
    {
        var over = new Lifecycle(ProgramState.Archived, null, "ana");
        Assert.All(Workflows.States, state => Assert.Empty(Assert.IsType<Transition.Impossible>(Workflows.Move(over, state, Person("bo", Approver))).Reachable));
        Assert.IsType<Transition.Impossible>(Workflows.Move(Draft(), "nowhere", Person("bo", Approver)));
    }

    [Fact]
    public void Whatever_is_open_to_somebody_is_allowed_and_leads_to_a_state_of_that_name()
    {
        foreach (var published in Enum.GetValues<ProgramState>())
        {
            foreach (var state in Enum.GetValues<ProposalState>().Cast<ProposalState?>().Append(null))
            {
                var now = new Lifecycle(published, state is { } at ? new Proposal { State = at, Editors = ["ana"] } : null, "ana");
                foreach (var to in Workflows.Open(now, Person("bo", Approver)))
                {
                    var after = Assert.IsType<Transition.Allowed>(Workflows.Move(now, to, Person("bo", Approver))).After;
                    Assert.Equal(to, to is "live" or "paused" or "archived" ? Workflows.Name(after.Published) : Workflows.Name(after.Proposal!.State));
                }
            }
        }
    }

    [Fact]
    public void Remarks_are_kept_up_to_a_number_and_the_newest_stay()
    {
        var noted = Enumerable.Range(0, Proposal.MostNotes + 5).Aggregate(new Proposal(), (now, i) => now.Noted(new ReviewNote(new Instant(i), "person:bo", $"n{i}")));
        Assert.Equal((Proposal.MostNotes, "n5"), (noted.Notes.Length, noted.Notes[0].Text));
    }
}
