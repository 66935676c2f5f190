using System.Net.Http.Headers;
using System.Text;

namespace Calendar.Server.Tests.Reminders.Mail;

/// <summary>Reports about a mail that was sent, as mail servers write them (RFC 3464) and hand them to a program.</summary>
public static class Bounces
{
    /// <summary>By the alias of a Postfix: behind the line of a mailbox file, with lines that end in LF.</summary>
    /// <param name="headersOnly">What is returned of the mail.</param>
    public static string Postfix(
        ReceivedMail mail, string action = "failed", string status = "5.1.1", bool headersOnly = false,
        string diagnostic = "smtp; 550 5.1.1 <RECIPIENT>: Recipient address rejected: User\n    unknown in virtual mailbox table") => $"""
        From MAILER-DAEMON  Fri Jan  8 08:01:02 2027
        Return-Path: <>
        X-Original-To: bounces@calendar.example
        Delivered-To: bounces@calendar.example
        Received: by mail.calendar.example (Postfix)
        	id 4F1D21F0A2; Fri,  8 Jan 2027 08:01:02 +0700 (+07)
        Date: Fri,  8 Jan 2027 08:01:02 +0700 (+07)
        From: MAILER-DAEMON@mail.calendar.example (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: bounces@calendar.example
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        	boundary="3E2A01F09F.1799370062/mail.calendar.example"
        Message-Id: <20270108010102.4F1D21F0A2@mail.calendar.example>

        This is a MIME-encapsulated message.

        --3E2A01F09F.1799370062/mail.calendar.example
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        This is the mail system at host mail.calendar.example.

        I'm sorry to have to inform you that your message could not
        be delivered to one or more recipients. It's attached below.

        --3E2A01F09F.1799370062/mail.calendar.example
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mail.calendar.example
        X-Postfix-Queue-ID: 3E2A01F09F
        X-Postfix-Sender: rfc822; bounces@calendar.example
        Arrival-Date: Fri,  8 Jan 2027 08:00:00 +0700 (+07)

        Final-Recipient: rfc822; {mail.To.Single()}
        Original-Recipient: rfc822;{mail.To.Single()}
        Action: {action}
        Status: {status}
        Remote-MTA: dns; mx.example.org
        Diagnostic-Code: {diagnostic.Replace("RECIPIENT", mail.To.Single(), StringComparison.Ordinal)}

        --3E2A01F09F.1799370062/mail.calendar.example
        Content-Description: Undelivered Message{(headersOnly ? " Headers" : "")}
        Content-Type: {(headersOnly ? "text/rfc822-headers" : "message/rfc822")}

        Return-Path: <bounces@calendar.example>
        {(headersOnly ? HeadersOf(mail) : TextOf(mail)).ReplaceLineEndings("\n")}
        --3E2A01F09F.1799370062/mail.calendar.example--

        """.ReplaceLineEndings("\n");

    public static string Exim(ReceivedMail mail, bool headersOnly = false) => $"""
        Return-path: <>
        Envelope-to: bounces@calendar.example
        Received: from Debian-exim by mail.calendar.example with local (Exim 4.96)
        	id 1tVaXk-0001Yz-2b for bounces@calendar.example; Fri, 08 Jan 2027 08:00:04 +0700
        X-Failed-Recipients: {mail.To.Single()}
        Auto-Submitted: auto-replied
        From: Mail Delivery System <Mailer-Daemon@mail.calendar.example>
        To: bounces@calendar.example
        Content-Type: multipart/report; report-type=delivery-status; boundary=1799370004-eximdsn-804289383
        MIME-Version: 1.0
        Subject: Mail delivery failed: returning message to sender
        Message-Id: <E1tVaXk-0001Yz-2b@mail.calendar.example>

        --1799370004-eximdsn-804289383
        Content-type: text/plain; charset=us-ascii

        This message was created automatically by mail delivery software.

        --1799370004-eximdsn-804289383
        Content-type: message/delivery-status

        Reporting-MTA: dns; mail.calendar.example

        Action: failed
        Final-Recipient: rfc822;{mail.To.Single()}
        Status: 5.0.0
        Remote-MTA: dns; mx.example.org
        Diagnostic-Code: smtp; 550 No such mailbox here

        --1799370004-eximdsn-804289383
        Content-type: {(headersOnly ? "text/rfc822-headers" : "message/rfc822")}

        {(headersOnly ? HeadersOf(mail) : TextOf(mail))}
        --1799370004-eximdsn-804289383--

        """.ReplaceLineEndings("\r\n");

