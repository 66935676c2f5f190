using Calendar.Server.Reminders.Mail;
using Ended = Calendar.Server.Reminders.Outcome;

namespace Calendar.Server.Tests.Reminders.Mail;

public sealed class WithoutAMailServer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("calendar-mails-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Each_mail_is_a_file_of_its_own_that_its_user_alone_reads()
    {
        var (mail, way) = (Channels.Mail(), new MailFolder(_folder, Channels.Sender));
        Assert.IsType<Ended.Delivered>(await way.SendAsync(mail));
        Assert.IsType<Ended.Delivered>(await way.SendAsync(mail));
        var file = Assert.Single(Directory.GetFiles(way.Path));
        Assert.Equal(mail.Id + ".eml", Path.GetFileName(file));
        Assert.Equal(("Nhắc việc", mail.Id + "@calendar.example"), (MimeKit.MimeMessage.Load(file).Subject, MimeKit.MimeMessage.Load(file).MessageId));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(way.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Nothing_is_written_where_the_fence_says_no()
    {
        var way = new MailFolder(_folder, Channels.Sender);
        Assert.IsType<Ended.Withheld>(await way.SendAsync(Channels.Mail(), _ => ValueTask.FromResult(false), CancellationToken.None));
        Assert.False(Directory.Exists(way.Path));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_closes_the_way()
    {
        var way = new MailFolder(_folder, Channels.Sender);
        await File.WriteAllTextAsync(way.Path, "in its place");
        Assert.IsType<Ended.Away>(await way.SendAsync(Channels.Mail()));
    }
}
