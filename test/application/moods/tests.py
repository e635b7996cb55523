from importlib import import_module

from django.apps import apps
from django.test import TestCase

from moods.models import CheckIn, MoodKind
from users.models import User

fill_mood_kinds = import_module("moods.migrations.0002_fill_mood_kinds")


class MoodTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada = User.objects.create_user("ada", "ada@wellbeing.example")
        cls.calm = MoodKind.objects.get(slug="calm")  # a migration made it

    def test_it_asks_for_a_login(self):
        self.assertRedirects(self.client.get("/moods/"), "/login/?next=/moods/")

    def test_a_check_in_is_shown(self):
        self.client.force_login(self.ada)
        response = self.client.post(
            "/moods/new/", {"kind": self.calm.pk, "note": "Tea"}, follow=True
        )
        self.assertContains(response, "<title>Moods – Wellbeing</title>", html=True)
        self.assertContains(response, "<td>Tea</td>", html=True)

    def test_the_way_back_of_the_migration_keeps_kinds_in_use(self):
        CheckIn.objects.create(user=self.ada, kind=self.calm)
        fill_mood_kinds.remove_unused(apps, None)
        self.assertEqual(list(MoodKind.objects.all()), [self.calm])
