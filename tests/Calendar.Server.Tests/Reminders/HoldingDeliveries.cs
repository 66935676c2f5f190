using Calendar.Server.Reminders;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Tests.Reminders;

/// <summary>Instances with a data folder each look at one database. Deliveries are as many as numbers were drawn.</summary>
public sealed class HoldingDeliveries : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("calendar-holding-").FullName;
    private readonly FixedClock _clock = new();
    private NpgsqlDataSource _source = null!;

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;

    public async Task InitializeAsync() => _source = NpgsqlDataSource.Create(await CalendarService.DatabaseAsync(Holding.Nothing));

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Nothing_is_held_where_the_database_is_as_it_was_left()
    {
        var guard = Instance("one");
        Assert.False((await guard.LookAsync(Soon)).IsHeld);
        await DeliverAsync(3);
        await AppendAsync(1);
        await LookAsync(guard, Instance("one"), Instance("two"));

        // A connection that was lost, a standby that has all of it: the same places, numbers and events.
        NpgsqlConnection.ClearAllPools();
        Later(Duration.FromDays(400));
        await DeliverAsync(1);
        await AppendAsync(2);
        await LookAsync(guard, Instance("one"), Instance("two"));
        Assert.Equal(4, (await NoteAsync("one")).Delivery);
    }

    [Fact]
    public async Task A_state_of_the_disk_from_before_the_last_delivery_is_held()
    {
        // The sequence may run ahead of what was drawn: it is no witness after a crash.
        await LookAsync(Instance("one"));
        await DeliverAsync(5);
        await LookAsync(Instance("one"));

        await ExecuteAsync("update calendar.delivery_state set delivery = 4");

        await IsHeldAsync(Instance("one"), HoldReason.OlderDatabase);
    }

    [Fact]
    public async Task A_log_that_ends_before_or_goes_on_otherwise_is_held()
    {
        await AppendAsync(1);
        await AppendAsync(2);
        await LookAsync(Instance("one"));

        await ExecuteAsync("update calendar.mt_events set id = gen_random_uuid() where seq_id = 2");
        await IsHeldAsync(Instance("without a note"), HoldReason.AnotherHistory);
        await ReleaseAsync();

        await ExecuteAsync("update calendar.delivery_state set position = 1, event = (select id from calendar.mt_events where seq_id = 1)");
        await LookAsync(Instance("one"));
        await ExecuteAsync("delete from calendar.mt_events where seq_id = 2; update calendar.delivery_state set position = 1, event = (select id from calendar.mt_events where seq_id = 1)");
        await IsHeldAsync(Instance("one"), HoldReason.OlderDatabase);
    }

    [Fact]
    public async Task A_data_folder_of_another_database_holds_and_after_the_release_belongs_to_this_one()
    {
        await using (var other = NpgsqlDataSource.Create(await CalendarService.DatabaseAsync(Holding.Nothing)))
        {
            Assert.False((await new DeliveryGuard(other, Settings("one"), Clock).LookAsync(Soon)).IsHeld);
        }

        await LookAsync(Instance("two"));
        await IsHeldAsync(Instance("one"), HoldReason.AnotherDatabase);
        await ReleaseAsync();
        await LookAsync(Instance("one"), Instance("two"));
    }

    [Fact]
    public async Task A_copy_of_a_database_is_held_and_the_original_is_not()
    {
        await ExecuteAsync("update calendar.delivery_state set place = '1/2/3'");
        await IsHeldAsync(Instance("one"), HoldReason.AnotherDatabase);
    }

    [Fact]
    public async Task A_release_holds_for_every_instance_whatever_their_clocks_say()
    {
        await DeliverAsync(3);
        await LookAsync(Instance("one"));
        var ahead = new FixedClock();
        ahead.Set(FixedClock.Start + Duration.FromHours(2));
        Assert.False((await Instance("ahead", ahead).LookAsync(Soon)).IsHeld);

        await GoBackAsync();
        await IsHeldAsync(Instance("ahead", ahead), HoldReason.OlderDatabase);
        Assert.True((await Instance("one").LookAsync(Soon)).IsHeld);
        await ReleaseAsync();

        await LookAsync(Instance("one"), Instance("ahead", ahead), Instance("one"), Instance("ahead", ahead));

        // An older state, from before the release: what was noted since says so.
        await ExecuteAsync("update calendar.delivery_state set released = null");
        await IsHeldAsync(Instance("ahead", ahead), HoldReason.OlderDatabase);
        await ReleaseAsync();
        await LookAsync(Instance("ahead", ahead), Instance("one"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"place":"1/2/3","position":1""")]
    public async Task A_note_that_cannot_be_read_holds_is_set_aside_and_after_the_release_is_written_anew(string damaged)
    {
        await LookAsync(Instance("one"));
        var file = Path.Combine(_folder, "one", "deliveries.json");
        await File.WriteAllTextAsync(file, damaged, Soon);

        Assert.Equal(HoldReason.UnreadableNote, (await Instance("one").FindAsync(Soon)).Reason);
        Assert.Equal(damaged, await File.ReadAllTextAsync(file, Soon));
        await IsHeldAsync(Instance("one"), HoldReason.UnreadableNote);
        Assert.Equal(damaged, await File.ReadAllTextAsync(file + ".damaged", Soon));
        await ReleaseAsync();

        await LookAsync(Instance("one"), Instance("two"));
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task What_a_digest_was_to_tell_of_and_what_was_made_anew_too_late_is_told_of_by_another()
    {
        var now = FixedClock.Start.ToDateTimeUtc().ToString("o");
        await ExecuteAsync($"""
            insert into calendar.reminders (id, kind, subject, due, lead, recipient, channel, moment, next_try, made, state, carried_by) values
              ('00000000-0000-4000-8000-000000000001', 'week', 'week/vufo', '2026-12-01', 0, gen_random_uuid(), 'mail', '{now}', '{now}', '{now}', 'queued', null),
              ('00000000-0000-4000-8000-000000000002', 'task', 'task/a', '2026-12-20', 7, gen_random_uuid(), 'mail', '2026-12-03', '2026-12-03', '{now}', 'queued', '00000000-0000-4000-8000-000000000001'),
              ('00000000-0000-4000-8000-000000000003', 'task', 'task/b', '2026-12-20', 7, gen_random_uuid(), 'mail', '2026-11-30', '2026-11-30', '{now}', 'queued', '00000000-0000-4000-8000-000000000001');
            insert into calendar.reminders (id, kind, subject, due, lead, recipient, channel, moment, next_try, made, state, reason, settled) values
              ('00000000-0000-4000-8000-000000000004', 'task', 'task/c', '2026-12-20', 7, gen_random_uuid(), 'mail', '2026-11-30', '2026-11-30', '{now}', 'missed', 'made_late', '{now}'),
              ('00000000-0000-4000-8000-000000000005', 'task', 'task/d', '2026-12-20', 7, gen_random_uuid(), 'mail', '2026-11-20', '2026-11-20', '2026-11-21', 'missed', 'made_late', '2026-11-21');
            update calendar.delivery_state set place = '1/2/3', noted = '2026-11-29'
            """);
        await IsHeldAsync(Instance("one"), HoldReason.AnotherDatabase);
        await ReleaseAsync();

        // The one before the backup was late in truth.
        await using var command = _source.CreateCommand("select string_agg(state || ' ' || (carried_by is null) || ' ' || perhaps_sent, ', ' order by id) from calendar.reminders");
        Assert.Equal("missed true true, queued true false, missed true true, missed true true, missed true false", await command.ExecuteScalarAsync(Soon));
    }

    private CivilClock Clock => new(_clock, DateTimeZoneProviders.Tzdb["Asia/Ho_Chi_Minh"]);

    // As after a start: what it knows is in its folder.
    private DeliveryGuard Instance(string folder, FixedClock? clock = null) => new(_source, Settings(folder), clock is null ? Clock : new CivilClock(clock, Clock.Zone));

    private Settings Settings(string folder) =>
        new(new Uri("http://127.0.0.1:0"), CalendarService.PublicUrl, Path.Combine(_folder, folder), null, null, null, PartyCode.Of("VN"), Clock.Zone);

    private async Task<DeliveryNote> NoteAsync(string folder) => (await DeliveryNote.ReadAsync(Path.Combine(_folder, folder), Soon))!;

    private static async Task LookAsync(params DeliveryGuard[] instances)
    {
        foreach (var instance in instances)
        {
            Assert.Null((await instance.LookAsync(Soon)).Reason);
            Assert.False(instance.IsHeld);
        }
    }

    private async Task IsHeldAsync(DeliveryGuard instance, HoldReason reason)
    {
        Assert.Equal(reason, (await instance.LookAsync(Soon)).Reason);
        Assert.True(instance.IsHeld);

        // For all, and as long as nobody releases it.
        Later(Duration.FromHours(1));
        Assert.Equal(reason, (await Instance("another").LookAsync(Soon)).Reason);
    }

    private async Task ReleaseAsync()
    {
        var guard = Instance("whoever releases");
        await guard.ReleaseAsync(await guard.FindAsync(Soon), again: false, Soon);
    }

    private void Later(Duration later) => _clock.Set(_clock.GetCurrentInstant() + later);

    // As a backup would that was made before the first delivery.
    private Task GoBackAsync() => ExecuteAsync("select setval('calendar.delivery_numbers', 1, false); update calendar.delivery_state set delivery = 0");

    private Task DeliverAsync(int count) => ExecuteAsync($"select nextval('calendar.delivery_numbers') from generate_series(1, {count})");

    private Task AppendAsync(long position) => ExecuteAsync($"""
        insert into calendar.mt_streams (id, version) values ('s', {position}) on conflict (id) do update set version = excluded.version;
        insert into calendar.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, headers)
        values ({position}, gen_random_uuid(), 's', {position}, '{"{}"}', 'x', now(), '', null)
        """);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Soon);
    }
}
