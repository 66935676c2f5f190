using System.Text;
using Calendar.Ical;
using Calendar.Reminders;
using Calendar.Server.Reminders;
using Calendar.Server.Reminders.Mail;
using MimeKit;
using NodaTime;

namespace Calendar.Specs.Reminders.Mail;

/// <summary>Mails as an association gets them: a digest, and a single reminder.</summary>
internal static class SampleMail
{
    public static readonly MailSender Sender = new("Lịch hữu nghị", "nhac-viec@calendar.example", new MailSender(null, "vanphong@vufo.example"));

    public static OutgoingMail Vietnamese => new(
        "0198c1f0-0000-7000-8000-000000000001.1", "Nguyễn Thị Lan", "lan@hoi-viet-nhat.example",
        new Letter(
            Language.Vi, "2 việc đến hạn trong tuần 21–27.3.2033 của Hội hữu nghị Việt Nam – Nhật Bản",
            ["Kính gửi chị Nguyễn Thị Lan,", "Hội hữu nghị Việt Nam – Nhật Bản có 2 việc đến hạn trước ngày 28 tháng 3 năm 2033, để kịp kỷ niệm 60 năm thiết lập quan hệ ngoại giao vào ngày 21 tháng 9 năm 2033."],
            [
                new("Đến hạn trong tuần này",
                [
                    new("Gửi công hàm mời đoàn Nhật Bản", ["Hạn: thứ Hai, 21.3.2033 (còn 7 ngày)", "Kỷ niệm 60 năm quan hệ ngoại giao Việt Nam – Nhật Bản"],
                        "https://calendar.example/anniversaries/jp-vn/60?lang=vi", new("Tôi đã nhận việc này", "https://calendar.example/r/ack/0198c1f0?k=abcdefghijklmnopqrstuvwxyz0123456789")),
                ]),
                new("Đã quá hạn", [new("Lập dự toán", ["Hạn: 1.3.2033 (quá 13 ngày)"], null)]),
            ],
            ["Bạn nhận thư này vì là người liên hệ của Hội. Trả lời thư này sẽ đến văn phòng Liên hiệp."])
        {
            Action = new("Xem mọi việc của Hội", "https://calendar.example/associations/viet-nhat"),
            Footer = [new("Những gì đã gửi cho tôi", "https://calendar.example/r/me?k=abc"), new("Không nhận thư nhắc nữa", "https://calendar.example/r/stop?k=abc")],
        },
        Calendar("Gửi công hàm mời đoàn Nhật Bản", "vi"), "https://calendar.example/r/unsubscribe?k=abcdefghijklmnopqrstuvwxyz0123456789", Instant.FromUtc(2033, 3, 14, 1, 0));

    public static OutgoingMail English => new(
        "0198c1f0-0000-7000-8000-000000000002.3", "Anna O'Neill", "anna@friends.example",
        new Letter(
            Language.En, "Due in 7 days: send the invitation to the Japanese delegation",
            ["Dear Anna O'Neill,", "The Viet Nam – Japan friendship association is asked to do this:"],
            [new(null, [new("Send the invitation to the Japanese delegation", ["Due Monday, 21 March 2033", "60 years of diplomatic relations, 21 September 2033"], "https://calendar.example/anniversaries/jp-vn/60?lang=en&a=b")])],
            ["You get this because you are the association's contact."])
        {
            Action = new("I have taken note", "https://calendar.example/r/ack/0198c1f0?k=xyz"),
        },
        Calendar("Send the invitation", "en"), "https://calendar.example/r/unsubscribe?k=xyz", Instant.FromUtc(2033, 3, 14, 1, 0));

    public static ItipMessage Calendar(string summary, string language) => ItipMessage.Publish("-//Calendar//EN",
    [
        new VEvent("task-1@calendar", new(2033, 3, 21), new(2033, 3, 22), Instant.FromUtc(2026, 1, 2, 3, 4, 5), 0, new(summary, language))
        {
            Organizer = new("mailto:nhac-viec@calendar.example", "Lịch hữu nghị"),
        },
    ]);

    public static byte[] Octets(OutgoingMail mail)
    {
        using var message = new MailComposer(Sender).Compose(mail);
        using var written = new MemoryStream();
        message.WriteTo(MailComposer.Format, written);
        return written.ToArray();
    }

    public static MimeMessage Read(byte[] octets) => MimeMessage.Load(new MemoryStream(octets));

    public static string Ascii(byte[] octets) => Encoding.ASCII.GetString(octets);
}
