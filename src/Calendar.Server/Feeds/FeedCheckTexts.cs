using Calendar.Ical.Checking;

namespace Calendar.Server.Feeds;

/// <summary>What each finding says to a reader: what is wrong and what to do; line and UID stand beside it.</summary>
internal static class FeedCheckTexts
{
    private static readonly Dictionary<string, Func<Finding, Text>> _texts = new(StringComparer.Ordinal)
    {
        // The file as a whole.
        ["address-only"] = _ => new(
            "Đây chỉ là một địa chỉ; dịch vụ không tải địa chỉ nào. Tải tệp về rồi gửi chính nội dung tệp .ics.",
            "This is only an address, and addresses are not fetched. Download the file and send the .ics itself."),
        ["web-page"] = _ => new(
            "Đây là một trang web, không phải tệp lịch. Liên kết có thể đã hết hạn hoặc đòi đăng nhập: xin lại liên kết .ics.",
            "This is a web page, not a calendar. The link may have expired or want a login: ask for the .ics link again."),
        ["not-a-calendar"] = _ => new(
            "Không có lịch nào trong tệp: một tệp iCalendar bắt đầu bằng BEGIN:VCALENDAR và kết thúc bằng END:VCALENDAR.",
            "There is no calendar in the file: an iCalendar file begins with BEGIN:VCALENDAR and ends with END:VCALENDAR."),
        ["several-calendars"] = _ => new(
            "Tệp có hơn một VCALENDAR; nhiều ứng dụng chỉ đọc lịch đầu tiên. Gộp mọi mục vào một VCALENDAR.",
            "The file holds more than one VCALENDAR; many clients read only the first. Put all entries into one."),
        ["too-large-for-clients"] = f => new(
            $"Tệp dài {f.Arguments[0]} byte; có ứng dụng lớn lặng lẽ bỏ phần vượt quá 1.000.000 byte. Bớt năm hoặc chia thành nhiều lịch.",
            $"The file has {f.Arguments[0]} bytes; a large client silently drops what exceeds 1,000,000. Hold fewer years, or split the calendar."),

        // Octets and lines.
        ["utf-16"] = _ => new("Tệp là UTF-16; lịch phải là UTF-8. Lưu lại dưới dạng UTF-8.", "The file is UTF-16; calendars are UTF-8. Save it as UTF-8."),
        ["invalid-utf-8"] = _ => new("Dòng này có byte không phải UTF-8. Lưu lại tệp dưới dạng UTF-8.", "This line holds bytes that are not UTF-8. Save the file as UTF-8."),
        ["byte-order-mark"] = _ => new(
            "Tệp bắt đầu bằng dấu BOM (EF BB BF), khiến vài ứng dụng không thấy BEGIN:VCALENDAR. Lưu dạng “UTF-8 không BOM”.",
            "The file begins with a byte order mark (EF BB BF), behind which some clients miss BEGIN:VCALENDAR. Save it as \"UTF-8 without BOM\"."),
        ["bare-line-feed"] = _ => new("Dòng kết thúc chỉ bằng LF. Kết thúc mọi dòng bằng CR LF (kiểu Windows).", "The line ends with LF alone. End every line with CR LF."),
        ["bare-carriage-return"] = _ => new(
            "Dòng kết thúc bằng CR không có LF ngay sau, hoặc có thừa CR. Kết thúc mọi dòng bằng đúng một CR LF.",
            "The line ends with a CR without its LF, or with too many CR. End every line with one CR LF."),
        ["unended-last-line"] = _ => new("Dòng cuối không có dấu kết thúc. Thêm CR LF sau END:VCALENDAR.", "The last line has no end. Add CR LF after END:VCALENDAR."),
        ["line-too-long"] = f => new(
            $"Dòng dài {f.Arguments[0]} byte, nên gập ở 75: xuống dòng (CR LF) rồi bắt đầu dòng sau bằng một dấu cách.",
            $"The line has {f.Arguments[0]} bytes and should be folded at 75: break it with CR LF and begin the next line with a space."),
        ["fold-inside-character"] = _ => new(
            "Dòng trước bị gập giữa một ký tự nhiều byte; vài ứng dụng hiện ký tự hỏng. Gập ở ranh giới ký tự.",
            "The line before was folded inside a character of several bytes; some clients show it broken. Fold between characters."),
        ["control-character"] = f => new($"Dòng có ký tự điều khiển {f.Arguments[0]}. Xóa nó; xuống dòng trong văn bản viết là \\n.", $"The line holds the control character {f.Arguments[0]}. Remove it; a line break in a text is written \\n."),
        ["empty-line"] = _ => new("Dòng trống. Xóa nó; xuống dòng trong văn bản viết là \\n.", "The line is empty. Remove it; a line break in a text is written \\n."),
        ["not-nfc"] = f => new(
            $"{f.Property} có chữ viết dưới dạng rời (dấu tách khỏi chữ), nên tìm kiếm và sắp xếp có thể sai. Chuẩn hóa thành Unicode NFC.",
            $"{f.Property} has letters apart from their marks, so that searching and sorting may fail. Normalise it to Unicode NFC."),
        ["malformed-line"] = f => new(
            $"Dòng không có dạng TÊN:giá trị: “{f.Arguments[0]}”. Nếu là phần tiếp của dòng trên, bắt đầu bằng một dấu cách.",
            $"The line is not NAME:value: \"{f.Arguments[0]}\". If it goes on from the line above, begin it with a space."),
        ["malformed-parameter"] = f => new(
            $"Tham số của {f.Property} không có dạng TÊN=giá trị: “{f.Arguments[0]}”. Giá trị có , ; : phải nằm trong dấu ngoặc kép, và dấu \" viết là ^'.",
            $"A parameter of {f.Property} is not NAME=value: \"{f.Arguments[0]}\". A value with , ; : goes into double quotes, and a \" is written ^'."),
        ["repeated-parameter"] = f => new($"{f.Property} có tham số {f.Arguments[0]} hai lần. Giữ một.", $"{f.Property} has the parameter {f.Arguments[0]} twice. Keep one."),
        ["unquoted-parameter"] = f => new(
            $"{f.Arguments[0]} của {f.Property} chỉ nhận một giá trị; dấu phẩy chia nó ra: viết {f.Arguments[0]}=\"{f.Arguments[1]}\".",
            $"{f.Arguments[0]} of {f.Property} takes one value, and a comma begins another: write {f.Arguments[0]}=\"{f.Arguments[1]}\"."),

        // Components and their properties.
        ["unended-component"] = f => new($"{f.Component} bắt đầu ở đây nhưng không có END:{f.Component}. Thêm dòng đó sau dòng cuối của mục.", $"{f.Component} begins here and has no END:{f.Component}. Add it after the last line of the component."),
        ["unmatched-end"] = f => new($"END:{f.Arguments[0]} không có BEGIN:{f.Arguments[0]} đi trước. Xóa nó hoặc thêm dòng BEGIN.", $"END:{f.Arguments[0]} has no BEGIN:{f.Arguments[0]} before it. Remove it or add the BEGIN."),
        ["outside-calendar"] = f => new($"{f.Arguments[0]} nằm ngoài BEGIN:VCALENDAR … END:VCALENDAR, nơi không ai đọc. Đưa nó vào trong.", $"{f.Arguments[0]} stands outside of BEGIN:VCALENDAR … END:VCALENDAR, where nobody reads it. Move it inside."),
        ["property-after-component"] = f => new($"{f.Property} của lịch đứng sau một mục. Đưa nó lên trước BEGIN đầu tiên trong lịch.", $"{f.Property} of the calendar stands after an entry. Move it before the first BEGIN inside the calendar."),
        ["too-deep"] = _ => new("Các thành phần lồng nhau quá sâu; phần bên trong không được kiểm tra. Có lẽ thiếu các dòng END.", "Components are nested too deep, and the inner ones were not checked. END lines are probably missing."),
        ["too-many-lines"] = _ => new("Thành phần này quá nhiều dòng; phần còn lại không được kiểm tra. Có lẽ thiếu dòng END.", "This component has too many lines, and the rest was not checked. An END is probably missing."),
        ["misplaced-component"] = f => new($"{f.Component} không nằm trong {f.Arguments[0]} được; chỗ của nó: {f.Arguments[1]}.", $"{f.Component} does not go into {f.Arguments[0]}; its place: {f.Arguments[1]}."),
        ["unknown-component"] = f => new($"Không tiêu chuẩn nào có {f.Component}; ứng dụng bỏ qua nó. Sửa tên, hoặc đặt tên riêng bắt đầu bằng X-.", $"No standard has {f.Component}, and clients skip it. Correct the name, or begin a name of your own with X-."),
        ["empty-calendar"] = _ => new("Lịch không có mục nào; vài ứng dụng báo lỗi. Thêm ít nhất một mục, dù chỉ để giải thích.", "The calendar has no entry, which some clients refuse. Add at least one, if only to explain."),
        ["missing-property"] = f => new($"{f.Component} thiếu {f.Property}. Thêm một dòng như {Example(f.Property!)}", $"{f.Component} lacks {f.Property}. Add a line such as {Example(f.Property!)}"),
        ["repeated-property"] = f => new($"{f.Component} có {f.Property} hơn một lần. Giữ một dòng.", $"{f.Component} has {f.Property} more than once. Keep one line."),
        ["misplaced-property"] = f => new($"{f.Component} không có thuộc tính {f.Property}; ứng dụng bỏ qua nó. Xóa hoặc chuyển nó.", $"{f.Component} takes no {f.Property}, and clients skip it. Remove or move it."),
        ["unknown-property"] = f => new($"Không tiêu chuẩn nào có {f.Property}; ứng dụng bỏ qua nó. Sửa tên, hoặc đặt tên riêng bắt đầu bằng X-.", $"No standard has {f.Property}, and clients skip it. Correct the name, or begin a name of your own with X-."),
        ["wrong-version"] = f => new($"VERSION là “{f.Arguments[0]}”. Viết VERSION:2.0, phiên bản duy nhất của iCalendar.", $"VERSION is \"{f.Arguments[0]}\". Write VERSION:2.0, the only version of iCalendar."),
        ["wrong-calendar-scale"] = f => new($"CALSCALE là “{f.Arguments[0]}”; chỉ có GREGORIAN được định nghĩa. Đổi ngày sang dương lịch và viết CALSCALE:GREGORIAN.", $"CALSCALE is \"{f.Arguments[0]}\"; only GREGORIAN is defined. Convert the dates and write CALSCALE:GREGORIAN."),

        // Values.
        ["wrong-value-type"] = f => new($"{f.Property} không nhận VALUE={f.Arguments[0]}. Có: {f.Arguments[1]}.", $"{f.Property} takes no VALUE={f.Arguments[0]}. There are: {f.Arguments[1]}."),
        ["missing-value-type"] = f => new($"{f.Property} phải nêu kiểu: viết {f.Property};VALUE={f.Arguments[0]}:…", $"{f.Property} must name its type: write {f.Property};VALUE={f.Arguments[0]}:…"),
        ["date-without-value"] = f => new($"{f.Property} là một ngày nhưng không nói thế. Viết {f.Arguments[0]}", $"{f.Property} is a date and does not say so. Write {f.Arguments[0]}"),
        ["malformed-date"] = f => new($"{f.Property} không đọc được: “{f.Arguments[0]}”. Viết như {f.Arguments[1]}", $"{f.Property} cannot be read: \"{f.Arguments[0]}\". Write it like {f.Arguments[1]}"),
        ["impossible-date"] = f => new($"{f.Property} là ngày giờ không có: “{f.Arguments[0]}”. Xem lại ngày, tháng, giờ.", $"{f.Property} is a date or time that does not exist: \"{f.Arguments[0]}\". Look at day, month and time."),
        ["not-utc"] = f => new($"{f.Property} phải theo UTC, kết thúc bằng Z: “{f.Arguments[0]}”. Viết như {f.Arguments[1]}", $"{f.Property} must be in UTC and end in Z: \"{f.Arguments[0]}\". Write it like {f.Arguments[1]}"),
        ["malformed-duration"] = f => new($"{f.Property} không phải là khoảng thời gian: “{f.Arguments[0]}”. Viết như {f.Arguments[1]}", $"{f.Property} is no duration: \"{f.Arguments[0]}\". Write it like {f.Arguments[1]}"),
        ["malformed-number"] = f => new($"{f.Property} không nhận “{f.Arguments[0]}”. Viết một số nguyên: {f.Arguments[1]}.", $"{f.Property} does not take \"{f.Arguments[0]}\". Write a whole number: {f.Arguments[1]}."),
        ["malformed-utc-offset"] = f => new($"{f.Property} không phải là độ lệch so với UTC: “{f.Arguments[0]}”. Viết như +0700.", $"{f.Property} is no offset from UTC: \"{f.Arguments[0]}\". Write it like +0700."),
        ["relative-uri"] = f => new($"{f.Property} không phải là địa chỉ đầy đủ: “{f.Arguments[0]}”. Bắt đầu bằng https:// (hoặc mailto: cho người).", $"{f.Property} is no complete address: \"{f.Arguments[0]}\". Begin it with https:// (or mailto: for people)."),
        ["unescaped-text"] = f => new($"{f.Property} có dấu “{f.Arguments[0]}” trần ở “{f.Arguments[1]}”. Viết \\{f.Arguments[0]}", $"{f.Property} has a bare \"{f.Arguments[0]}\" at \"{f.Arguments[1]}\". Write \\{f.Arguments[0]}"),
        ["unknown-escape"] = f => new($"{f.Property} có “{f.Arguments[0]}” ở “{f.Arguments[1]}”; sau dấu \\ chỉ có \\ ; , n. Viết dấu \\ thường là \\\\.", $"{f.Property} has \"{f.Arguments[0]}\" at \"{f.Arguments[1]}\"; after a \\ go only \\ ; , n. Write a plain \\ as \\\\."),
        ["category-with-comma"] = f => new($"Một nhãn có dấu phẩy hoặc chấm phẩy: “{f.Arguments[0]}”; nhiều ứng dụng cắt nó làm hai. Thay bằng dấu khác, như /.", $"A category holds a comma or semicolon: \"{f.Arguments[0]}\"; many clients cut it in two. Use another sign, such as /."),
        ["unknown-color"] = f => new($"COLOR “{f.Arguments[0]}” không phải là tên màu CSS3. Viết như crimson hoặc steelblue.", $"COLOR \"{f.Arguments[0]}\" is no CSS3 name. Write one such as crimson or steelblue."),

        // Entries.
        ["duplicate-uid"] = f => new($"UID này đã có ở mục dòng {f.Arguments[0]}; ứng dụng chỉ giữ một trong hai. Cho mỗi mục một UID riêng.", $"The entry at line {f.Arguments[0]} has this UID already, and clients keep one of them. Give each entry its own UID."),
        ["no-sequence"] = f => new($"{f.Component} không có SEQUENCE; lần sửa sau có thể bị bỏ qua. Thêm SEQUENCE:0 và tăng 1 mỗi lần sửa.", $"{f.Component} has no SEQUENCE, and a later correction may be ignored. Add SEQUENCE:0 and count up with every change."),
        ["no-summary"] = f => new($"{f.Component} không có SUMMARY; người xem thấy “không có tiêu đề”. Thêm một tiêu đề.", $"{f.Component} has no SUMMARY, and readers see \"no title\". Add one."),
        ["unknown-status"] = f => new($"STATUS “{f.Arguments[0]}” không dùng cho {f.Component}. Có: {f.Arguments[1]}.", $"{f.Component} has no STATUS \"{f.Arguments[0]}\". There are: {f.Arguments[1]}."),
        ["unknown-transparency"] = f => new($"TRANSP không nhận “{f.Arguments[0]}”. Có: OPAQUE (bận), TRANSPARENT (rảnh).", $"TRANSP does not take \"{f.Arguments[0]}\". There are: OPAQUE (busy) and TRANSPARENT (free)."),
        ["all-day-opaque"] = _ => new("Mục cả ngày này làm người xem hiện là bận suốt ngày. Nếu không phải vậy, thêm TRANSP:TRANSPARENT.", "This all-day entry shows its readers as busy all day. Unless that is meant, add TRANSP:TRANSPARENT."),
        ["floating-time"] = f => new($"Giờ {f.Arguments[0]} không có múi giờ: mỗi người xem sẽ thấy một thời điểm khác. Thêm TZID với VTIMEZONE, hoặc viết theo UTC với Z.", $"The time {f.Arguments[0]} has no zone: it is another moment for every reader. Add TZID and its VTIMEZONE, or write UTC with Z."),
        ["end-type-differs"] = f => new($"Bắt đầu {f.Arguments[0]} và kết thúc {f.Arguments[1]} khác dạng. Viết cả hai là ngày, hoặc cả hai là giờ (cùng có hoặc cùng không có múi giờ).", $"The start {f.Arguments[0]} and the end {f.Arguments[1]} differ in form. Make both dates, or both times (both with or both without a zone)."),
        ["all-day-end-equals-start"] = f => new(
            $"Mục cả ngày kết thúc đúng ngày bắt đầu. DTEND là ngày sau ngày cuối: viết DTEND;VALUE=DATE:{f.Arguments[1]} cho một ngày.",
            $"The all-day entry ends on the day it starts. DTEND is the day after the last: write DTEND;VALUE=DATE:{f.Arguments[1]} for one day."),
        ["end-not-after-start"] = f => new($"{f.Property} {f.Arguments[1]} không sau DTSTART {f.Arguments[0]}. Sửa một trong hai.", $"{f.Property} {f.Arguments[1]} is not after DTSTART {f.Arguments[0]}. Correct one of them."),
        ["negative-duration"] = f => new($"DURATION âm: {f.Arguments[0]}. Một mục không thể kết thúc trước khi bắt đầu: bỏ dấu trừ.", $"DURATION is negative: {f.Arguments[0]}. Nothing ends before it starts: remove the minus."),
        ["end-and-duration"] = f => new($"Mục có cả {f.Arguments[0]} và DURATION. Giữ một.", $"The entry has both {f.Arguments[0]} and DURATION. Keep one."),
        ["duration-without-start"] = _ => new("DURATION cần DTSTART để tính từ đó. Thêm DTSTART hoặc dùng DUE.", "DURATION needs a DTSTART to count from. Add it, or use DUE."),
        ["all-day-duration-with-time"] = f => new($"Mục cả ngày có DURATION kèm giờ: {f.Arguments[0]}. Chỉ dùng ngày hoặc tuần, như P1D.", $"The all-day entry has a DURATION with a time: {f.Arguments[0]}. Use days or weeks alone, such as P1D."),
        ["link-without-relation"] = _ => new("LINK không nói nó để làm gì. Thêm LINKREL, như LINK;VALUE=URI;LINKREL=describedby:https://…", "The LINK does not say what it is for. Add LINKREL, as in LINK;VALUE=URI;LINKREL=describedby:https://…"),

        // Time zones.
        ["time-zone-not-defined"] = f => new($"Múi giờ “{f.Arguments[0]}” không có VTIMEZONE trong lịch, nên giờ có thể bị lệch. Thêm VTIMEZONE, hoặc viết giờ theo UTC.", $"The calendar has no VTIMEZONE for \"{f.Arguments[0]}\", so times may shift. Add one, or write the times in UTC."),
        ["needless-time-zone"] = f => new($"{f.Property} là ngày hoặc giờ UTC, không mang TZID “{f.Arguments[0]}”. Bỏ TZID, hoặc bỏ Z nếu là giờ địa phương.", $"{f.Property} is a date or in UTC and takes no TZID \"{f.Arguments[0]}\". Remove the TZID, or the Z if the time is local."),
        ["duplicate-time-zone"] = f => new($"Múi giờ “{f.Arguments[0]}” đã có ở dòng {f.Arguments[1]}. Giữ một VTIMEZONE.", $"The time zone \"{f.Arguments[0]}\" is defined at line {f.Arguments[1]} already. Keep one VTIMEZONE."),
        ["time-zone-without-observance"] = _ => new("VTIMEZONE không có STANDARD hay DAYLIGHT nào, nên không nói giờ lệch bao nhiêu. Thêm ít nhất một STANDARD.", "The VTIMEZONE has no STANDARD or DAYLIGHT and so says no offset. Add at least one STANDARD."),
        ["time-zone-start-not-local"] = f => new($"DTSTART của {f.Component} phải là giờ địa phương, không Z, không TZID: {f.Arguments[0]}. Viết như 19700101T000000.", $"DTSTART of {f.Component} must be local time without Z or TZID: {f.Arguments[0]}. Write it like 19700101T000000."),

        // Recurrence.
        ["malformed-recurrence"] = f => new($"{f.Property} có phần sai, thiếu hoặc lặp: “{f.Arguments[0]}”. Viết như FREQ=YEARLY;COUNT=10.", $"{f.Property} has a wrong, missing or repeated part: \"{f.Arguments[0]}\". Write it like FREQ=YEARLY;COUNT=10."),
        ["until-and-count"] = _ => new("Quy tắc lặp có cả UNTIL và COUNT. Giữ một.", "The rule has both UNTIL and COUNT. Keep one."),
        ["until-type-differs"] = f => new($"UNTIL={f.Arguments[0]} khác dạng với DTSTART. Viết như UNTIL={f.Arguments[1]}.", $"UNTIL={f.Arguments[0]} differs in form from DTSTART. Write it like UNTIL={f.Arguments[1]}."),
        ["yearly-on-leap-day"] = _ => new("Lặp hằng năm vào 29 tháng 2: năm thường có ứng dụng bỏ qua, có ứng dụng lấy 28/2 hoặc 1/3. Liệt kê từng ngày thành mục riêng.", "Every year on 29 February: in common years some clients skip it, others take 28 February or 1 March. List the days as entries of their own."),
        ["several-recurrences"] = f => new($"{f.Component} có hơn một RRULE; ứng dụng hiểu khác nhau. Tách thành các mục riêng.", $"{f.Component} has more than one RRULE, which clients take differently. Make several entries of it."),

        // Alarms.
        ["email-alarm"] = _ => new("Nhắc nhở kiểu EMAIL: ứng dụng bỏ qua, hoặc gửi thư thay mặt người đăng ký. Dùng ACTION:DISPLAY.", "An EMAIL alarm: clients ignore it, or send mail in the subscriber's name. Use ACTION:DISPLAY."),
        ["alarm-on-cancelled"] = _ => new("Mục đã hủy mà vẫn nhắc. Bỏ VALARM.", "The entry is cancelled and still rings. Remove the VALARM."),
        ["repeat-without-duration"] = f => new($"{f.Property} cần có {f.Arguments[0]} đi cùng. Thêm nó, hoặc bỏ {f.Property}.", $"{f.Property} needs {f.Arguments[0]} beside it. Add it, or remove {f.Property}."),
        ["alarm-without-anchor"] = f => new($"Nhắc nhở tính từ {f.Arguments[0]}, mà mục không có. Thêm {f.Arguments[0]} hoặc đổi RELATED.", $"The alarm counts from {f.Arguments[0]}, which the entry lacks. Add {f.Arguments[0]}, or change RELATED."),

        // Messages.
        ["method-in-feed"] = f => new($"METHOD:{f.Arguments[0]} biến tệp thành thư mời: đúng trong thư, sai trong lịch để đăng ký. Nếu là lịch đăng ký, bỏ METHOD.", $"METHOD:{f.Arguments[0]} makes this a message: right in a mail, wrong in a subscription, which clients then take for an invitation. For a feed remove it."),
        ["unknown-method"] = f => new($"METHOD “{f.Arguments[0]}” không có. Bỏ nó trong lịch đăng ký; trong thư dùng PUBLISH, REQUEST, CANCEL…", $"There is no METHOD \"{f.Arguments[0]}\". Remove it from a feed; in a mail use PUBLISH, REQUEST, CANCEL…"),
        ["message-without-organizer"] = f => new($"METHOD:{f.Arguments[0]} đòi mỗi mục có ORGANIZER. Thêm ORGANIZER:mailto:…, hoặc bỏ METHOD.", $"METHOD:{f.Arguments[0]} wants an ORGANIZER in every entry. Add ORGANIZER:mailto:…, or remove METHOD."),
        ["message-without-attendee"] = f => new($"METHOD:{f.Arguments[0]} đòi mỗi mục có ATTENDEE. Thêm ATTENDEE:mailto:…", $"METHOD:{f.Arguments[0]} wants an ATTENDEE in every entry. Add ATTENDEE:mailto:…"),
        ["publish-with-attendee"] = _ => new("METHOD:PUBLISH không mời ai: bỏ ATTENDEE, hoặc dùng METHOD:REQUEST.", "METHOD:PUBLISH invites nobody: remove ATTENDEE, or use METHOD:REQUEST."),
        ["cancel-without-sequence"] = _ => new("METHOD:CANCEL đòi SEQUENCE, lớn hơn số của lần trước; thiếu nó ứng dụng không hủy. Thêm SEQUENCE.", "METHOD:CANCEL wants a SEQUENCE greater than the last; without it clients do not cancel. Add it."),

        // The calendar as a feed.
        ["names-differ"] = f => new($"NAME “{f.Arguments[0]}” và X-WR-CALNAME “{f.Arguments[1]}” khác nhau: mỗi ứng dụng hiện một tên. Viết giống nhau.", $"NAME \"{f.Arguments[0]}\" and X-WR-CALNAME \"{f.Arguments[1]}\" differ: clients show one or the other. Make them equal."),
        ["refresh-not-positive"] = f => new($"REFRESH-INTERVAL là {f.Arguments[0]}. Viết một khoảng dương, như PT12H.", $"REFRESH-INTERVAL is {f.Arguments[0]}. Write a positive one, such as PT12H."),
        ["refreshes-differ"] = f => new($"REFRESH-INTERVAL {f.Arguments[0]} và X-PUBLISHED-TTL {f.Arguments[1]} khác nhau. Viết giống nhau.", $"REFRESH-INTERVAL {f.Arguments[0]} and X-PUBLISHED-TTL {f.Arguments[1]} differ. Make them equal."),
        ["calendar-uid"] = _ => new("Lịch có UID: hai lịch đăng ký cùng UID bị vài ứng dụng coi là một. Bỏ UID của VCALENDAR; giữ UID của từng mục.", "The calendar has a UID: some clients take two subscriptions with one UID for the same. Remove it from VCALENDAR; keep those of the entries."),
    };

    public static IReadOnlyCollection<string> Codes => _texts.Keys;

    /// <summary>Never throws: what is not there is told as an ellipsis, and no text speaks of more than two arguments.</summary>
    public static Text Of(Finding finding) => _texts.TryGetValue(finding.Code, out var text)
        ? text(finding with { Component = finding.Component.Length > 0 ? finding.Component : "…", Arguments = [.. finding.Arguments, "…", "…"] })
        : new Text($"Dòng này không đúng {finding.Source} ({finding.Code}). Xem lại theo tiêu chuẩn đó.", $"This line is not as {finding.Source} wants it ({finding.Code}). Compare it with that standard.");

    private static string Example(string property) => property + property switch
    {
        "UID" => ":7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "DTSTAMP" => ":20261122T060000Z",
        "DTSTART" => ";VALUE=DATE:20330921",
        "VERSION" => ":2.0",
        "PRODID" => ":-//Example//Calendar//EN",
        "ACTION" => ":DISPLAY",
        "TRIGGER" => ":-P1D",
        "ATTENDEE" => ":mailto:an@example.org",
        "TZID" => ":Asia/Ho_Chi_Minh",
        "TZOFFSETFROM" or "TZOFFSETTO" => ":+0700",
        _ => ":…",
    };
}
