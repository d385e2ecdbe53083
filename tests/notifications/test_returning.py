"""What comes back from mail systems: which message it is about, what it means, and that nobody can misuse it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.audit.models import Event
from tallystick.cli import receive_mail
from tallystick.core.errors import NotFound, Refused
from tallystick.directory.models import Person
from tallystick.notifications.models import AddressState, Message
from tallystick.notifications.reports import MOST_BYTES, Verdict, read_report
from tallystick.notifications.returning import Effect, take_report
from tallystick.notifications.sending import send_due
from tallystick.notifications.states import AddressTrouble
from tallystick.notifications.states import MessageStatus as S
from tests import factories as make

V = Verdict
UNKNOWN = "bounces+00000000-0000-7000-8000-000000000000@northbuild.com"


def dsn(
    action="failed", status="5.1.1", diagnostic="smtp; 550 5.1.1 <gone@apex.com>: No such user", to="x@y.com"
) -> bytes:
    """A report as Postfix writes it (RFC 3464)."""
    return dedent(
        f"""\
        Return-Path: <>
        From: MAILER-DAEMON@mx.apex.com (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: {to}
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

        --b1
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        This is the mail system at host mx.apex.com.

        --b1
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.apex.com
        Arrival-Date: Tue, 10 Mar 2026 09:00:00 +1100

        Final-Recipient: rfc822; somebody.else@elsewhere.com
        Original-Recipient: rfc822;gone@apex.com
        Action: {action}
        Status: {status}
        Diagnostic-Code: {diagnostic}

        --b1
        Content-Description: Undelivered Message
        Content-Type: message/rfc822

        From: claims@northbuild.com
        To: gone@apex.com
        Message-ID: <00000000-0000-7000-8000-000000000000@northbuild.com>
        Subject: 5.1.1 550 5.1.1

        5.1.1 Footings
        --b1--
        """
    ).encode()


QMAIL = b"""\
Return-Path: <>
From: MAILER-DAEMON@mx.apex.com
Subject: failure notice

Hi. This is the qmail-send program at mx.apex.com.
I'm afraid I wasn't able to deliver your message to the following addresses.

<gone@apex.com>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

From: claims@northbuild.com
4.2.1 Slab
"""
EXIM = b"""\
Return-Path: <>
X-Failed-Recipients: gone@apex.com
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.apex.com>
Subject: Mail delivery failed: returning message to sender

A message that you sent could not be delivered to one or more of its recipients.

  gone@apex.com
    SMTP error from remote mail server after RCPT TO:<gone@apex.com>:
    550 5.1.1 Recipient address rejected: User unknown

------ This is a copy of the message, including all the headers. ------

From: claims@northbuild.com
"""
EXIM_UNROUTEABLE = EXIM.replace(
    b"SMTP error from remote mail server after RCPT TO:<gone@apex.com>:\n"
    b"    550 5.1.1 Recipient address rejected: User unknown",
    b"Unrouteable address",
)
COPY_ONLY = b"""\
From: MAILER-DAEMON@mx.apex.com
Subject: Problem

Something was not right.

----- Original message -----
550 5.1.1 Footings
"""
AWAY = b"""\
Return-Path: <>
From: Carl Contact <carl@apex.com>
Subject: Automatic reply: your claim
Auto-Submitted: auto-replied

I am away until Monday. Call 0412 550 123, or visit 550 George Street.
The user unknown to you will not be found.
"""
COMPLAINT = b"""\
From: feedback@mx.apex.com
Subject: FW: your mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="f"

--f
Content-Type: text/plain

This is a complaint.

--f
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Loop/1
Version: 1

--f--
"""


class TestReading:
    """What a report says."""

    @pytest.mark.parametrize(
        ("content", "verdict"),
        [
            (dsn(), V.NO_SUCH_ADDRESS),
            (dsn(status="5.2.1", diagnostic="smtp; 550 disabled"), V.NO_SUCH_ADDRESS),
            (dsn(status="5.4.1", diagnostic="smtp; 550 5.4.1 Recipient address rejected"), V.NO_SUCH_ADDRESS),
            (dsn(status="5.0.0", diagnostic="smtp; 550 User unknown"), V.NO_SUCH_ADDRESS),
            (dsn(status="5.0.0", diagnostic="smtp; 550 5.7.1 Spam"), V.REFUSED),
            (dsn(status="5.0.0", diagnostic="X-Postfix; gave up"), V.REFUSED),
            (dsn(status="", diagnostic="smtp; 552 too large"), V.REFUSED),
            (dsn(status="5.2.2", diagnostic="smtp; 552 5.2.2 Mailbox full"), V.REFUSED),
            (dsn(status="5.7.1", diagnostic="smtp; 550 5.7.1 Not allowed"), V.REFUSED),
            (dsn(status="4.4.7", diagnostic="smtp; delivery time expired"), V.REFUSED),
            (dsn("delayed", "4.4.1", "smtp; connection timed out"), V.DELAYED),
            (dsn("relayed", "2.0.0", "smtp; 250 ok"), V.DELIVERED),
            (dsn("Delivered", "2.0.0", "smtp; 250 ok"), V.DELIVERED),
            (dsn("invented", "5.1.1"), V.NO_REPORT),
            (QMAIL, V.NO_SUCH_ADDRESS),
            (EXIM, V.NO_SUCH_ADDRESS),
            (EXIM_UNROUTEABLE, V.NO_SUCH_ADDRESS),
            (EXIM.replace(b"550 5.1.1", b"452 4.2.2"), V.DELAYED),
            (EXIM.replace(b"550 5.1.1", b"550 5.7.1"), V.REFUSED),
            (COPY_ONLY, V.NO_REPORT),
            (AWAY, V.AUTOMATIC),
            (COMPLAINT, V.COMPLAINT),
            (COMPLAINT.replace(b": abuse", b": not-spam"), V.NO_REPORT),
            (b"From: Carl <carl@apex.com>\n\nMy address is 550 5.1.1 Lane.\n", V.NO_REPORT),
            (b"", V.NO_REPORT),
            (b"\xff\xfe\x00" * 100, V.NO_REPORT),
        ],
    )
    def test_it_is_understood(self, content, verdict):
        for one in (content, content.replace(b"\n", b"\r\n")):
            assert read_report(one).verdict is verdict

    def test_what_was_said_is_kept_on_one_line(self):
        report = read_report(dsn(diagnostic="smtp; 550 5.1.1 <gone@apex.com>:\n         No such user"))
        assert report.said == "550 5.1.1 <gone@apex.com>: No such user"
        assert len(read_report(dsn(diagnostic="smtp; 550 5.1.1 " + "x" * 5000)).said) <= 500

    def test_of_several_recipients_the_worst_counts(self):
        two = dsn("delivered", "2.0.0", "smtp; 250 ok").replace(
            b"\n--b1\nContent-Description: Undelivered",
            b"\nFinal-Recipient: rfc822; b@apex.com\nAction: failed\nStatus: 5.1.1\n"
            b"\n--b1\nContent-Description: Undelivered",
        )
        assert read_report(two).verdict is V.NO_SUCH_ADDRESS

    def test_a_report_that_ends_in_the_middle_is_read_as_far_as_it_goes(self):
        whole = dsn()
        cut = whole[: whole.index(b"Content-Description: Undelivered")]
        assert read_report(cut).verdict is V.NO_SUCH_ADDRESS

    def test_what_is_made_to_break_a_parser_does_not(self):
        head = b"From: MAILER-DAEMON@x.com\nContent-Type: multipart/mixed; boundary=b0\n\n"
        nested = head + b"".join(
            b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(6000)
        )
        wide = head + b"--b0\nContent-Type: text/plain\n\nx\n" * 20_000
        lines = b"X: y\n" * 60_000
        long = b"Content-Type: multipart/report; report-type=" + b"a" * 300_000
        for content in (nested, wide, lines, long, b"a: " + b"\n " * 100_000, b"(" * 300_000):
            assert isinstance(read_report(content).verdict, Verdict)

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 1200), st.binary(max_size=12))
    def test_no_change_of_a_report_raises(self, place, noise):
        whole = dsn()
        read_report(whole[:place] + noise + whole[place:])
        read_report(noise + whole[place:])


@pytest.fixture
def sent(mail_server, write, settings):
    """A message that the mail server took, and the address to which a report of it goes."""
    settings.MAIL_BOUNCES = "bounces@northbuild.com"
    person = make.make_person(name="Gus Gone", email="gus@apex.com")
    make.make_account_admin(person.account, "Bea Boss")
    (message,) = write(person)
    send_due()
    message.refresh_from_db()
    assert message.status == S.SENT
    return message


def address(message) -> str:
    return f"bounces+{message.pk}@northbuild.com"


@pytest.mark.django_db
class TestTaking:
    """What is done with it."""

    def test_a_permanent_failure_marks_the_message_and_the_address_that_it_went_to(self, sent):
        taken = take_report(dsn(), address(sent))
        assert taken.effect is Effect.SUPPRESSED
        sent.refresh_from_db()
        assert (sent.status, sent.reason) == (
            S.FAILED,
            "It came back: the mail server of the address does not know it.",
        )
        assert sent.last_answer == "550 5.1.1 <gone@apex.com>: No such user"
        assert list(AddressState.objects.values_list("address", flat=True)) == ["gus@apex.com"]
        told = Message.objects.get(event="address.suppressed")
        assert told.name == "Bea Boss"
        assert Event.objects.filter(name="message.came_back").count() == 1

    def test_the_same_report_again_changes_nothing(self, sent):
        take_report(dsn(), address(sent))
        take_report(dsn(diagnostic="smtp; 550 5.1.1 again"), address(sent))
        sent.refresh_from_db()
        assert "No such user" in sent.last_answer
        assert Event.objects.filter(name="message.came_back").count() == 1
        assert Message.objects.filter(event="address.suppressed").count() == 1

    def test_what_another_message_might_pass_leaves_the_address_as_it_is(self, sent):
        assert (
            take_report(dsn(status="5.7.1", diagnostic="smtp; 550 5.7.1 No"), address(sent)).effect
            is Effect.FAILED
        )
        sent.refresh_from_db()
        assert sent.status == S.FAILED and not AddressState.objects.exists()

    def test_a_delay_is_only_noted(self, sent):
        taken = take_report(dsn("delayed", "4.4.1", "smtp; timed out"), address(sent))
        assert taken.effect is Effect.NOTED
        sent.refresh_from_db()
        assert (sent.status, sent.last_answer) == (S.SENT, "4.4.1 timed out")

    def test_a_complaint_is_one(self, sent):
        take_report(COMPLAINT, address(sent))
        assert AddressState.objects.get().trouble == AddressTrouble.COMPLAINED

    def test_replies_that_nobody_wrote_and_all_else_are_dropped(self, sent):
        for content in (AWAY, b"From: a@b.com\n\nPlease pay me.\n"):
            assert take_report(content, address(sent)).effect is Effect.DROPPED
        sent.refresh_from_db()
        assert sent.status == S.SENT and not AddressState.objects.exists()

    @pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "Envelope-To", "To"])
    def test_without_a_recipient_its_headers_say_whom_it_was_for(self, sent, name):
        content = f"{name}: <{address(sent)}>\n".encode() + dsn().replace(b"To: x@y.com\n", b"")
        assert take_report(content).message == sent

    def test_nothing_inside_a_report_names_the_message(self, sent):
        inside = dsn().replace(b"00000000-0000-7000-8000-000000000000", str(sent.pk).encode())
        inside = inside.replace(
            b"To: gone@apex.com", f"To: {address(sent)}\nDelivered-To: {address(sent)}".encode()
        )
        for recipient in ("", "bounces@northbuild.com"):
            with pytest.raises(NotFound):
                take_report(inside, recipient)

    def test_unknown_and_wrong_addresses_are_answered(self, sent):
        number = str(sent.pk)
        for wrong in (
            "bounces+00000000-0000-7000-8000-000000000000@northbuild.com",
            f"bounces+{number}@elsewhere.com",
            f"xbounces+{number}@northbuild.com",
            f"bounces+{number}0@northbuild.com",
            f"bounces+{number}@northbuild.com.evil.com",
            "bounces+@northbuild.com",
            "'; DROP TABLE",
        ):
            with pytest.raises(NotFound, match="no message for this address"):
                take_report(dsn(), wrong)
        assert not AddressState.objects.exists()

    def test_without_an_address_for_reports_there_are_none(self, sent, settings):
        settings.MAIL_BOUNCES = ""
        with pytest.raises(Refused, match="TALLYSTICK_MAIL_BOUNCES"):
            take_report(dsn(), address(sent))

    def test_a_report_that_is_quicker_than_the_server_s_last_word_stands(self, sent):
        from tallystick.notifications import sending

        Message.objects.filter(pk=sent.pk).update(status=S.QUEUED)
        taken = sending.take()
        take_report(dsn(), address(sent))
        sending._finish(taken, status=S.SENT)
        sent.refresh_from_db()
        assert sent.status == S.FAILED


@pytest.mark.django_db
class TestCommand:
    """``bin/tallystick receive-mail`` as a mail system calls it."""

    @pytest.fixture
    def run(self, monkeypatch, capsys):
        """Hand it a mail; its exit code and what it says."""

        def ran(content: bytes, *arguments: str, **environment: str) -> tuple[int, str]:
            class Pipe:
                buffer = io.BytesIO(content)

            monkeypatch.setattr("sys.stdin", Pipe())
            for name in receive_mail.RECIPIENT_VARIABLES:
                monkeypatch.delenv(name, raising=False)
            for name, value in environment.items():
                monkeypatch.setenv(name, value)
            code = receive_mail.main(list(arguments))
            assert not Pipe.buffer.read(), "the pipe is read to its end"
            said = capsys.readouterr()
            return code, said.out + said.err

        return ran

    def test_it_takes_a_report_in(self, sent, run):
        code, said = run(dsn() + b"x" * 3 * MOST_BYTES, ORIGINAL_RECIPIENT=address(sent))
        assert code == 0 and "nothing more is sent to its address" in said
        sent.refresh_from_db()
        assert sent.status == S.FAILED

    def test_the_whole_way_of_what_comes_back(self, sent, run, mail_server, write):
        (arrived,) = mail_server.arrived()
        code, _ = run(dsn(to=arrived["X-From"]), "--to", arrived["X-From"])
        assert code == 0
        send_due()
        told = mail_server.arrived()[-1]
        assert told["X-To"] == Person.objects.get(name="Bea Boss").email
        assert sent.address in told["Subject"]
        (next_one,) = write(sent.person, key="the next")
        send_due()
        assert next_one.status == S.SUPPRESSED and len(mail_server.arrived()) == 2
        boss = make.signed_in(Person.objects.get(name="Bea Boss"))
        assert "Takes no mail" in boss.get(f"/people/{sent.person_id}").content.decode()
        (state,) = AddressState.objects.all()
        boss.post(f"/suppressed-addresses/{state.pk}/release")
        write(sent.person, key="once more")
        send_due()
        assert mail_server.arrived()[-1]["X-To"] == sent.address

    def test_it_answers_as_mail_systems_understand(self, sent, run, settings):
        code, said = run(dsn(), "--to", UNKNOWN)
        assert code == 67 and "There is no message for this address." in said
        assert run(b"")[0] == 65
        settings.MAIL_BOUNCES = ""
        code, said = run(dsn(), RECIPIENT=address(sent))
        assert code == 75 and "TALLYSTICK_MAIL_BOUNCES is not set" in said

    def test_a_maildir_is_emptied_once(self, sent, run, tmp_path):
        for name in ("new", "cur", "tmp"):
            (tmp_path / name).mkdir()
        (tmp_path / "new" / "1.eml").write_bytes(f"Delivered-To: {address(sent)}\n".encode() + dsn())
        (tmp_path / "new" / "2.eml").write_bytes(dsn())
        code, said = run(b"", "--maildir", str(tmp_path))
        assert code == 67
        assert "1.eml: " in said and "2.eml: There is no message for this address." in said
        assert sorted(path.name for path in (tmp_path / "cur").iterdir()) == ["1.eml:2,S", "2.eml:2,S"]
        assert list((tmp_path / "new").iterdir()) == []
        assert AddressState.objects.count() == 1
        assert run(b"", "--maildir", str(tmp_path)) == (0, "")
        code, said = run(b"", "--maildir", str(tmp_path / "cur"))
        assert code == 65 and "is no maildir" in said

    def test_what_has_to_wait_stays_in_the_maildir(self, sent, run, tmp_path, settings):
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "1.eml").write_bytes(dsn())
        settings.MAIL_BOUNCES = ""
        assert run(b"", "--maildir", str(tmp_path))[0] == 75
        assert [path.name for path in (tmp_path / "new").iterdir()] == ["1.eml"]


def test_a_database_or_a_setting_that_is_wrong_leaves_the_report_with_the_mail_system(tmp_path):
    for wrong, said in (({}, b"try again later"), ({"TALLYSTICK_HTTPS": "perhaps"}, b"TALLYSTICK_HTTPS")):
        reply = subprocess.run(
            [sys.executable, "-m", "tallystick.cli", "receive-mail", "--to", UNKNOWN],
            input=dsn(),
            capture_output=True,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(sys.path),
                "TALLYSTICK_DATA": str(tmp_path),
                "TALLYSTICK_MAIL_BOUNCES": "bounces@northbuild.com",
                **wrong,
            },
            check=False,
        )
        assert (reply.returncode, said in reply.stderr) == (75, True), reply.stderr
