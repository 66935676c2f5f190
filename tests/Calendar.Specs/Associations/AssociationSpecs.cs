using Calendar.Almanacs;
using Calendar.Associations;
using FsCheck;
using FsCheck.Fluent;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Associations;

public class WhenAnAssociationIsRegistered
{
    private readonly Chronicle _record = Chronicle.Of("JP", "LA", "KH").With(Association("vufo", AssociationScope.Umbrella));

    [Fact]
    public void It_stands_in_the_record_with_all_that_was_said()
    {
        var details = Association("vn-jp", AssociationScope.Central, "vufo", "JP").Details;

        var e = _record.When(new RegisterAssociation(SlugOf("vn-jp"), details)).Leads<AssociationRegistered>();

        Assert.Equal((SlugOf("vn-jp"), SlugOf("vufo")), (e.Association, e.Parent));
        Assert.Equal(details, _record.Now.FindAssociation(SlugOf("vn-jp"))!.Details);
        Assert.Equal("association-vn-jp", _record.Log[^1].Stream);
    }

    [Fact]
    public void All_are_listed_by_their_names_in_addresses_and_the_umbrella_is_known()
    {
        _record.With(Association("vn-la", AssociationScope.Central, "vufo", "LA"), Association("hufo", AssociationScope.Local, "vufo"));

        Assert.Equal(["hufo", "vn-la", "vufo"], _record.Now.Associations.Select(association => association.Slug.Value));
        Assert.Equal("vufo", _record.Now.Umbrella?.Slug.Value);
        Assert.Null(_record.Now.FindAssociation(SlugOf("vn-jp")));
    }

    [Fact]
    public void Registering_it_again_changes_nothing_and_the_order_of_its_partners_means_nothing()
    {
        _record.With(Association("vn-mekong", AssociationScope.Central, "vufo", "LA", "KH"));

        _record.When(Association("vn-mekong", AssociationScope.Central, "vufo", "KH", "LA")).IsNothingNew();
    }

    [Fact]
    public void With_other_details_it_is_changed()
    {
        _record.With(Association("vn-la", AssociationScope.Central, "vufo", "LA"));

        _record.When(Association("vn-la", AssociationScope.Central, "vufo", "LA", "KH")).Leads<AssociationChanged>();

        Assert.Equal(["KH", "LA"], _record.Now.FindAssociation(SlugOf("vn-la"))!.Partners.Select(partner => partner.Value));
    }

    [Fact]
    public void Its_partners_must_be_registered() =>
        _record.When(Association("vn-fr", AssociationScope.Central, "vufo", "JP", "FR")).IsRefused("unknown-party", "/partners/1", RejectionKind.NotFound);

    [Fact]
    public void The_home_party_is_no_partner() =>
        _record.When(Association("vn-vn", AssociationScope.Central, "vufo", "VN")).IsRefused("home-partner", "/partners", RejectionKind.Invalid);

    [Fact]
    public void Its_zone_must_be_one()
    {
        var register = Association("vn-jp", AssociationScope.Central, "vufo", "JP");

        _record.When(register with { Details = register.Details with { Zone = "Asia/Sai_Gon" } }).IsRefused("unknown-zone", "/zone", RejectionKind.Invalid);
        _record.When(register with { Details = register.Details with { Zone = "Asia/Saigon" } }).Leads<AssociationRegistered>();
    }

    [Fact]
    public void There_is_one_umbrella_at_a_time()
    {
        _record.When(Association("union", AssociationScope.Umbrella)).IsRefused("umbrella-exists", "/scope");

        _record.With(Association("vufo", AssociationScope.Central), Association("union", AssociationScope.Umbrella));

        Assert.Equal("union", _record.Now.Umbrella?.Slug.Value);
    }
}

public class WhenAssociationsStandAboveEachOther
{
    private readonly Chronicle _record = Chronicle.Of("JP", "LA").With(Association("vufo", AssociationScope.Umbrella));

    [Fact]
    public void The_one_above_must_be_registered() =>
        _record.When(Local("hufo", "union")).IsRefused("unknown-parent", "/parent", RejectionKind.NotFound);

    [Fact]
    public void Nobody_stands_above_himself() =>
        _record.When(Local("hufo", "hufo")).IsRefused("own-parent", "/parent", RejectionKind.Invalid);

    [Fact]
    public void The_one_above_must_be_open()
    {
        _record.With(Local("hufo", "vufo"), Closed("hufo"));

        _record.When(Local("vn-jp-hcmc", "hufo")).IsRefused("parent-closed", "/parent");
    }

