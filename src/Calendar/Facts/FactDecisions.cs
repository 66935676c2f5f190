using System.Collections.Immutable;
using Calendar.Anniversaries;
using Calendar.Rules;

namespace Calendar.Facts;

/// <summary>A command about a fact that is already recorded, wherever its stream lies.</summary>
public abstract record FactCommand(FactId Fact) : Command;

/// <param name="Claim">Not given: made at the edge.</param>
/// <param name="Prefer">Why this claim is preferred from now on; null leaves the preference as it is.</param>
public sealed record ClaimDate(FactId Fact, ClaimId Claim, PartialDate On, Source Source, Text? Prefer) : FactCommand(Fact);

public sealed record PreferClaim(FactId Fact, ClaimId Claim, Text Reason) : FactCommand(Fact);

public sealed record RetitleFact(FactId Fact, Text Title, Text Reason) : FactCommand(Fact);

public sealed record WithdrawFact(FactId Fact, Text Reason) : FactCommand(Fact);

public sealed record ReinstateFact(FactId Fact, Text Reason) : FactCommand(Fact);

public sealed record EndCommemoration(FactId Fact, PartialDate On, Text Reason) : FactCommand(Fact);

public sealed record ResumeCommemoration(FactId Fact, Text Reason) : FactCommand(Fact);

public sealed record WaiveAnniversary(FactId Fact, int N, Text Reason) : FactCommand(Fact);

public sealed record LiftWaiver(FactId Fact, int N, Text Reason) : FactCommand(Fact);

/// <summary>What may be said about a recorded fact; the same for the facts of parties, relationships and accords.</summary>
public static class FactDecisions
{
    /// <param name="rival">Why a fact cannot stand (again) beside what stands now; null when it can.</param>
    public static Decision Decide(FactCommand command, Fact? fact, Func<Fact, Rejection?> rival, Role role)
    {
        if (fact is null)
        {
            return Unknown(command.Fact, "/fact");
        }

        if (fact.Withdrawn is not null && command is not (WithdrawFact or ReinstateFact))
        {
            // What a pack still says about a fact that a person withdrew is passed over; its other lines load.
            return Kept(fact, DecidedByPerson.Standing, role)
                ? Decision.Nothing
                : Rejection.Conflict(
                    "fact-withdrawn", "/fact",
                    "Sự kiện này đã bị rút: khôi phục sự kiện trước, rồi mới bổ sung nguồn ngày, tên gọi hay lựa chọn.",
                    "This fact is withdrawn: reinstate it before adding claims, titles or preferences.");
        }

        return command switch
        {
            ClaimDate claim => Claim(claim, fact, role),
            PreferClaim prefer => Prefer(prefer, fact, role),
            RetitleFact retitle => fact.Title == retitle.Title || Kept(fact, DecidedByPerson.Title, role)
                ? Decision.Nothing
                : Decision.Of(new FactRetitled(fact.Id, retitle.Title, retitle.Reason)),
            WithdrawFact withdraw => fact.Withdrawn is not null || Kept(fact, DecidedByPerson.Standing, role)
                ? Decision.Nothing
                : Decision.Of(new FactWithdrawn(fact.Id, withdraw.Reason)),
            ReinstateFact reinstate => fact.Withdrawn is null || Kept(fact, DecidedByPerson.Standing, role)
                ? Decision.Nothing
                : rival(fact) ?? Decision.Of(new FactReinstated(fact.Id, reinstate.Reason)),
            EndCommemoration end => End(end, fact, role),
            ResumeCommemoration resume => fact.Ended is null || Kept(fact, DecidedByPerson.Commemoration, role)
                ? Decision.Nothing
                : Decision.Of(new CommemorationResumed(fact.Id, resume.Reason)),
            WaiveAnniversary waive => Waive(waive, fact),
            LiftWaiver lift => fact.WaiverOf(lift.N) is null ? Decision.Nothing : Decision.Of(new WaiverLifted(fact.Id, lift.N, lift.Reason)),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
        };
    }

    /// <summary>Whether a new fact may be recorded under its id: yes (null), it is already so, or the id is taken.</summary>
    public static Decision? Repeat(Fact? existing, FactKind kind, PartialDate on, Role role)
    {
        if (existing is null)
        {
            return null;
        }

        // A pack's line that is already in the log adds nothing, whatever people have made of the fact since.
        return role == Role.Pack || (existing.Kind == kind && existing.StatedOn == on)
            ? Decision.Nothing
            : Taken(existing.Id);
    }

