import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from coaching.models import Message
from goals.models import GoalTemplate, Milestone
from journal.models import Entry, Tag
from measurements.models import Measurement, MeasurementKind
from moods.models import CheckIn, MoodKind
from users.models import User

START = datetime(2026, 1, 1, 8, tzinfo=UTC)
DAYS = 30
TAGS = ["family", "gratitude", "nature", "sleep", "work"]
SUBJECTS = ["A walk", "A quiet morning", "A long day", "Tea with Zoë", "Rain", "The garden"]
SENTENCES = [
    "It was better than I thought.",
    "I want to remember this.",
    "Tomorrow I will begin earlier.",
    "Nothing had to be finished.",
    "I slept well – finally.",
]
RANGES = {"weight": (550, 950), "sleep": (50, 95), "pulse": (500, 800), "waist": (650, 1050)}


class Command(BaseCommand):
    help = "Creates sample users whose content is the same every time. Who exists is left alone."

    def add_arguments(self, parser):
        parser.add_argument("--users", type=int, default=3, help="how many, the user demo included")
        parser.add_argument(
            "--demo-password",
            default=os.environ.get("DEMO_PASSWORD", ""),
            help="what demo logs in with; also from DEMO_PASSWORD. Without it demo cannot log in",
        )

    @transaction.atomic
    def handle(self, *args, users, demo_password, **options):
        call_command("load_initial_data", verbosity=0)
        Tag.objects.bulk_create([Tag(name=name) for name in TAGS], ignore_conflicts=True)
        names = ["demo", *(f"user{number}" for number in range(1, users))][:users]
        created = [name for name in names if create(name)]
        if "demo" in names and demo_password:
            demo = User.objects.get(username="demo")
            demo.set_password(demo_password)
            demo.save(update_fields=["password"])
        self.stdout.write(f"{len(created)} of {len(names)} sample users created.")


def create(name):
    """False when there is such a user already."""
    user, created = User.objects.get_or_create(
        username=name,
        defaults={
            "email": f"{name}@wellbeing.example",
            "first_name": name.capitalize(),
            "about": "Sample content.",
            "date_joined": START,
            "password": "!",  # unusable
        },
    )
    if created:
        random = Random(name)
        write_journal(user, random)
        check_in(user, random)
        measure(user, random)
        set_goals(user, random)
        ask_coach(user)
    return created


def write_journal(user, random):
    tags = list(Tag.objects.filter(name__in=TAGS))
    for day in range(0, DAYS, 3):
        entry = Entry.objects.create(
            author=user,
            title=random.choice(SUBJECTS),
            text=" ".join(random.sample(SENTENCES, 3)),
            written_at=START + timedelta(days=day, hours=12),
        )
        entry.tags.set(random.sample(tags, 2))


def check_in(user, random):
    kinds = list(MoodKind.objects.order_by("slug"))
    CheckIn.objects.bulk_create(
        CheckIn(user=user, kind=random.choice(kinds), felt_at=START + timedelta(days=day))
        for day in range(DAYS)
    )


def measure(user, random):
    Measurement.objects.bulk_create(
        Measurement(
            user=user,
            kind=kind,
            value=Decimal(random.randint(*RANGES[kind.slug])) / 10,
            unit=kind.unit,
            taken_at=START + timedelta(days=day),
        )
        for kind in MeasurementKind.objects.filter(slug__in=RANGES).order_by("slug")
        for day in range(0, DAYS, 7)
    )


def set_goals(user, random):
    templates = list(GoalTemplate.objects.order_by("slug"))
    for number, template in enumerate(random.sample(templates, 2)):
        goal = user.goals.create(
            template=template,
            title=template.name,
            due_on=(START + timedelta(days=DAYS * (number + 1))).date(),
            set_at=START,
            reached_at=START + timedelta(days=20) if number else None,
        )
        Milestone.objects.bulk_create(
            Milestone(goal=goal, position=week, title=f"Week {week}", done=week < 3)
            for week in range(1, 5)
        )


def ask_coach(user):
    session = user.coaching_sessions.create(topic="Sleeping better", started_at=START)
    for minutes, role, text in [
        (0, Message.Role.USER, "How do I fall asleep earlier?"),
        (1, Message.Role.COACH, "Dim the lights an hour before, and keep the hour."),
    ]:
        session.messages.create(role=role, text=text, sent_at=START + timedelta(minutes=minutes))
