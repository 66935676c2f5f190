using System.Diagnostics;
using Calendar.Server.Subscriptions;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Subscriptions;

/// <summary>Two instances over one database, as behind a load balancer.</summary>
public sealed class OnTwoInstances : IAsyncLifetime
{
    private CalendarService _one = null!, _other = null!;
    private string _admin = "";

    public async Task InitializeAsync()
    {
        _one = await CalendarService.StartAsync(Holding.SmallLog);
        _other = await CalendarService.StartAsync(_one.Connection);
        _admin = _one.Admin!;
    }

    public async Task DisposeAsync()
    {
        await _other.DisposeAsync();
        await _one.DisposeAsync();
    }

    [Fact]
    public async Task A_link_works_on_the_other_at_its_first_request()
    {
        for (var i = 0; i < 20; i++)
        {
            var made = await _one.SubscribeAsync();
            var feed = (await _other.GetAsync(made.Path)).Is(200);
            Assert.Equal((await _one.GetAsync(made.Path)).ETag, feed.ETag);
            (await _other.GetAsync(made.Self, CalendarService.Bearer(_admin))).Is(200);

            var rotated = await _one.RotateAsync(made);
            (await _other.GetAsync(rotated.Path)).Is(200);
        }
    }

    [Fact]
    public async Task A_link_works_on_the_other_though_no_notification_has_come()
    {
        var made = await _one.SubscribeAsync();
        var token = LinkToken.New();
        await _one.ExecuteAsync($"""
            insert into calendar.subscriptions (id, owner, name, variant, created, changed) select gen_random_uuid(), owner, 'still', '', now(), nextval('calendar.subscription_changes') from calendar.subscriptions where id = '{made.Id}';
            insert into calendar.subscription_links (sha256, subscription, created) select sha256('{token}'), id, now() from calendar.subscriptions where name = 'still'
            """);
        (await _other.GetAsync($"{PrivateFeedEndpoint.Folder}{token}.ics")).Is(200);
    }

    [Fact]
    public async Task What_one_does_the_other_follows()
    {
        var made = await _one.SubscribeAsync();
        (await _other.GetAsync(made.Path)).Is(200);
        (await _one.PostAsync(made.Self + "/name", """{"name":"Mới"}""")).Is(200);
        while ((await _other.GetAsync(made.Self, CalendarService.Bearer(_admin))).Is(200).Json.GetProperty("name").GetString() is not "Mới")
        {
            Assert.False(_other.Soon.IsCancellationRequested);
        }

        await _one.RevokeAsync(made);
        await _other.UntilAsync(made.Path, 410);
        (await _one.GetAsync(made.Path)).Is(410);
    }