    public static Rejection Unknown(FactId fact, string pointer) => Rejection.NotFound(
        "unknown-fact", pointer,
        $"Không có sự kiện {fact} trong sổ: kiểm tra lại mã sự kiện.",
        $"The record holds no fact {fact}: check the id.");

    public static Rejection Taken(FactId fact) => Rejection.Conflict(
        "fact-exists", "/fact",
        $"Mã sự kiện {fact} đã được dùng cho một sự kiện khác: bỏ trống mã, hoặc ghi thêm nguồn ngày cho sự kiện đó.",
        $"The id {fact} already belongs to another fact or date: leave it out for a new fact, or claim another date for that one.");

    // What a person decided stands against every later pack.
    private static bool Kept(Fact fact, DecidedByPerson what, Role role) => role == Role.Pack && fact.Decided.HasFlag(what);

    private static Decision Claim(ClaimDate command, Fact fact, Role role)
    {
        if (fact.Kind == FactKind.NationalDay)
        {
            return Rejection.Invalid(
                "no-claims", "/fact",
                "Quốc khánh không có năm nên không có nguồn ngày: rút và khai báo lại ngày đúng.",
                "A national day has no year and takes no claims: withdraw it and declare the right day.");
        }

        var events = ImmutableArray.CreateBuilder<IEvent>(2);
        var known = fact.Find(command.Claim);
        if (known is null)
        {
            events.Add(new DateClaimed(fact.Id, command.Claim, command.On, command.Source));
        }
        else if (known.On != command.On && role != Role.Pack)
        {
            return Rejection.Conflict(
                "claim-exists", "/claim",
                $"Mã nguồn ngày {command.Claim} đã được dùng cho ngày {known.On}: dùng mã khác.",
                $"The claim {command.Claim} already states {known.On}: use another id.");
        }

        // A pack prefers a claim when it brings it, not again at every load.
        var prefers = command.Prefer is not null && fact.Preferred.Id != command.Claim
            && !(role == Role.Pack && (known is not null || fact.Decided.HasFlag(DecidedByPerson.Preference)));
        if (prefers)
        {
            events.Add(new ClaimPreferred(fact.Id, command.Claim, command.Prefer!));
        }

        return new Decision(events.ToImmutable(), null, []);
    }

    private static Decision Prefer(PreferClaim command, Fact fact, Role role)
    {
        if (fact.Find(command.Claim) is null)
        {
            return Rejection.NotFound(
                "unknown-claim", "/claim",
                $"Sự kiện này không có nguồn ngày {command.Claim}: ghi nguồn ngày trước.",
                $"This fact has no claim {command.Claim}: claim the date first.");
        }

        return fact.Preferred.Id == command.Claim || Kept(fact, DecidedByPerson.Preference, role)
            ? Decision.Nothing
            : Decision.Of(new ClaimPreferred(fact.Id, command.Claim, command.Reason));
    }

    private static Decision End(EndCommemoration command, Fact fact, Role role)
    {
        if (fact.Ended?.On == command.On || Kept(fact, DecidedByPerson.Commemoration, role))
        {
            return Decision.Nothing;
        }

        if (!fact.Commemorated)
        {
            return Rejection.Conflict(
                "not-commemorated", "/fact",
                "Sự kiện này vốn không được kỷ niệm nên không có gì để kết thúc.",
                "This fact is not commemorated, so there is nothing to end.");
        }

        if (fact.Day is null && command.On < fact.On)
        {
            return Rejection.Invalid(
                "ends-before-it-began", "/on",
                $"Ngày kết thúc {command.On} đứng trước ngày của sự kiện {fact.On}.",
                $"The end {command.On} lies before the fact's own date {fact.On}.");
        }

        return Decision.Of(new CommemorationEnded(fact.Id, command.On, command.Reason));
    }

    private static Decision Waive(WaiveAnniversary command, Fact fact)
    {
        if (fact.WaiverOf(command.N) is not null)
        {
            return Decision.Nothing;
        }

        // Where 29 February falls does not matter to whether there is such a year.
        return fact.IsCommemorated && Anniversary.DateOf(fact, command.N, RuleBook.Default) is not null
            ? Decision.Of(new AnniversaryWaived(fact.Id, command.N, command.Reason))
            : Rejection.Conflict(
                "no-such-anniversary", "/n",
                $"Sự kiện này không có ngày kỷ niệm lần thứ {command.N} để bỏ qua.",
                $"This fact has no anniversary {command.N} to waive.");
    }
}
