using Calendar.Ical;
using NodaTime;

namespace Calendar.Specs.Ical;

internal static class Sample
{
    public static VEvent Event => new(
        "cf0c8a4c-60@calendar", new(2033, 9, 21), new(2033, 9, 22), Instant.FromUtc(2026, 1, 2, 3, 4, 5), 3,
        new("Kỷ niệm 60 năm thiết lập quan hệ ngoại giao Việt Nam – Nhật Bản", "vi"));

    public static VTodo Todo => new(
        "task-1@calendar", new(2033, 3, 21), Instant.FromUtc(2026, 1, 2, 3, 4, 5), 0, new("Gửi công hàm mời", "vi"));

    public static VAppointment Appointment(string zone, LocalDateTime start, LocalDateTime endExclusive) => new(
        "9f3b2d10-celebration@calendar", start, endExclusive, DateTimeZoneProviders.Tzdb[zone], Instant.FromUtc(2026, 1, 2, 3, 4, 5), 0,
        new("Lễ kỷ niệm 60 năm quan hệ Việt Nam – Nhật Bản", "vi"));
}
