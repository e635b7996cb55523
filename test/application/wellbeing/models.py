from django.db import models


class CatalogueManager(models.Manager):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


class CatalogueItem(models.Model):
    """What all users choose from. Fixtures name it by slug: its id may differ between databases."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)

    objects = CatalogueManager()

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)
