namespace Calendar.Server.Tests.Api;

/// <summary>Why a date is there: the dates of Viet Nam that people ask about, word for word.</summary>
public sealed class ExplainingRealCases(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    [Theory]
    [InlineData("vietnam/ties/US", 35, "us-ties-2030")]
    [InlineData("vietnam/partnerships/US/comprehensive", 10, "us-comprehensive-2023")]
    [InlineData("vietnam/partnerships/US/comprehensive-strategic", 10, "us-strategic-2033")]
    [InlineData("vietnam/ties/SK", 35, "slovakia-2028")]
    [InlineData("vietnam/ties/ML", 70, "mali-2030")]
    [InlineData("vietnam/ties/GD", 50, "grenada-2029")]
    [InlineData("vietnam/ties/BN", 35, "brunei-2027")]
    [InlineData("vietnam/ties/BN", 40, "brunei-2032")]
    [InlineData("vietnam/ties/LA", 60, "laos-2022")]
    [InlineData("vietnam/ties/LA", 65, "laos-2027")]
    [InlineData("vietnam/treaties/LA/friendship", 50, "laos-treaty-2027")]
    [InlineData("vietnam/ties/CZ", 80, "czechia-2030")]
    public Task Are_explained_word_for_word(string fact, int number, string name) => Explained.IsAsync(calendar.Service, fact, number, name);
}
