import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from django.test import TestCase, override_settings

from users.models import User


@contextmanager
def coach_that_answers(text):
    """A coach API on this machine, and the settings that lead to it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            known = self.headers["Authorization"] == "Bearer key"
            self.send_response(200 if known else 401)
            self.end_headers()
            self.wfile.write(json.dumps({"text": text}).encode())

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        try:
            with override_settings(COACH_API_KEY="key", COACH_API_URL=url):
                yield
        finally:
            server.shutdown()
            thread.join()


class CoachingTests(TestCase):
    def setUp(self):
        self.client.force_login(User.objects.create_user("ada", "ada@wellbeing.example"))

    def test_it_asks_for_a_login(self):
        self.client.logout()
        self.assertRedirects(self.client.get("/coaching/"), "/login/?next=/coaching/")

    def test_an_answer_is_kept(self):
        with coach_that_answers("Dim the\ud800 lights\0."):
            response = self.client.post("/coaching/", {"question": "How do I sleep?"}, follow=True)
        self.assertContains(response, "<title>Coaching – Wellbeing</title>", html=True)
        self.assertContains(response, "<dd><p>Dim the? lights.</p></dd>", html=True)

    @override_settings(COACH_API_KEY="", COACH_API_URL="")
    def test_without_a_key_the_page_says_so(self):
        response = self.client.get("/coaching/")
        self.assertContains(response, "The coach is unavailable: it is not set up here.")

    @override_settings(COACH_API_KEY="key")
    def test_when_the_api_does_not_answer_the_page_says_so(self):
        for url in ["http://127.0.0.1:1/", "not a url", "http://["]:
            with self.subTest(url), override_settings(COACH_API_URL=url):
                response = self.client.get("/coaching/")
                self.assertContains(response, "The coach is unavailable: it cannot be reached")

    def test_what_is_no_answer_is_not_shown(self):
        with coach_that_answers("Hush."), override_settings(COACH_API_KEY="wrong"):
            self.assertContains(self.client.get("/coaching/"), "The coach is unavailable")
