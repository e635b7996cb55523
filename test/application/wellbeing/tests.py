import os
import subprocess
import sys
from io import StringIO

from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import SimpleTestCase, TestCase, override_settings
from django.urls import reverse

from coaching.tests import coach_that_answers
from goals.models import GoalTemplate
from journal.models import Entry
from moods.models import MoodKind
from users.models import User


def run(*arguments, **options):
    output = StringIO()
    call_command(*arguments, stdout=output, **options)
    return output.getvalue()


class SettingsTests(SimpleTestCase):
    def test_a_missing_variable_is_named(self):
        for name in ["SECRET_KEY", "DATABASE_URL"]:
            with self.subTest(name):
                started = subprocess.run(
                    [sys.executable, "-c", "import wellbeing.settings"],
                    cwd=settings.BASE_DIR,
                    env={**os.environ, name: ""},
                    capture_output=True,
                    text=True,
                )
                self.assertEqual(started.returncode, 1)
                self.assertIn(f"variable {name} is not set", started.stderr)


class PublicPageTests(TestCase):
    def test_home_is_open_to_everybody(self):
        response = self.client.get("/")
        self.assertContains(response, "<title>Wellbeing</title>", html=True)

    def test_health_is_ok_with_a_database(self):
        response = self.client.get("/health/")
        self.assertEqual((response.status_code, response.json()), (200, {"database": "ok"}))

    def test_health_is_503_without_a_database(self):
        def refuse(*args):
            raise OperationalError("connection refused")

        with connection.execute_wrapper(refuse):
            response = self.client.get("/health/")
        self.assertEqual(response.status_code, 503)


class DashboardTests(TestCase):
    def test_it_asks_for_a_login(self):
        self.assertRedirects(self.client.get("/dashboard/"), "/login/?next=/dashboard/")

    def test_it_shows_what_the_user_has(self):
        run("make_sample_data", users=2)
        self.client.force_login(User.objects.get(username="demo"))
        response = self.client.get(reverse("dashboard"))
        self.assertContains(response, "<title>Dashboard – Wellbeing</title>", html=True)
        self.assertContains(response, "<li>10 journal entries</li>", html=True)


class InitialDataTests(TestCase):
    def test_loading_twice_changes_nothing(self):
        self.assertIn("goal_templates.json: 4 created", run("load_initial_data"))
        before = list(GoalTemplate.objects.values())
        self.assertIn("goal_templates.json: 0 created, 0 updated", run("load_initial_data"))
        self.assertEqual(list(GoalTemplate.objects.values()), before)

    def test_what_differs_is_brought_up_to_date(self):
        MoodKind.objects.filter(slug="calm").update(name="Clam")
        self.assertIn("mood_kinds.json: 0 created, 1 updated", run("load_initial_data"))
        self.assertEqual(MoodKind.objects.get(slug="calm").name, "Calm")


class SampleDataTests(TestCase):
    def test_the_content_is_the_same_every_time(self):
        run("make_sample_data", users=2)
        first = list(Entry.objects.values_list("author__username", "title", "text", "written_at"))
        User.objects.all().delete()
        run("make_sample_data", users=2)
        again = list(Entry.objects.values_list("author__username", "title", "text", "written_at"))
        self.assertEqual(first, again)

    def test_demo_logs_in_with_the_password_given(self):
        run("make_sample_data", users=1, demo_password="walk-in-the-rain")
        self.assertTrue(self.client.login(username="demo", password="walk-in-the-rain"))


class ReminderTests(TestCase):
    def setUp(self):
        run("make_sample_data", users=2)

    def test_every_user_with_an_open_goal_gets_a_mail(self):
        with coach_that_answers("Keep going."):
            self.assertIn("2 of 2 reminders sent", run("send_reminders"))
        self.assertEqual(mail.outbox[0].to, ["demo@wellbeing.example"])
        self.assertIn("Keep going.", mail.outbox[0].body)

    @override_settings(COACH_API_KEY="")
    def test_it_fails_without_a_coach(self):
        with self.assertRaisesMessage(CommandError, "The coach is unavailable"):
            run("send_reminders")

    @override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=1,
    )
    def test_it_fails_without_a_mail_server(self):
        with coach_that_answers("Keep going."):
            with self.assertRaisesMessage(CommandError, "The mail server did not take"):
                run("send_reminders")
