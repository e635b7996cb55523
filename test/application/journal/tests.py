from django.test import TestCase

from journal.models import Entry, Tag
from users.models import User


class JournalTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada = User.objects.create_user("ada", "ada@wellbeing.example")
        cls.bob = User.objects.create_user("bob", "bob@wellbeing.example")

    def test_it_asks_for_a_login(self):
        self.assertRedirects(self.client.get("/journal/"), "/login/?next=/journal/")
        self.assertRedirects(self.client.get("/journal/new/"), "/login/?next=/journal/new/")

    def test_it_shows_own_entries_alone(self):
        Entry.objects.create(author=self.ada, title="A walk", text="Sun.")
        Entry.objects.create(author=self.bob, title="A secret", text="Hush.")
        self.client.force_login(self.ada)
        response = self.client.get("/journal/")
        self.assertContains(response, "<title>Journal – Wellbeing</title>", html=True)
        self.assertContains(response, "A walk")
        self.assertNotContains(response, "A secret")

    def test_a_new_entry_belongs_to_its_writer(self):
        tag = Tag.objects.create(name="nature")
        self.client.force_login(self.ada)
        response = self.client.post(
            "/journal/new/", {"title": "Rain", "text": "All day.", "tags": [tag.pk]}, follow=True
        )
        self.assertContains(response, "Tags: nature")
        self.assertEqual(Entry.objects.get().author, self.ada)
