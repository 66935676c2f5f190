using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Calendar.Associations;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Reminders;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Almanacs;

/// <summary>
/// One hash of all that an almanac says: equal on every machine that folded the same log with the same build, whatever its language or zone.
/// Every value is written in a form of its own length, so that no two almanacs are written alike.
/// </summary>
public sealed class StateHash : IDisposable
{
    // Another form of writing is another version: hashes of different versions say nothing about each other.
    private const string _version = "calendar-state-3";
    private const int _full = 1 << 16;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _written = new(_full * 2);

    private StateHash()
    {
    }

    /// <summary>In lower-case hexadecimal digits.</summary>
    public static string Of(Almanac almanac)
    {
        using var state = new StateHash();
        state.Write(almanac);
        state.Flush();
        return Convert.ToHexStringLower(state._hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private void Write(Almanac almanac)
    {
        Write(_version);
        Write(almanac.Home.Value);
        WriteAll(almanac.Rules.Adopted, Write);
        Write(almanac.Position);
        Write(almanac.PublicNumber);
        Write(almanac.PublicRecordVersion);
        Write(almanac.LastChange);
        Write(almanac.Journal.Length);
        WriteAll<Announcement>([.. almanac.Announcements.ByParty.OrderBy(party => party.Key).SelectMany(party => party.Value.Values)], Write);
        WriteAll<SealedFact>([.. almanac.Sealed], Write);
        WriteAll(almanac.Parties, Write);
        WriteAll(almanac.Associations, Write);
        WriteAll<Pair>([.. almanac.Pairs], pair => Write(pair, almanac.SuspensionsOf(pair)));
        WriteAll<PlanTemplate>([.. almanac.Plans.Templates.Values], Write);
        WriteAll<Plan>([.. almanac.Plans.Plans.Values], Write);
        Write(almanac.Policies.General);
        WriteAll<KeyValuePair<string, ReminderPolicy>>([.. almanac.Policies.Own], own =>
        {
            Write(own.Key);
            Write(own.Value);
        });
        Write(almanac.FactCount);
        for (var number = 0; number < almanac.FactCount; number++)
        {
            Write(almanac.FactAt(number));
        }
    }

    // Its facts are among all facts.
    private void Write(Party party)
    {
        Write(party.Code.Value);
        Write(party.Registered?.Kind.Name());
        Write(party.Name);
        WriteAll<string>(party.Registered?.Aliases ?? [], Write);
        WriteAll<string>(party.Groups, Write);
    }

    private void Write(Association association)
    {
        var details = association.Details!;
        Write(association.Slug.Value);
        Write(details.Name);
        Write(details.Scope.Name());
        Write(details.Parent?.Value);
        WriteAll(details.Partners, partner => Write(partner.Value));
        Write(details.Language.Name());
        Write(details.Zone);
        Write(details.Source);
        Write(association.IsMuted ? 1 : 0);
        Write(association.IsClosed ? 1 : 0);
        Write((int)association.ByPerson);
        Write(association.ChangedAt);
    }

    private void Write(ReminderPolicy policy)
    {
        foreach (var leads in new[] { policy.Tasks, policy.Anniversaries })
        {
            WriteAll(leads.Round, days => Write(days));
            WriteAll(leads.Half, days => Write(days));
            WriteAll(leads.Other, days => Write(days));
        }

        Write((int)(policy.At.TickOfDay / NodaConstants.TicksPerMinute));
        Write((int)(policy.DigestDay ?? default));
        WriteAll(policy.QuietDays, day => Write((int)day));
        Write(policy.QuietHolidays ? 1 : 0);
        Write(policy.EscalateAfter ?? 0);
        WriteAll(policy.Channels, channel => Write(channel.Name()));
    }

    private void Write(Pair pair, Suspensions suspensions)
    {
        Write(pair.ToString());
        WriteAll(suspensions.Turns, turn =>
        {
            Write(turn.On);
            Write(turn.Broken ? 1 : 0);
        });
    }

    private void Write(Fact fact)
    {
        Write(fact.Id.ToString());
        Write(fact.Kind.Name());
        Write(fact.Stream);
        WriteAll(fact.Parties, party => Write(party.Value));
        Write(fact.Commemorated ? 1 : 0);
        WriteAll(fact.Claims, Write);
        Write(fact.Preferred.Id.ToString());
        Write(fact.PreferenceReason);
        Write(fact.Title);
        Write(fact.Note);
        Write(fact.Level?.Name());
        Write(fact.InForce);
        Write(fact.Through?.Value);
        Write(fact.Ends?.ToString());
        Write(fact.Day is { } day ? MonthDay.Format(day) : null);
        Write(fact.Withdrawn);
        Write(fact.Ended?.On);
        Write(fact.Ended?.Reason);
        WriteAll(fact.Waivers, Write);
        Write(fact.Series.ToString());
        Write(fact.Replaces?.ToString());
        Write(fact.IsReplaced ? 1 : 0);
        Write((int)fact.Decided);
        Write(fact.Revision);
        Write(fact.ChangedAt);
    }

    private void Write(Waiver waiver)
    {
        Write(waiver.N);
        Write(waiver.Reason);
    }

    private void Write(Adoption adoption)
    {
        Write(adoption.From);
        Write(adoption.Rules.Name.Value);
        Write(adoption.Rules.Title);
        Write(adoption.Rules.LeapDay.Name());
        WriteAll(adoption.Rules.Lines, line =>
        {
            Write(line.Tier.Name());
            Write(line.Every ?? 0);
            WriteAll(line.Years, year => Write(year));
            WriteAll(line.Kinds, kind => Write(kind.Name()));
        });
    }

    private void Write(Announcement announced)
    {
        Write(Encoding.UTF8.GetString(EventContracts.Write(announced.Said)));
        Write(announced.IsWithdrawn ? 1 : 0);
        Write(announced.ByPerson ? 1 : 0);
    }

    private void Write(PlanTemplate template)
    {
        Write(Encoding.UTF8.GetString(EventContracts.Write(template.Adopted!)));
        Write(template.ByPerson ? 1 : 0);
    }

    private void Write(Plan plan)
    {
        Write(plan.Id.ToString());
        Write(plan.On);
        Write(plan.Template.Value);
        Write(plan.TemplateVersion);
        Write(plan.IsClosed ? 1 : 0);
        Write(plan.Report);
        Write(plan.OpenedAt);
        WriteAll(plan.Joined, joined => Write(joined.ToString()));
        WriteAll(plan.Celebrations, Write);
        WriteAll<PlanTask>([.. plan.Tasks.Values], Write);
    }

    private void Write(PlannedCelebration celebration)
    {
        Write(celebration.Id.ToString());
        Write(celebration.Title);
        Write(celebration.On);
        Write(celebration.Place);
        Write(celebration.IsAnnounced ? 1 : 0);
        Write(celebration.Cancelled);
        Write(celebration.CancelledAt);
        WriteAll(celebration.Former, former =>
        {
            Write((LocalDate?)former.On);
            Write(former.Place);
            WriteAll(former.Anniversaries, Write);
            Write(former.CancelledAt);
        });
        Write(celebration.ChangedAt);
        Write(celebration.Revision);
    }

    private void Write(PlanTask task)
    {
        Write(task.Id.Value);
        Write(task.Title);
        Write((LocalDate?)task.Due);
        Write(task.Role.Name());
        Write(task.Owner.Value);
        Write(task.IsLate ? 1 : 0);
        Write(task.Line?.Value);
        Write(task.Offset?.ToString());
        Write(task.Anchor.Name());
        Write(task.State.Name());
        Write(task.Cause?.Name());
        Write(task.WasOverdue ? 1 : 0);
        Write(task.Reason);
        Write(task.CompletedOn);
        Write(task.EndedAt);
        WriteAll(task.Handovers, handover =>
        {
            Write(handover.At);
            Write(handover.Reason);
            Write(handover.Was);
        });
        Write(task.ChangedAt);
        Write(task.Revision);
        WriteAll(task.Evidence, evidence =>
        {
            Write(evidence.At);
            Write(evidence.Role.Name());
            Write(evidence.Note);
            Write(evidence.Url);
        });
    }

    private void Write(SealedFact hidden)
    {
        Write(hidden.Stream);
        Write(hidden.Version);
        Write(Encoding.UTF8.GetString(EventContracts.Write(hidden.Event)));
        Write(hidden.Role.Name());
        Write(hidden.Withdrawn);
    }

    private void Write(Claim claim)
    {
        Write(claim.Id.ToString());
        Write(claim.On);
        Write(claim.Source);
    }

    private void Write(Source source)
    {
        Write(source.Citation);
        Write(source.Url);
        Write(source.Confidence.Name());
    }

    private void WriteAll<T>(IReadOnlyCollection<T> all, Action<T> write)
    {
        Write(all.Count);
        foreach (var one in all)
        {
            write(one);
        }
    }

    private void Write(Text? text)
    {
        Write(text?.Vi);
        Write(text?.En);
    }

    private void Write(LocalDate? day) => Write(day is { } known ? new PartialDate(known).ToString() : null);

    private void Write(PartialDate? date) => Write(date?.ToString());

    private void Write(Instant? instant) => Write(instant?.ToUnixTimeTicks() ?? long.MinValue);

    private void Write(Instant instant) => Write(instant.ToUnixTimeTicks());

    private void Write(string? text)
    {
        if (text is null)
        {
            Write(-1L);
            return;
        }

        Write(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _written);
        if (_written.WrittenCount >= _full)
        {
            Flush();
        }
    }

    private void Write(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(_written.GetSpan(8), number);
        _written.Advance(8);
    }

    private void Flush()
    {
        _hash.AppendData(_written.WrittenSpan);
        _written.ResetWrittenCount();
    }
}
