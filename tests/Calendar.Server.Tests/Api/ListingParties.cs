namespace Calendar.Server.Tests.Api;

public sealed class ListingParties(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task By_name_they_come_in_the_order_of_Vietnamese_dictionaries_page_after_page()
    {
        var names = new List<string>();
        for (var next = "/v1/parties?kind=state&sort=name&limit=50"; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            names.AddRange(page.Items.Select(party => party.GetProperty("name").GetProperty("vi").GetString()!));
            next = page.Next;
        }

        Assert.Equal(names.Order(VietnameseOrder.Instance), names);
        Assert.True(names.Count > 190);
        Assert.True(names.IndexOf("Angola") < names.IndexOf("Ba Lan") && names.IndexOf("Ba Lan") < names.IndexOf("Đan Mạch") && names.IndexOf("Đan Mạch") < names.IndexOf("Estonia"));
    }

    [Fact]
    public async Task By_code_without_asking() =>
        Assert.Equal("AD", (await _service.GetAsync("/v1/parties?kind=state&limit=1")).Is(200).Items.Single().GetProperty("party").GetString());
}
