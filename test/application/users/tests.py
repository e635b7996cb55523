import re

from django.test import Client, SimpleTestCase, TestCase, override_settings

from users.models import User

LOGIN = {"username": "demo", "password": "walk-in-the-rain"}


class LoginTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        User.objects.create_user(**LOGIN, email="demo@wellbeing.example")

    def test_it_leads_to_the_dashboard(self):
        self.assertRedirects(self.client.post("/login/", LOGIN), "/dashboard/")

    def test_a_wrong_password_does_not_open(self):
        response = self.client.post("/login/", {**LOGIN, "password": "guess"})
        self.assertContains(response, "Please enter a correct username and password")
        self.assertNotIn("sessionid", self.client.cookies)

    def test_a_login_without_the_csrf_token_is_refused(self):
        client = Client(enforce_csrf_checks=True)
        self.assertEqual(client.post("/login/", LOGIN).status_code, 403)
        page = client.get("/login/").content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        response = client.post("/login/", {**LOGIN, "csrfmiddlewaretoken": token})
        self.assertEqual(response.status_code, 302)

    def test_logging_out_leads_home(self):
        self.client.post("/login/", LOGIN)
        self.assertRedirects(self.client.post("/logout/"), "/")


class AvatarTests(SimpleTestCase):
    @override_settings(CLOUDINARY_CLOUD="")
    def test_there_is_none_without_an_account(self):
        self.assertEqual(User(avatar="users/7").avatar_url, "")

    @override_settings(CLOUDINARY_CLOUD="wellbeing")
    def test_it_comes_from_the_account(self):
        self.assertRegex(User(avatar="users/7").avatar_url, r"/wellbeing/image/upload/.*/users/7$")
