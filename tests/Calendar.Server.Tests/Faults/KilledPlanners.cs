using System.Globalization;
using Calendar.Planning;
using Xunit.Abstractions;

namespace Calendar.Server.Tests.Faults;

/// <summary>
/// The server that opens some hundred plans is killed, or stopped and cut off, in the middle of it: the other one goes on, no plan or task is there twice, and
/// none is missing.
/// </summary>
[Collection(FaultsCollection.Name)]
public sealed class KilledPlanners(ITestOutputHelper output)
{
    [Fact]
    public async Task The_other_server_opens_what_the_killed_one_left()
    {
        for (var seed = 0; seed < Count.Of(1, 10); seed++)
        {
            await using var planners = await TwoPlanners.StartAsync(seed);
            foreach (var months in new[] { 45, 118, 80 }.Take(Count.Of(2, 3)).Order())
            {
                if (months > 45)
                {
                    await planners.SwapAsync();
                }

                var round = await planners.AdoptAsync(months);
                await planners.Leader.KillAsync();
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, P-{months}M: killed after {round.Opened} of {round.Wanted.Count} plans"));

                await planners.AssertOpenedOnceAsync(round.Wanted);
            }

            Assert.Equal(0, await planners.VerifyAsync());
        }
    }

    [Fact]
    public async Task A_server_that_wakes_when_the_other_has_taken_its_lock_and_done_its_work_adds_nothing()
    {
        for (var seed = 0; seed < Count.Of(1, 10); seed++)
        {
            await using var planners = await TwoPlanners.StartAsync(seed);
            var round = await planners.AdoptAsync(118, stop: true);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: stopped after {round.Opened} of {round.Wanted.Count} plans"));

            // As when the network between it and the database breaks.
            await planners.CutOffAsync();
            await planners.AssertOpenedOnceAsync(round.Wanted);

            await planners.Leader.SignalAsync("CONT");
            Assert.Equal(201, (await new Posted(1, Guid.NewGuid(), "FR~VN", IsBad: false).SendAsync(planners.Leader)).Status);
            await planners.AssertOpenedOnceAsync(round.Wanted);
        }
    }

    [Fact]
    public async Task What_changed_while_no_server_ran_is_followed_at_the_next_start()
    {
        await using var planners = await TwoPlanners.StartAsync(0);
        var (wanted, _) = await planners.AdoptAsync(118);
        await planners.AssertOpenedOnceAsync(wanted);
        await planners.Leader.KillAsync();
        await planners.Other.KillAsync();

        await planners.ImportAsync(
            """{"key":"tests/claim","do":"claim_date","fact":"vietnam/ties/LA","on":"1962-10-05","prefer":"Theo bản gốc","source":{"citation":"c","confidence":"confirmed"}}""",
            """{"key":"tests/withdrawn","do":"withdraw_fact","fact":"vietnam/ties/IN","reason":"Nhầm"}""",
            """{"key":"tests/withdrawn-too","do":"withdraw_fact","fact":"vietnam/ties/FR","reason":"Nhầm"}""",
            """{"key":"tests/reinstated","do":"reinstate_fact","fact":"vietnam/ties/FR","reason":"Không nhầm"}""");
        await planners.RestartAsync();
        await planners.AssertOpenedOnceAsync(wanted);

        var almanac = await planners.FoldAsync();
        Assert.All(Plans("LA"), plan => Assert.EndsWith("-10-05", plan.On.ToString(), StringComparison.Ordinal));
        Assert.All(Plans("IN").SelectMany(plan => plan.Tasks.Values), task => Assert.Equal(DropCause.Withdrawn, task.Cause));
        Assert.All(Plans("FR").SelectMany(plan => plan.Tasks.Values), task => Assert.True(task.IsLive));

        IReadOnlyList<Plan> Plans(string partner)
        {
            var plans = almanac.Plans.Plans.Values.Where(plan => plan.Id.Anniversary?.Fact == FactId.OfKey("vietnam/ties/" + partner)).ToList();
            Assert.NotEmpty(plans);
            return plans;
        }
    }
}
