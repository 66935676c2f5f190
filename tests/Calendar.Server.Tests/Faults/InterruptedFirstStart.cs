using Calendar.LocalPostgres;
using Npgsql;

namespace Calendar.Server.Tests.Faults;

[Collection(FaultsCollection.Name)]
public sealed class InterruptedFirstStart
{
    [Fact]
    public async Task Is_completed_by_the_next_one_with_the_facts_of_an_undisturbed_start_and_a_token_that_works()
    {
        await using var undisturbed = new CalendarFolder("vietnam");
        await undisturbed.StartAsync();
        var wanted = await LogTable.FactsAsync(undisturbed);
        Assert.All(wanted, fact => Assert.Equal(1, fact.Value));
        var events = await undisturbed.QueryAsync<long>("select count(*) from calendar.mt_events");

        var kills = Count.Of(2, 12);
        for (var kill = 0; kill < kills; kill++)
        {
            await using var folder = new CalendarFolder("vietnam");
            var server = folder.Launch();
            await server.LoadingAsync();
            await UntilStoredAsync(folder, events * kill / kills);
            await server.KillAsync();
            Assert.InRange(await folder.QueryAsync<long>("select count(*) from calendar.mt_events"), 0, events);

            server = await folder.StartAsync();

            Assert.Equal(200, (await server.GetAsync("/health/ready")).Status);
            var facts = await LogTable.FactsAsync(folder);
            Assert.Equal(wanted.Keys.Order(), facts.Keys.Order());
            Assert.All(facts, fact => Assert.Equal(1, fact.Value));
            Assert.Equal(events, await folder.QueryAsync<long>("select count(*) from calendar.mt_events"));
            Assert.Equal("admin-token", Path.GetFileName(Assert.Single(Directory.GetFiles(folder.Path, "admin-token*"))));
            Assert.Equal(201, (await new Posted(1, Guid.NewGuid(), "FR~VN", IsBad: false).SendAsync(server)).Status);
        }
    }

    [Fact]
    public async Task Before_the_token_was_stored_leaves_one_that_works()
    {
        // As if killed between the file and the table: a token that opens nothing.
        await using var folder = new CalendarFolder();
        Directory.CreateDirectory(folder.Path);
        await File.WriteAllTextAsync(folder.TokenFile, "cal_0000000000000000000000000000000000000\n");
        await File.WriteAllTextAsync(folder.TokenFile + ".new", "cal_half");

        var server = await folder.StartAsync();

        // It might have been another database's, so it is set aside and not written over.
        var files = Directory.GetFiles(folder.Path, "admin-token*").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(2, files.Count);
        Assert.Equal(folder.TokenFile, files[0]);
        Assert.Equal("cal_0000000000000000000000000000000000000\n", await File.ReadAllTextAsync(files[1]));
        var answer = await new Posted(1, Guid.NewGuid(), "FR~VN", IsBad: false).SendAsync(server);
        Assert.Equal(404, answer.Status); // allowed, but there are no parties
    }

    private static async Task UntilStoredAsync(CalendarFolder folder, long events)
    {
        await using var local = await LocalPostgresServer.JoinAsync(new LocalPostgresOptions(folder.Path), CalendarFolder.Bounded());
        await using var source = NpgsqlDataSource.Create(local.ConnectionString);
        await using var command = source.CreateCommand("select count(*) from calendar.mt_events");
        while ((long)(await command.ExecuteScalarAsync(CalendarFolder.Bounded()))! < events)
        {
        }
    }
}