    public static string Exchange(ReceivedMail mail) => $"""
        From: Microsoft Outlook <postmaster@hoi.example>
        To: <bounces@calendar.example>
        Date: Fri, 8 Jan 2027 01:00:09 +0000
        Content-Type: multipart/report; report-type=delivery-status;
        	boundary="5d2f1c1e-0c3a-4a77-9f43-2f1f9ad1f7ce"
        X-MS-Exchange-Message-Is-Ndr:
        Content-Language: en-US
        Message-ID: <9b1c4c1d-7f5e-4b52-a5d3-7a2b9b7d7f10@SG2PR01MB0001.apcprd01.prod.exchangelabs.com>
        In-Reply-To: <{mail.Message().MessageId}>
        References: <{mail.Message().MessageId}>
        Subject: Undeliverable: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes("Nhắc việc"))}?=
        Auto-Submitted: auto-replied
        MIME-Version: 1.0

        --5d2f1c1e-0c3a-4a77-9f43-2f1f9ad1f7ce
        Content-Type: multipart/alternative; differences=Content-Type;
        	boundary="a1c7a0bb-0a1f-4f0e-8a0b-6f0f2b6c2f1d"

        --a1c7a0bb-0a1f-4f0e-8a0b-6f0f2b6c2f1d
        Content-Type: text/plain; charset="us-ascii"
        Content-Transfer-Encoding: quoted-printable

        Your message couldn't be delivered. Despite repeated attempts =
        the recipient's address was not found.

        --a1c7a0bb-0a1f-4f0e-8a0b-6f0f2b6c2f1d
        Content-Type: text/html; charset="us-ascii"
        Content-Transfer-Encoding: quoted-printable

        <html><body><p>Your message couldn't be delivered.</p></body></html>

        --a1c7a0bb-0a1f-4f0e-8a0b-6f0f2b6c2f1d--

        --5d2f1c1e-0c3a-4a77-9f43-2f1f9ad1f7ce
        Content-Type: message/delivery-status

        Reporting-MTA: dns;SG2PR01MB0001.apcprd01.prod.exchangelabs.com
        Received-From-MTA: dns;mail.calendar.example
        Arrival-Date: Fri, 8 Jan 2027 01:00:05 +0000

        Final-Recipient: rfc822;{mail.To.Single()}
        Action: failed
        Status: 5.1.10
        Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {mail.To.Single()} not found by SMTP address lookup
        X-Display-Name: =?iso-8859-17?Q?V=E3n_ph=F2ng?=

        --5d2f1c1e-0c3a-4a77-9f43-2f1f9ad1f7ce
        Content-Type: message/rfc822

        Received: from mail.calendar.example (203.0.113.7) by SG2PR01MB0001.apcprd01.prod.exchangelabs.com
        {TextOf(mail)}
        --5d2f1c1e-0c3a-4a77-9f43-2f1f9ad1f7ce--

        """.ReplaceLineEndings("\r\n");

    /// <param name="returns">Nothing of the mail where it was too large: its status names it.</param>
    public static string Google(ReceivedMail mail, bool returns = true) => $"""
        Return-Path: <>
        MIME-Version: 1.0
        From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
        To: bounces@calendar.example
        Auto-Submitted: auto-replied
        Subject: Delivery Status Notification (Failure)
        Message-ID: <677dd0a9.170a0220.1b2c3d.4e5f.GMR@mx.google.com>
        Content-Type: multipart/report; boundary="000000000000d1b0f8062b2a4f5e"; report-type=delivery-status

        --000000000000d1b0f8062b2a4f5e
        Content-Type: multipart/related; boundary="000000000000d1c1a4062b2a4f66"

        --000000000000d1c1a4062b2a4f66
        Content-Type: multipart/alternative; boundary="000000000000d1c1ac062b2a4f67"

        --000000000000d1c1ac062b2a4f67
        Content-Type: text/plain; charset="UTF-8"

        ** Address not found **

        --000000000000d1c1ac062b2a4f67
        Content-Type: text/html; charset="UTF-8"

        <html><body><img src="cid:icon.png">Address not found</body></html>

        --000000000000d1c1ac062b2a4f67--
        --000000000000d1c1a4062b2a4f66
        Content-Type: image/png; name="icon.png"
        Content-Disposition: attachment; filename="icon.png"
        Content-Transfer-Encoding: base64
        Content-ID: <icon.png>

        iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
        --000000000000d1c1a4062b2a4f66--
        --000000000000d1b0f8062b2a4f5e
        Content-Type: message/delivery-status

        Reporting-MTA: dns; googlemail.com
        Received-From-MTA: dns; bounces@calendar.example
        Arrival-Date: Thu, 07 Jan 2027 17:00:08 -0800 (PST)
        X-Original-Message-ID: <{mail.Message().MessageId}>

        Final-Recipient: rfc822; {mail.To.Single()}
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mx.example.org. (198.51.100.26, the server for the domain example.org.)
        Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try
         550-5.1.1 double-checking the recipient's email address for typos or
         550 5.1.1 unnecessary spaces. d9443c01a7336-21a9f5 - gsmtp
        Last-Attempt-Date: Thu, 07 Jan 2027 17:00:09 -0800 (PST)

        {(returns ? $"--000000000000d1b0f8062b2a4f5e\nContent-Type: message/rfc822\n\n{TextOf(mail)}" : "")}
        --000000000000d1b0f8062b2a4f5e--

        """.ReplaceLineEndings("\r\n");

    /// <summary>About a mail of this Message-ID, with nothing that is not needed.</summary>
    public static string Plain(string messageId) => $"""
        Content-Type: multipart/report; boundary=b

        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org

        Action: failed
        Status: 5.0.0

        --b
        Content-Type: text/rfc822-headers

        Message-ID: <{messageId}>
        --b--

        """.ReplaceLineEndings("\n");

    /// <summary>One octet a character.</summary>
    public static Task<Reply> PostMailAsync(this CalendarService service, string path, string mail, string token) => service.SendAsync(
        "POST", path, new ByteArrayContent(Encoding.Latin1.GetBytes(mail)) { Headers = { ContentType = MediaTypeHeaderValue.Parse("message/rfc822") } }, CalendarService.Bearer(token));

    private static string TextOf(ReceivedMail mail) => Encoding.Latin1.GetString(mail.Raw);

    private static string HeadersOf(ReceivedMail mail) => TextOf(mail) is var text ? text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)] : "";
}
