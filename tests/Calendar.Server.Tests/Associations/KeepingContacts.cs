using Npgsql;

namespace Calendar.Server.Tests.Associations;

/// <summary>Whom an association is reached by: beside the log, and gone when erased.</summary>
public sealed class KeepingContacts(EmptyCalendar calendar) : IClassFixture<EmptyCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task One_is_added_changed_listed_and_erased()
    {
        var contacts = await ContactsOfAsync("kept");
        var made = (await _service.PostAsync(contacts, Contact("a@vufo.example"))).Is(201);
        var id = made.Json.GetProperty("id").GetString();
        Assert.Equal($"{contacts}/{id}", made["Location"]);
        Assert.Equal("private, no-store", made["Cache-Control"]);

        var changed = (await _service.PutAsync($"{contacts}/{id}", """{"name":"Trần B","mail":"b@vufo.example","language":"en"}""")).Is(200);
        Assert.Equal(("Trần B", "b@vufo.example", "en"), (Text("name"), Text("mail"), Text("language")));
        Assert.False(changed.Json.TryGetProperty("role", out _));
        Assert.Equal(changed.Text, (await AsAdminAsync("GET", contacts)).Is(200).Items.Single().GetRawText());

        (await AsAdminAsync("DELETE", $"{contacts}/{id}")).Is(204);
        (await AsAdminAsync("DELETE", $"{contacts}/{id}")).IsProblem(404, "not-found");
        (await _service.PutAsync($"{contacts}/{id}", Contact("a@vufo.example"))).IsProblem(404, "not-found");
        Assert.Empty((await AsAdminAsync("GET", contacts)).Is(200).Items);

        string? Text(string member) => changed.Json.GetProperty(member).GetString();
    }

    [Fact]
    public async Task Adding_the_same_again_adds_nothing()
    {
        var contacts = await ContactsOfAsync("repeated");
        var made = (await _service.PostAsync(contacts, Contact("a@vufo.example"))).Is(201);

        Assert.Equal(made.Text, (await _service.PostAsync(contacts, Contact("a@vufo.example"))).Is(200).Text);
        Assert.Single((await AsAdminAsync("GET", contacts)).Is(200).Items);
    }

    [Fact]
    public async Task An_association_has_twenty_however_many_ask_at_once()
    {
        var contacts = await ContactsOfAsync("crowded");
        var answers = await Task.WhenAll(Enumerable.Range(0, 25).Select(i => _service.PostAsync(contacts, Contact($"a{i}@vufo.example"))));

        Assert.Equal(20, answers.Count(answer => answer.Status == 201));
        Assert.All(answers.Where(answer => answer.Status != 201), answer => answer.IsProblem(422, "too-many-contacts"));
        Assert.Equal(20, (await AsAdminAsync("GET", contacts)).Is(200).Items.Count);
    }

    [Theory]
    [InlineData("""{"name":"A","mail":"a@vufo.example\r\nBcc: all@vufo.example","language":"vi"}""", "control-character", "/mail")]
    [InlineData("""{"name":"A","mail":"A <a@vufo.example>","language":"vi"}""", "malformed-mail", "/mail")]
    [InlineData("""{"name":"A","mail":"a@vufo.example","webhook":"https://hooks.example.org/","language":"vi"}""", "unknown-member", "/webhook")]
    [InlineData("""{"name":"A","language":"vi"}""", "member-required", "/mail")]
    [InlineData("""{"name":"A","mail":"a@vufo.example","telephone":"1","language":"vi"}""", "unknown-member", "/telephone")]
    public async Task What_is_wrong_is_named_and_not_repeated(string body, string code, string pointer)
    {
        var contacts = await ContactsOfAsync("refused");
        var refused = (await _service.PostAsync(contacts, body)).IsProblem(422, code).Names(pointer, code);

        Assert.DoesNotContain("vufo.example", refused.Text, StringComparison.Ordinal);
        Assert.Empty((await AsAdminAsync("GET", contacts)).Is(200).Items);
    }

    [Fact]
    public async Task What_is_erased_is_nowhere_in_the_database_and_the_log_never_held_it()
    {
        const string Needle = "van.phong.7f3a9c@vufo.example";
        var contacts = await ContactsOfAsync("erased");
        var events = await _service.CountAsync();
        var id = (await _service.PostAsync(contacts, Contact(Needle))).Is(201).Json.GetProperty("id").GetString();
        Assert.Equal(["contacts"], await TablesWithAsync(Needle));
        Assert.Equal(events, await _service.CountAsync());

        (await AsAdminAsync("DELETE", $"{contacts}/{id}")).Is(204);
        Assert.Empty(await TablesWithAsync(Needle));
        Assert.Empty(await TablesWithAsync(id!));
    }

    [Fact]
    public async Task They_are_of_an_association_that_there_is_and_of_no_other()
    {
        var (contacts, others) = (await ContactsOfAsync("one"), await ContactsOfAsync("other"));
        var id = (await _service.PostAsync(contacts, Contact("a@vufo.example"))).Is(201).Json.GetProperty("id").GetString();

        (await AsAdminAsync("DELETE", $"{others}/{id}")).IsProblem(404, "not-found");
        (await _service.PutAsync($"{others}/{id}", Contact("b@vufo.example"))).IsProblem(404, "not-found");
        (await AsAdminAsync("DELETE", $"{contacts}/7")).IsProblem(404, "not-found");
        (await AsAdminAsync("GET", "/v1/associations/nobody/contacts")).IsProblem(404, "not-found");
        (await AsAdminAsync("GET", contacts + "?limit=1")).IsProblem(422, "bad-query");
    }

    [Fact]
    public async Task Nobody_sees_them_without_a_token_that_may()
    {
        var contacts = await ContactsOfAsync("private");

        (await _service.GetAsync(contacts)).Is(401);
        (await _service.GetAsync(contacts, CalendarService.Bearer(await _service.TokenAsync("historian")))).Is(403);
        (await _service.GetAsync(contacts, CalendarService.Bearer(await _service.TokenAsync("planner")))).Is(200);
    }

    [Fact]
    public async Task An_associations_token_keeps_its_own_and_no_others()
    {
        var (own, others) = (await ContactsOfAsync("speaking"), await ContactsOfAsync("silent"));
        var token = CalendarService.Bearer(await _service.TokenAsync("association", "speaking"));
        var id = (await _service.PostAsync(others, Contact("b@vufo.example"))).Is(201).Json.GetProperty("id").GetString();

        var made = (await _service.SendAsync("POST", own, CalendarService.Json(Contact("a@vufo.example")), token)).Is(201);
        (await _service.SendAsync("PUT", made["Location"]!, CalendarService.Json(Contact("c@vufo.example")), token)).Is(200);
        Assert.Single((await _service.GetAsync(own, token)).Is(200).Items);
        (await _service.SendAsync("DELETE", made["Location"]!, null, token)).Is(204);

        // Another's are as those of one that never was.
        var unknown = (await _service.GetAsync("/v1/associations/nobody/contacts", token)).IsProblem(404, "not-found");
        Assert.Equal(unknown.Text.Replace("nobody", "silent", StringComparison.Ordinal), (await _service.GetAsync(others, token)).IsProblem(404, "not-found").Text);
        (await _service.SendAsync("POST", others, CalendarService.Json(Contact("a@vufo.example")), token)).IsProblem(404, "not-found");
        (await _service.SendAsync("PUT", $"{others}/{id}", CalendarService.Json(Contact("a@vufo.example")), token)).IsProblem(404, "not-found");
        (await _service.SendAsync("DELETE", $"{others}/{id}", null, token)).IsProblem(404, "not-found");
        Assert.Equal("b@vufo.example", (await AsAdminAsync("GET", others)).Is(200).Items.Single().GetProperty("mail").GetString());
    }

    private static string Contact(string mail) => $$"""{"name":"Nguyễn Văn A","role":"Chánh Văn phòng","mail":"{{mail}}","language":"vi"}""";

    private async Task<string> ContactsOfAsync(string slug)
    {
        Assert.InRange((await _service.PutAsync("/v1/associations/" + slug, KeepingAssociations.Body(slug, "local"))).Status, 200, 201);
        return $"/v1/associations/{slug}/contacts";
    }

    private Task<Reply> AsAdminAsync(string method, string path) => _service.SendAsync(method, path, null, CalendarService.Bearer(_service.Admin!));

    // As a dump would show them.
    private async Task<List<string>> TablesWithAsync(string text)
    {
        var tables = new List<string>();
        await using (var all = _service.Source.CreateCommand("select tablename::text from pg_tables where schemaname = 'calendar' order by tablename"))
        await using (var reader = await all.ExecuteReaderAsync(_service.Soon))
        {
            while (await reader.ReadAsync(_service.Soon))
            {
                tables.Add(reader.GetString(0));
            }
        }

        var found = new List<string>();
        foreach (var table in tables)
        {
            await using var command = _service.Source.CreateCommand($"select exists (select from calendar.\"{table}\" t where t::text like '%' || $1 || '%')");
            command.Parameters.Add(new NpgsqlParameter { Value = text });
            if ((bool)(await command.ExecuteScalarAsync(_service.Soon))!)
            {
                found.Add(table);
            }
        }

        return found;
    }
}
