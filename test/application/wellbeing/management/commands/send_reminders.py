from smtplib import SMTPException

from django.core.mail import EmailMessage, get_connection
from django.core.management.base import BaseCommand, CommandError

from coaching.coach import ask
from goals.models import Goal
from users.models import User


class Command(BaseCommand):
    help = "Mails users their open goals and a thought of the coach. Fails where either fails."

    def handle(self, *args, **options):
        recipients = (
            User.objects.filter(is_active=True, wants_reminders=True, goals__in=Goal.objects.open())
            .distinct()
            .order_by("pk")
        )
        if not recipients:
            self.stdout.write("Nobody has an open goal: nothing to send.")
            return

        failures = []
        thought = ask("One encouraging thought for people with open goals, in a sentence.")
        if not thought.available:
            failures.append(thought.text)
        closing = f"\n\n{thought.text}" if thought.available else ""

        messages = [reminder(user, closing) for user in recipients]
        try:
            sent = get_connection().send_messages(messages) or 0
            self.stdout.write(f"{sent} of {len(messages)} reminders sent.")
        except (OSError, SMTPException) as error:
            failures.append(f"The mail server did not take the reminders: {error}")

        if failures:
            raise CommandError(" ".join(failures))


def reminder(user, closing):
    goals = "\n".join(f"- {goal.title}" for goal in user.goals.open())
    return EmailMessage(
        subject="Your open goals",
        body=f"Hello {user.get_short_name() or user.get_username()},\n\n{goals}{closing}\n",
        to=[user.email],
    )
