from django.test import TestCase
from django.utils import timezone

from goals.models import Goal
from users.models import User


class GoalTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada = User.objects.create_user("ada", "ada@wellbeing.example")

    def test_it_asks_for_a_login(self):
        self.assertRedirects(self.client.get("/goals/"), "/login/?next=/goals/")

    def test_goals_are_shown_with_their_milestones(self):
        self.ada.goals.create(title="Walk").milestones.create(position=1, title="Buy shoes")
        self.client.force_login(self.ada)
        response = self.client.get("/goals/")
        self.assertContains(response, "<title>Goals – Wellbeing</title>", html=True)
        self.assertContains(response, "Buy shoes")

    def test_what_is_reached_or_paused_is_not_open(self):
        walk = self.ada.goals.create(title="Walk")
        self.ada.goals.create(title="Swim", paused_at=timezone.now())
        self.ada.goals.create(title="Sleep", reached_at=timezone.now())
        self.assertEqual(list(Goal.objects.open()), [walk])
