from django.contrib import admin

from coaching.models import Message, Session


class MessageInline(admin.TabularInline):
    model = Message
    extra = 0


@admin.register(Session)
class SessionAdmin(admin.ModelAdmin):
    list_display = ["topic", "user", "started_at"]
    inlines = [MessageInline]