    [Fact]
    public async Task Neither_misses_what_both_write_at_once()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? _one : _other).SubscribeAsync(token: _admin)));
        foreach (var book in new[] { _one, _other }.Select(service => service.Services.GetRequiredService<SubscriptionBook>()))
        {
            // Asked of the book itself: a request would look for what it lacks.
            while (made.Any(one => book.Find(Guid.Parse(one.Id)) is null || book.Find(LinkHash.Of(one.Token)) is null))
            {
                (await _one.GetAsync("/health/live")).Is(200);
                Assert.False(_one.Soon.IsCancellationRequested, "It is never told.");
            }
        }
    }

    [Fact]
    public async Task One_that_has_lost_its_connection_goes_on_and_catches_up()
    {
        var made = await _one.SubscribeAsync();
        (await _other.GetAsync(made.Path)).Is(200);
        await CutAsync();
        await _one.RevokeAsync(made);
        await _other.UntilAsync(made.Path, 410);
        (await _other.GetAsync((await _one.SubscribeAsync()).Path)).Is(200);
    }

    [Fact]
    public async Task Another_database_in_its_place_is_believed()
    {
        // Restored from a dump that is older than both links: the numbers of changes begin anew.
        var (kept, lost) = (await _one.SubscribeAsync(), await _one.SubscribeAsync());
        (await _other.GetAsync(lost.Path)).Is(200);
        await _one.ExecuteAsync($"""
            delete from calendar.subscription_links where subscription = '{lost.Id}'; delete from calendar.subscriptions where id = '{lost.Id}';
            update calendar.subscriptions set changed = 1; select setval('calendar.subscription_changes', 1)
            """);
        await CutAsync();
        await _other.UntilAsync(lost.Path, 404);
        await _one.UntilAsync(lost.Path, 404);
        (await _other.GetAsync(kept.Path)).Is(200);
        (await _other.GetAsync((await _one.SubscribeAsync()).Path)).Is(200);
    }

    [Fact]
    public async Task Everything_is_there_after_a_restart()
    {
        var (live, revoked, replaced) = (await _one.SubscribeAsync(), await _one.SubscribeAsync(), await _one.SubscribeAsync());
        var current = await _one.RotateAsync(replaced);
        await _one.RevokeAsync(revoked);
        var feeds = new[] { live, replaced, current }.Select(one => one.Path).ToList();
        var before = await Task.WhenAll(feeds.Select(path => _one.GetAsync(path)));

        await using var restarted = await CalendarService.StartAsync(_one.Connection);
        var after = await Task.WhenAll(feeds.Select(path => restarted.GetAsync(path)));
        Assert.Equal(before.Select(feed => (feed.Status, feed.Text, feed.ETag)), after.Select(feed => (feed.Status, feed.Text, feed.ETag)));
        Assert.All(after, feed => feed.Is(200));
        (await restarted.GetAsync(revoked.Path)).IsProblem(410, "link-revoked");
        Assert.Equal(0, restarted.Services.GetRequiredService<SubscriptionFollower>().Looks);
    }

    [Fact]
    public async Task Guesses_share_the_looks_at_the_table_and_mistyped_ones_cause_none()
    {
        var follower = _one.Services.GetRequiredService<SubscriptionFollower>();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ =>
        {
            var token = LinkToken.New();
            (await _one.GetAsync($"{PrivateFeedEndpoint.Folder}{token[..^1]}{(token[^1] == '0' ? '1' : '0')}.ics")).IsProblem(404, "not-found");
        }));
        Assert.Equal(0, follower.Looks);

        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ => (await _one.GetAsync($"{PrivateFeedEndpoint.Folder}{LinkToken.New()}.ics")).IsProblem(404, "not-found")));
        Assert.InRange(follower.Looks, 1, (int)(clock.Elapsed / TimeSpan.FromMilliseconds(230)) + 2);
    }

    [Fact]
    public async Task A_connection_lost_at_the_commit_leaves_it_open_whether_a_link_was_made()
    {
        await _one.ExecuteAsync("""
            create function lose() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
            create constraint trigger lose after insert on calendar.subscription_links deferrable initially deferred for each row execute function lose()
            """);
        var key = ("Idempotency-Key", "lost");
        var lost = (await _one.PostAsync(Subscribing.Collection, """{"name":"x"}""", key)).IsProblem(503, "outcome-unknown");
        Assert.DoesNotContain(LinkToken.Prefix, lost.Text, StringComparison.Ordinal);

        await _one.ExecuteAsync("drop trigger lose on calendar.subscription_links");
        (await _one.PostAsync(Subscribing.Collection, """{"name":"x"}""", key)).Is(201);
        (await _one.PostAsync(Subscribing.Collection, """{"name":"x"}""", key)).IsProblem(409, "already-issued");

        // The other instance hears of it in its own time.
        IReadOnlyList<System.Text.Json.JsonElement> heard;
        while ((heard = (await _other.GetAsync(Subscribing.Collection, CalendarService.Bearer(_admin))).Is(200).Items).Count == 0)
        {
            _other.Soon.ThrowIfCancellationRequested();
        }

        Assert.Single(heard);
    }

    private Task CutAsync() => _one.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'listen calendar_subscriptions'");
}
