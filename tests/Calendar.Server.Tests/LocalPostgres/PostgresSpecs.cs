using System.Globalization;
using Npgsql;

namespace Calendar.Server.Tests.LocalPostgres;

public sealed class DatabasesForTests
{
    [Fact]
    public async Task Are_prepared_once_and_do_not_see_each_other()
    {
        var prepared = 0;
        var all = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Postgres.NewDatabaseAsync("years", Prepare, DataFolder.Bounded())));

        await ExecuteAsync(all[0], "insert into years values (2033)");

        Assert.Equal(1, prepared);
        Assert.Equal(["2", "1", "1"], await Task.WhenAll(all.Select(one => ExecuteAsync(one, "select count(*) from years"))));

        async Task Prepare(string connectionString)
        {
            prepared++;
            await ExecuteAsync(connectionString, "create table years as select 1973 as year");
        }
    }

    [Fact]
    public async Task Are_empty_without_a_template()
    {
        var database = await Postgres.NewDatabaseAsync(DataFolder.Bounded());
        Assert.Equal("0", await ExecuteAsync(database, "select count(*) from pg_tables where schemaname = 'public'"));
    }

    private static async Task<string> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(DataFolder.Bounded());
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(DataFolder.Bounded()), CultureInfo.InvariantCulture) ?? "";
    }
}
