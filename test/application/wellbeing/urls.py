from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from coaching.views import CoachingView
from goals.views import GoalCreateView, GoalListView
from journal.views import EntryCreateView, EntryListView
from measurements.views import MeasurementCreateView, MeasurementListView
from moods.views import CheckInCreateView, CheckInListView
from wellbeing.views import DashboardView, HomeView, health

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("health/", health, name="health"),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("dashboard/", DashboardView.as_view(), name="dashboard"),
    path("journal/", EntryListView.as_view(), name="journal"),
    path("journal/new/", EntryCreateView.as_view(), name="journal-new"),
    path("moods/", CheckInListView.as_view(), name="moods"),
    path("moods/new/", CheckInCreateView.as_view(), name="moods-new"),
    path("goals/", GoalListView.as_view(), name="goals"),
    path("goals/new/", GoalCreateView.as_view(), name="goals-new"),
    path("measurements/", MeasurementListView.as_view(), name="measurements"),
    path("measurements/new/", MeasurementCreateView.as_view(), name="measurements-new"),
    path("coaching/", CoachingView.as_view(), name="coaching"),
    path("admin/", admin.site.urls),
]
