from django.db import migrations

KINDS = {"joyful": 2, "calm": 1, "so-so": 0, "tense": -1, "sad": -2}


def fill(apps, schema_editor):
    MoodKind = apps.get_model("moods", "MoodKind")
    for slug, score in KINDS.items():
        MoodKind.objects.get_or_create(
            slug=slug, defaults={"name": slug.capitalize(), "score": score}
        )


def remove_unused(apps, schema_editor):
    """A kind that somebody checked in with stays: the way back must not cost a user's rows."""
    MoodKind = apps.get_model("moods", "MoodKind")
    MoodKind.objects.filter(slug__in=KINDS, check_ins=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("moods", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(fill, remove_unused),
    ]
