from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import reverse_lazy
from django.views.generic import FormView

from coaching.coach import ask
from coaching.models import Message

THOUGHT = "One encouraging thought for today, in a sentence."


class QuestionForm(forms.Form):
    question = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CoachingView(LoginRequiredMixin, FormView):
    template_name = "coaching/coaching.html"
    form_class = QuestionForm
    success_url = reverse_lazy("coaching")

    def get_context_data(self, **kwargs):
        sessions = self.request.user.coaching_sessions.prefetch_related("messages")
        return super().get_context_data(thought=ask(THOUGHT), sessions=sessions[:20], **kwargs)

    def form_valid(self, form):
        question = form.cleaned_data["question"]
        answer = ask(question)
        session = self.request.user.coaching_sessions.create(topic=question[:120])
        session.messages.create(role=Message.Role.USER, text=question)
        session.messages.create(role=Message.Role.COACH, text=answer.text)
        return super().form_valid(form)
