using Npgsql;

namespace Calendar.Server.Tests.Cli;

public sealed class NamedDatabase
{
    [Theory]
    [InlineData("Host=db", 40)]
    [InlineData("Host=db,other", 40)]
    [InlineData("Host=db;Maximum Pool Size=7", 7)]
    [InlineData("Host=db;MaxPoolSize=100", 100)]
    public async Task Gives_an_instance_forty_connections_unless_the_string_says_otherwise(string connection, int most)
    {
        await using var database = await Database.OpenAsync(
            Settings.Read(name => name == "CALENDAR_DATABASE" ? connection : null), owner: true, _ => { }, CancellationToken.None);

        Assert.Equal(most, new NpgsqlConnectionStringBuilder(database.Source.ConnectionString).MaxPoolSize);
    }
}
