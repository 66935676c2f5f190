using System.Text.Json;

namespace Calendar.Server.Tests.Planning;

/// <summary>2027 is a friendship year of Laos: 65 years of ties, 50 of the treaty of friendship. One celebration serves both, and nobody knows before it is announced.</summary>
[Collection(PlannedWork.Name)]
public sealed class Celebrating(VietnamCalendar calendar)
{
    private static readonly string _treaty = PlanRequests.Anniversary("treaties/LA/friendship", 50);

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task One_celebration_of_two_anniversaries_is_public_from_its_announcement_on()
    {
        var plan = await _service.OpenAsync("ties/LA", 65);
        var before = (await _service.GetAsync("/v1/years/2027")).Is(200);
        (await _service.PostAsync(plan + "/joined", $$"""{"anniversary":"{{_treaty}}"}""")).Is(201);
        var made = (await _service.PostAsync(plan + "/celebrations", """
            {"title":{"vi":"Mít tinh trọng thể","en":"Grand meeting"},"on":"2027-07","place":{"vi":"Hà Nội","en":"Ha Noi"}}
            """)).Is(201);
        var celebration = made["Location"]!;
        Assert.Equal(made.Text, (await _service.SeeAsync(celebration)).Text);

        // Its id will be public, and does not tell when it was made.
        Assert.Equal(4, made.Json.GetProperty("id").GetGuid().Version);
        Assert.Equal(_treaty, (await _service.SeeAsync(plan)).Json.GetProperty("joined")[0].Text("anniversary"));

        // Nobody outside sees a difference; a day is needed before it is announced.
        (await _service.PostAsync(celebration + "/announcement", "{}")).IsProblem(409, "day-not-settled");
        (await _service.PostAsync(celebration + "/move", """{"on":"2027-07-18","reason":"Đã chốt với bạn"}""")).Is(201);
        var hidden = (await _service.GetAsync("/v1/years/2027")).Is(200);
        Assert.Equal((before.Text, before.ETag), (hidden.Text, hidden.ETag));

        (await _service.PostAsync(celebration + "/announcement", "{}")).Is(201);
        var told = await ToldAsync();
        Assert.Equal(
            ("Grand meeting", "2027-07-18", "Ha Noi", false),
            (told.En("title"), told.Text("on"), told.En("place"), told.GetProperty("cancelled").GetBoolean()));
        Assert.Equal(
            [PlanRequests.Anniversary("ties/LA", 65), _treaty],
            told.GetProperty("anniversaries").EnumerateArray().Select(one => one.GetString()));
        Assert.Single((await _service.GetAsync("/v1/years/2027?party=LA&tier=round")).Json.GetProperty("celebrations").EnumerateArray());
        Assert.Empty((await _service.GetAsync("/v1/years/2027?party=JP")).Json.GetProperty("celebrations").EnumerateArray());
        Assert.Empty((await _service.GetAsync("/v1/years/2028")).Json.GetProperty("celebrations").EnumerateArray());

        (await _service.PostAsync(celebration + "/move", """{"on":"2027-07-19","place":"Vientiane","reason":"Theo lịch đoàn"}""")).Is(201);
        Assert.Equal(("2027-07-19", "Vientiane"), (await ToldAsync() is var moved ? moved.Text("on") : null, moved.En("place")));
        (await _service.PostAsync(celebration + "/cancellation", """{"reason":"Mưa lũ"}""")).Is(201);
        Assert.True((await ToldAsync()).GetProperty("cancelled").GetBoolean());
        (await _service.PostAsync(plan + "/parting", $$"""{"anniversary":"{{_treaty}}","reason":"Tổ chức riêng"}""")).Is(201);

        async Task<JsonElement> ToldAsync() => Assert.Single((await _service.GetAsync("/v1/years/2027?party=LA")).Is(200).Json.GetProperty("celebrations").EnumerateArray());
    }

    [Fact]
    public async Task A_friendship_year_gathers_the_plans_for_those_who_may_see_them()
    {
        var plan = await _service.OpenAsync("ties/LA", 65);
        var id = plan["/v1/plans/".Length..];
        const string Year = "/v1/years/2027?party=LA";

        Assert.False(Laos((await _service.GetAsync(Year)).Is(200)).TryGetProperty("plans", out _));
        Assert.False(Laos(await AsAsync("historian")).TryGetProperty("plans", out _));
        var plans = Laos(await AsAsync("planner")).GetProperty("plans").EnumerateArray().ToList();
        Assert.Contains(id, plans.Select(one => one.Text("id")));
        Assert.Equal(plan, plans.Single(one => one.Text("id") == id).Text("self"));
        Assert.DoesNotContain(id, Laos(await AsAsync("association", "vn-jp")).GetProperty("plans").EnumerateArray().Select(one => one.Text("id")));
        Assert.Contains(id, Laos(await AsAsync("association", "vn-la")).GetProperty("plans").EnumerateArray().Select(one => one.Text("id")));

        static JsonElement Laos(Reply year) => year.Json.GetProperty("friendshipYears").EnumerateArray().Single(one => one.Text("partner") == "LA");

        async Task<Reply> AsAsync(string role, string association = "vufo") =>
            (await _service.GetAsync(Year, CalendarService.Bearer(await _service.TokenAsync(role, association)))).Is(200);
    }

    [Fact]
    public async Task A_plan_that_is_opened_late_says_what_is_too_late()
    {
        // Half a year's work begins eleven months ahead, on 5 October 2026.
        var plan = (await _service.SeeAsync(await _service.OpenAsync("ties/LA", 65))).Json;
        var task = plan.Task("joint-meeting");
        Assert.Equal(("2026-10-05", true, false), (task.Text("due"), task.GetProperty("tooLate").GetBoolean(), task.GetProperty("overdue").GetBoolean()));
        Assert.Equal((1, 0), (plan.Count("tooLate"), plan.Count("overdue")));
        Assert.Equal(["weekend"], plan.GetProperty("collisions").EnumerateArray().Select(one => one.Text("code")!));
    }
}