    [Fact]
    public void A_circle_is_refused_and_told_link_by_link()
    {
        _record.With(Local("a", "vufo"), Local("b", "a"), Local("c", "b"));

        var decision = _record.When(Local("a", "c"));

        decision.IsRefused("parent-cycle", "/parent");
        Assert.Contains("a → c → b → a", decision.Rejection!.Detail.En, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_eight_levels_at_most()
    {
        string[] names = ["vufo", "l2", "l3", "l4", "l5", "l6", "l7", "l8"];
        for (var i = 1; i < names.Length; i++)
        {
            _record.With(Local(names[i], names[i - 1]));
        }

        _record.When(Local("l9", "l8")).IsRefused("too-many-levels", "/parent");
        Assert.Equal(["l7", "l6", "l5", "l4", "l3", "l2", "vufo"], _record.Now.AssociationBook.AboveOf(Known("l8")).Select(one => one.Slug.Value));
    }

    [Fact]
    public void What_stands_below_moves_along_and_is_counted()
    {
        _record.With(Local("l2", "vufo"), Local("l3", "l2"), Local("l4", "l3"), Local("l5", "l4"), Local("a", "vufo"), Local("b", "a"), Local("c", "b"), Local("d", "c"));

        _record.When(Local("a", "l5")).IsRefused("too-many-levels", "/parent");
        _record.When(Local("a", "l4")).Leads<AssociationChanged>();
    }

    [Fact]
    public void Those_directly_below_are_listed_closed_ones_included()
    {
        _record.With(Local("hufo", "vufo"), Local("haufo", "vufo"), Local("vn-jp-hcmc", "hufo"), Closed("haufo"));

        Assert.Equal(["haufo", "hufo"], _record.Now.AssociationBook.ChildrenOf(SlugOf("vufo")).Select(one => one.Slug.Value));
    }

    [Fact]
    public void A_decision_also_rests_on_the_one_above()
    {
        _record.With(Local("hufo", "vufo"), Local("hufo", "vufo") with { Details = Local("hufo", "vufo").Details with { Name = Both("HUFO") } });

        Assert.Equal(("association-hufo", 2L), _record.Decide(Local("vn-jp-hcmc", "hufo"), new Caller(Role.Planner)).Beside);
        Assert.Null(_record.Decide(Association("vn-jp", AssociationScope.Central), new Caller(Role.Planner)).Beside);
    }

    private Association Known(string slug) => _record.Now.FindAssociation(SlugOf(slug))!;

    private static RegisterAssociation Local(string slug, string parent) => Association(slug, AssociationScope.Local, parent);

    private static CloseAssociation Closed(string slug) => new(SlugOf(slug), Because);
}

public class WhenAnAssociationIsClosed
{
    private readonly Chronicle _record = Chronicle.Of("JP", "LA").With(
        Association("vufo", AssociationScope.Umbrella), Association("hufo", AssociationScope.Local, "vufo"), Association("vn-jp-hcmc", AssociationScope.Local, "hufo", "JP"));

    [Fact]
    public void It_stays_in_the_record()
    {
        _record.With(Close("vn-jp-hcmc"));

        Assert.True(_record.Now.FindAssociation(SlugOf("vn-jp-hcmc"))!.IsClosed);
        _record.When(Close("vn-jp-hcmc")).IsNothingNew();
    }

    [Fact]
    public void What_stands_below_it_is_moved_or_closed_first()
    {
        var decision = _record.When(Close("hufo"));

        decision.IsRefused("children-open", "/association");
        Assert.Contains("vn-jp-hcmc", decision.Rejection!.Detail.Vi, StringComparison.Ordinal);
        _record.With(Close("vn-jp-hcmc"), Close("hufo"));
    }

    [Fact]
    public void The_only_umbrella_is_not()
    {
        _record.With(Close("vn-jp-hcmc"), Close("hufo")).When(Close("vufo")).IsRefused("only-umbrella", "/association");

        _record.With(Association("vufo", AssociationScope.Central), Association("union", AssociationScope.Umbrella), Close("vufo"));
    }

    [Fact]
    public void It_is_neither_changed_nor_muted()
    {
        _record.With(Close("vn-jp-hcmc"));

        _record.When(Association("vn-jp-hcmc", AssociationScope.Local, "vufo", "JP")).IsRefused("association-closed", "/association");
        _record.When(new MuteAssociation(SlugOf("vn-jp-hcmc"), Because)).IsRefused("association-closed", "/association");
        _record.When(Association("vn-jp-hcmc", AssociationScope.Local, "hufo", "JP")).IsNothingNew();
    }

    [Fact]
    public void Reopened_it_is_as_it_was_unless_the_one_above_has_closed_meanwhile()
    {
        _record.With(Close("vn-jp-hcmc"), Close("hufo")).When(Reopen("vn-jp-hcmc")).IsRefused("parent-closed", "/parent");

        _record.With(Reopen("hufo"), Reopen("vn-jp-hcmc"));

        Assert.True(_record.Now.FindAssociation(SlugOf("vn-jp-hcmc"))!.IsOpen);
        _record.When(Reopen("vn-jp-hcmc")).IsNothingNew();
    }

    [Fact]
    public void Nothing_is_said_of_one_that_nobody_knows()
    {
        AssociationCommand[] commands =
        [
            new ChangeAssociation(SlugOf("vn-fr"), Association("vn-fr", AssociationScope.Central).Details), Close("vn-fr"), Reopen("vn-fr"),
            new MuteAssociation(SlugOf("vn-fr"), Because), new UnmuteAssociation(SlugOf("vn-fr"), Because),
        ];

        Assert.All(commands, command => _record.When(command).IsRefused("unknown-association", "/association", RejectionKind.NotFound));
    }

    private static CloseAssociation Close(string slug) => new(SlugOf(slug), Because);

    private static ReopenAssociation Reopen(string slug) => new(SlugOf(slug), Because);
}

public class WhenAnAssociationIsMuted
{
    private static readonly Slug _slug = SlugOf("vn-jp");

    private readonly Chronicle _record = Chronicle.Of("JP").With(Association("vn-jp", AssociationScope.Central, null, "JP"));

    [Fact]
    public void It_stays_so_until_it_is_unmuted()
    {
        _record.When(new UnmuteAssociation(_slug, Because)).IsNothingNew();
        _record.When(new MuteAssociation(_slug, Because)).Leads<AssociationMuted>();
        _record.When(new MuteAssociation(_slug, Because)).IsNothingNew();
        Assert.True(_record.Now.FindAssociation(_slug)!.IsMuted);

        _record.When(new UnmuteAssociation(_slug, Because)).Leads<AssociationUnmuted>();
        Assert.False(_record.Now.FindAssociation(_slug)!.IsMuted);
    }

    [Fact]
    public void Nothing_in_public_shows_it()
    {
        var before = _record.Now;

        _record.With(new MuteAssociation(_slug, Because));

        Assert.Equal(
            (before.PublicNumber, before.PublicRecordVersion, before.LastChange, before.PublicPosition(before.Position)),
            (_record.Now.PublicNumber, _record.Now.PublicRecordVersion, _record.Now.LastChange, _record.Now.PublicPosition(_record.Now.Position)));
    }

    [Fact]
    public void Everything_else_about_it_is_public_and_makes_feeds_anew_without_touching_a_fact()
    {
        _record.With(Ties("JP~VN", "1973-09-21"));
        var (number, revision) = (_record.Now.PublicNumber, _record.Fact("ties/JP~VN").Revision);
        Command[] commands =
        [
            Association("vn-jp", AssociationScope.Central), new CloseAssociation(_slug, Because), new ReopenAssociation(_slug, Because), Association("vn-la", AssociationScope.Central),
        ];
        foreach (var command in commands)
        {
            _record.With(command);
            Assert.Equal((++number, number, revision), (_record.Now.PublicNumber, _record.Now.PublicRecordVersion, _record.Fact("ties/JP~VN").Revision));
        }
    }
}

public class WhenAPackSpeaksOfAnAssociation
{
    private static readonly Slug _slug = SlugOf("vn-jp");

    private readonly Chronicle _record = Chronicle.Of("JP", "LA");

    [Fact]
    public void It_changes_what_it_said_before()
    {
        Pack(Association("vn-jp", AssociationScope.Central, null, "JP"));

        Pack(Association("vn-jp", AssociationScope.Central, null, "JP", "LA")).Leads<AssociationChanged>();
    }

    [Fact]
    public void It_does_not_undo_what_a_person_changed()
    {
        Pack(Association("vn-jp", AssociationScope.Central, null, "JP"));
        _record.With(Association("vn-jp", AssociationScope.Local, null, "JP"));

        Pack(Association("vn-jp", AssociationScope.Central, null, "JP")).IsNothingNew();
        Assert.Equal(AssociationScope.Local, _record.Now.FindAssociation(_slug)!.Details!.Scope);
    }

    [Fact]
    public void It_closes_none_that_a_person_has_opened_and_opens_none_that_a_person_has_closed()
    {
        Pack(Association("vn-jp", AssociationScope.Central, null, "JP"));
        Pack(new CloseAssociation(_slug, Because));
        _record.With(new ReopenAssociation(_slug, Because));
        Pack(new CloseAssociation(_slug, Because)).IsNothingNew();

        _record.With(new CloseAssociation(_slug, Because));
        Pack(new ReopenAssociation(_slug, Because)).IsNothingNew();
        Pack(Association("vn-jp", AssociationScope.Central, null, "LA")).IsNothingNew();
    }

    [Fact]
    public void It_mutes_none_that_a_person_has_unmuted()
    {
        Pack(Association("vn-jp", AssociationScope.Central, null, "JP"));
        _record.With(new MuteAssociation(_slug, Because));
        Pack(new UnmuteAssociation(_slug, Because)).IsNothingNew();

        Assert.True(_record.Now.FindAssociation(_slug)!.IsMuted);
    }

    private Decision Pack(Command command) => _record.When(command, Role.Pack);
}

public class WhenSeveralMovedAtOneMoment
{
    // As no decision would have it: each was made beside the others.
    private readonly Almanac _record = Fold(
        Registered("vufo", AssociationScope.Umbrella), Registered("other", AssociationScope.Umbrella),
        Registered("a", AssociationScope.Local, "c"), Registered("b", AssociationScope.Local, "a"), Registered("c", AssociationScope.Local, "b"));

    [Fact]
    public void A_circle_is_read_to_its_end()
    {
        var book = _record.AssociationBook;

        Assert.Equal(["c", "b"], book.AboveOf(book.Find(SlugOf("a"))!).Select(one => one.Slug.Value));
        Assert.Equal(["b"], book.ChildrenOf(SlugOf("a")).Select(one => one.Slug.Value));
        Assert.Equal("other", _record.Umbrella?.Slug.Value);
    }

    [Theory]
    [InlineData("a", "vufo")]
    [InlineData("b", "other")]
    [InlineData("c", "vufo")]
    public void Any_of_them_can_be_moved_out_of_it(string slug, string parent) =>
        AssociationDecisions.Decide(Association(slug, AssociationScope.Local, parent), _record, Role.Planner).Decision.Leads<AssociationChanged>();

    [Fact]
    public void One_of_two_umbrellas_can_be_made_another_thing() =>
        AssociationDecisions.Decide(Association("vufo", AssociationScope.Central), _record, Role.Planner).Decision.Leads<AssociationChanged>();

    private static AssociationRegistered Registered(string slug, AssociationScope scope, string? parent = null) =>
        new(SlugOf(slug), Both(slug), scope, parent is null ? null : SlugOf(parent), [], Language.Vi, "Asia/Ho_Chi_Minh", Ministry);

    private static Almanac Fold(params AssociationRegistered[] events)
    {
        var fold = new AlmanacFold(VN);
        for (var i = 0; i < events.Length; i++)
        {
            fold.Apply(new Recorded(i + 1, Calendar.Associations.Association.Stream(events[i].Association), 1, NodaTime.Instant.FromUtc(2026, 1, 1, 0, i), Role.Planner, null, events[i]));
        }

        return fold.Publish();
    }
}

public class WhenAnyHistoryOfAssociationsIsTold
{
    [Fact]
    public void Nobody_stands_above_himself_and_one_umbrella_at_most_is_open() =>
        Prop.ForAll(AnyHistory.Any, steps => AssertFit(AnyHistory.After(steps).Now)).QuickCheckThrowOnFailure();

    private static void AssertFit(Almanac almanac)
    {
        Assert.All(almanac.Associations, association =>
        {
            var above = almanac.AssociationBook.AboveOf(association);
            Assert.DoesNotContain(association, above);
            Assert.True(above.Count < AssociationDecisions.MostLevels);
            Assert.True(above is [] || above[^1].Details!.Parent is null);
            Assert.True(!association.IsOpen || above.All(one => one.IsOpen));
        });
        Assert.True(almanac.Associations.Count(one => one is { IsOpen: true, Details.Scope: AssociationScope.Umbrella }) <= 1);
    }
}
