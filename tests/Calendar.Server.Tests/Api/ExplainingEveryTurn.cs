using Calendar.Facts;
using Calendar.Relationships;
using Calendar.Rules;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Tests.Api;

/// <summary>What can become of a fact, and how each turn is told.</summary>
public sealed class ExplainingEveryTurn(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    [Theory]
    [InlineData("small/ties/KH", 60, "suspended")]
    [InlineData("small/ties/KH", 65, "renamed")]
    [InlineData("small/milestones/FR", 35, "month-only")]
    [InlineData("small/milestones/FR/year", 375, "year-only")]
    [InlineData("small/milestones/FR/wrong", 40, "withdrawn")]
    [InlineData("small/treaties/FR", 50, "marked-before-it-ended")]
    [InlineData("small/treaties/FR", 55, "ended")]
    [InlineData("small/treaties/LA", 50, "in-force")]
    [InlineData("small/accords/asean", 1, "accord")]
    [InlineData("small/days/JP", 2030, "national-day")]
    public Task Is_told_word_for_word(string fact, int number, string name) => Explained.IsAsync(calendar.Service, fact, number, name);

    [Fact]
    public async Task Khanh_Hoa_is_known_by_its_year_and_was_corrected_in_every_way()
    {
        await using var service = await CalendarService.StartAsync(await Postgres.NewDatabaseAsync("explained khanh hoa", RecordAsync, CancellationToken.None));
        await Explained.IsAsync(service, "explained/khanh-hoa", 375, "khanh-hoa-2028");
    }

    [Fact]
    public async Task A_leap_day_is_kept_where_the_rules_of_its_year_say()
    {
        await using var service = await CalendarService.StartAsync(await CalendarService.DatabaseAsync(Holding.SmallLog));
        await CommandAsync(service, new AdoptRules(
            Slug.TryParse("house-rules", out var name) ? name : default, new Text("Quy tắc riêng", "House rules"), [new TierRule(Tier.Round, 10, [], []), new TierRule(Tier.Half, null, [12, 36], [])],
            LeapDayRule.FirstOfMarch, new LocalDate(2028, 1, 1), new Source("Quyết định 1", null, Confidence.Confirmed)));
        await Explained.IsAsync(service, "small/ties/BN", 35, "leap-day-before-the-rules");
        await Explained.IsAsync(service, "small/ties/BN", 37, "leap-day-under-the-rules");
        await Explained.IsAsync(service, "small/ties/JP", 60, "round-under-the-rules");
        await Explained.IsAsync(service, "small/partnerships/US", 36, "second-rank-under-the-rules");
    }

    [Fact]
    public async Task A_fact_that_took_the_place_of_another_says_so()
    {
        await using var service = await CalendarService.StartAsync(await CalendarService.DatabaseAsync(Holding.SmallLog));
        var again = FactId.OfKey("explained/again");
        await CommandAsync(service, new RecordFact(
            Pair.TryParse("JP~VN", out var pair) ? pair : default, FactKind.MilestoneRecorded, again, PartialDate.OfDay(1990, 11, 17), new Source("Công báo", null, Confidence.Confirmed))
            {
                Title = new Text("Ghi đúng", "Recorded right"),
                Replaces = FactId.OfKey("small/milestones/FR/wrong"),
            });
        await service.ExecuteAsync("update calendar.mt_events set timestamp = '2026-11-24Z' where seq_id = (select max(seq_id) from calendar.mt_events)");
        await using var later = await CalendarService.StartAsync(service.Connection);
        await Explained.IsAsync(later, "explained/again", 40, "in-the-place-of-another");

        // The series has one address, that of the oldest fact.
        await Explained.IsAsync(later, "small/milestones/FR/wrong", 40, "in-the-place-of-another");
    }

    private static async Task CommandAsync(CalendarService service, Command command) => Assert.IsType<Outcome.Done>(
        await service.Services.GetRequiredService<CommandHandler>().HandleAsync(command, new Actor("tests", Role.Historian), null, null, service.Soon));

    private static async Task RecordAsync(string connection)
    {
        await using (var source = NpgsqlDataSource.Create(connection))
        {
            await Calendar.EventStore.Migrator.MigrateAsync(source, [typeof(Calendar.EventStore.EventLog).Assembly, typeof(CalendarApp).Assembly], CancellationToken.None);
        }

        const string archive = """{"citation":"Đại Nam thực lục","confidence":"confirmed"}""";
        var (fact, claim, again) = (FactId.OfKey("explained/khanh-hoa"), FactId.OfKey("explained/claim"), FactId.OfKey("explained/claim-again"));
        await using var service = await CalendarService.StartAsync(connection);
        (await service.PutAsync("/v1/parties/VN", """{"kind":"state","name":{"vi":"Việt Nam","en":"Viet Nam"}}""")).Is(201);
        (await service.PutAsync("/v1/parties/VN-34", """{"kind":"subnational","name":{"vi":"Khánh Hòa","en":"Khanh Hoa"}}""")).Is(201);
        (await service.PostAsync("/v1/relationships/VN~VN-34/facts", $$"""
            {"fact":"{{fact}}","kind":"milestone_recorded","on":"1653-08","title":{"vi":"Lập dinh Thái Khang","en":"Founding of Thai Khang"},"source":{"citation":"general knowledge","confidence":"unconfirmed"} }
            """)).Is(201);
        await SayAsync("claims", $$"""{"claim":"{{claim}}","on":"1653","source":{{archive}}}""");
        await SayAsync("preference", $$"""{"claim":"{{claim}}","reason":{"vi":"Thực lục chỉ ghi năm Quý Tỵ","en":"The Annals give the year only"} }""");
        await SayAsync("title", """{"title":{"vi":"Hình thành tỉnh Khánh Hòa","en":"Beginning of Khanh Hoa Province"},"reason":{"vi":"Tên gọi ngày nay.","en":"Today's name."} }""");
        await SayAsync("withdrawal", """{"reason":{"vi":"Tưởng là ghi trùng","en":"Taken for a repetition"} }""");
        await SayAsync("reinstatement", """{"reason":{"vi":"Không trùng","en":"It was none"} }""");
        await SayAsync("claims", $$"""{"claim":"{{again}}","on":"1653","source":{"citation":"Phủ biên tạp lục","confidence":"probable"},"prefer":{"vi":"Gần thời đó hơn","en":"Closer to the time"} }""");
        await SayAsync("end", """{"on":"2030-01-01","reason":{"vi":"Sáp nhập tỉnh","en":"The provinces merge"} }""");
        await SayAsync("resumption", """{"reason":{"vi":"Tỉnh mới giữ tên","en":"The new province keeps the name"} }""");
        await CommandAsync(service, new WaiveAnniversary(fact, 375, new Text("Đã tổ chức năm 2023", "It was marked in 2023")));
        await CommandAsync(service, new WaiveAnniversary(fact, 380, new Text("Gần 375", "Close to 375")));
        await CommandAsync(service, new LiftWaiver(fact, 380, new Text("Tỉnh đề nghị", "At the province's wish")));

        // From noon in Greenwich on, five hours apart: days pass at 17:00 there.
        await service.ExecuteAsync("update calendar.mt_events set timestamp = '2026-11-21T12:00:00Z'::timestamptz + (seq_id - 1) * interval '5 hours'");
        await service.ExecuteAsync("delete from calendar.tokens");

        async Task SayAsync(string what, string json) => (await service.PostAsync($"/v1/facts/{fact}/{what}", json)).Is(201);
    }
}
