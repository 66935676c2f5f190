using NodaTime;

namespace Calendar.Server.Access;

/// <summary>The first admin token: made once, printed once, kept in <c>admin-token</c> of the data folder (mode 0600).</summary>
internal static class AdminToken
{
    public static string PathIn(string folder) => Path.Combine(folder, "admin-token");

    /// <summary>Makes the token if the database never had an admin. The caller holds the lock of the first start.</summary>
    /// <returns>The new token, or null.</returns>
    public static async Task<string?> EnsureAsync(TokenTable tokens, string folder, Instant now, CancellationToken ct)
    {
        if (await tokens.HasAdminAsync(ct))
        {
            return null;
        }

        // The file first: a crash between the two leaves a token that opens nothing and is replaced at the next start.
        var token = await WriteAsync(folder, ct);
        if (File.Exists(PathIn(folder)))
        {
            // Of another database, perhaps: it opens what it opened.
            File.Move(PathIn(folder), $"{PathIn(folder)}.{now.ToUnixTimeSeconds()}");
        }

        File.Move(NewIn(folder), PathIn(folder));
        await tokens.AddAsync(new NewToken(token, Role.Admin, now), null, ct);
        return token;
    }

    /// <summary>Makes another token, in the place of the one in the file, which is revoked.</summary>
    /// <returns>The new token.</returns>
    public static async Task<string> ReplaceAsync(TokenTable tokens, string folder, Instant now, CancellationToken ct)
    {
        // A crash before the end leaves a second file, whose token may live: the next time it is revoked, too.
        var former = new List<string>();
        foreach (var file in new[] { PathIn(folder), NewIn(folder) }.Where(File.Exists))
        {
            former.Add((await File.ReadAllTextAsync(file, ct)).Trim());
        }

        var token = await WriteAsync(folder, ct);
        await tokens.ReplaceAsync(new NewToken(token, Role.Admin, now), former, ct);
        File.Move(NewIn(folder), PathIn(folder), overwrite: true);
        return token;
    }

    private static string NewIn(string folder) => PathIn(folder) + ".new";

    private static async Task<string> WriteAsync(string folder, CancellationToken ct)
    {
        var token = Token.New();
        Directory.CreateDirectory(folder);
        File.Delete(NewIn(folder));
        await using var file = new FileStream(NewIn(folder), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await using var writer = new StreamWriter(file);
        await writer.WriteLineAsync(token.AsMemory(), ct);
        return token;
    }
}
