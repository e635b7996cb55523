import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Proposal } from '@recovery-playbook/init'
import { playbookOf, proposeFor, application, textOf } from './trees.ts'

describe('of the sample application', () => {
  let proposal: Proposal
  beforeAll(async () => {
    proposal = await proposeFor(application)
  })

  test('the proposed playbook is read, and knows its database, its code and its configuration', () => {
    const { databases, members, store, application: name } = playbookOf(proposal)
    expect(name).toBe('wellbeing')
    expect(databases).toMatchObject({ default: { url: 'DATABASE_PUBLIC_URL' } })
    expect(store.repository).toBeUndefined()
    expect(members['code-bundle']).toBe(true)
    expect(members.configuration).toEqual([
      'SECRET_KEY',
      'ALLOWED_HOSTS',
      'HTTPS_ONLY',
      'COACH_API_KEY',
      'COACH_API_URL',
      'EMAIL_HOST',
      'EMAIL_PORT',
      'CLOUDINARY_URL',
    ])
  })

  test('the drill sets it up, starts it as Railway does, logs in and looks for its users', () => {
    expect(playbookOf(proposal).drill).toMatchObject({
      'set-up': [
        { run: 'python3 -m venv .venv' },
        { run: '.venv/bin/pip install --requirement requirements.txt' },
      ],
      'drill-env': { SECRET_KEY: 'only-for-drills', ALLOWED_HOSTS: 'localhost,127.0.0.1' },
      django: { 'initial-data': 'load_initial_data', static: true },
      checks: [{ sql: 'select count(*) from users_user' }],
      serve: { run: '.venv/bin/gunicorn --bind 127.0.0.1:$PORT wellbeing.wsgi', ready: '/health/' },
      visits: [{ visit: '/' }, { 'log-in': '/login/', 'ends-at': '/dashboard/' }],
    })
  })

  test('its editor knows the keys of the playbook', () => {
    const [first] = textOf(proposal, '.github/recovery-playbook.yml').split('\n')
    expect(first).toMatch(
      /^# yaml-language-server: \$schema=https:.*recovery-playbook\.schema\.json$/,
    )
  })

  test('what looks secret becomes a secret, and the rest variables', () => {
    const backup = textOf(proposal, '.github/workflows/backup.yml')
    expect(backup).toContain('"SECRET_KEY": ${{ toJSON(secrets.SECRET_KEY) }}')
    expect(backup).toContain('"CLOUDINARY_URL": ${{ toJSON(secrets.CLOUDINARY_URL) }}')
    expect(backup).toContain('"EMAIL_PORT": ${{ toJSON(vars.EMAIL_PORT) }}')
    const command = (name: string) => proposal.secrets.find((one) => one.name === name)?.command
    expect(command('SECRET_KEY')).toBe('gh secret set SECRET_KEY')
    expect(command('EMAIL_PORT')).toBe('gh variable set EMAIL_PORT')
    expect(command('BACKUP_PASSPHRASE')).toContain('openssl rand -base64 32')
  })

  test('every secret that a workflow names is in the list of those to set', () => {
    const named = proposal.files.flatMap(({ text }) =>
      [...text.matchAll(/\b(?:secrets|vars)\.(\w+)/g)].map(([, name]) => name),
    )
    expect([...new Set(named)].sort()).toEqual(proposal.secrets.map(({ name }) => name).sort())
  })

  test('each choice has a reason', () => {
    for (const { because } of proposal.choices) expect(because).toMatch(/\w{2}/)
    expect(proposal.choices).toContainEqual({
      what: 'A drill starts it with: .venv/bin/gunicorn --bind 127.0.0.1:$PORT wellbeing.wsgi',
      because: 'railway.json starts it with: gunicorn wellbeing.wsgi',
    })
  })

  test('media are named as what no recovery point holds', () => {
    expect(proposal.notes.join('\n')).toContain('Media are kept on Cloudinary (.env.example)')
  })

  test('what is in the example and not in the settings is left out, by name', () => {
    expect(proposal.notes.join('\n')).toMatch(/the settings do not read them: DEMO_PASSWORD\./)
  })
})

const manage = `import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.local')
`

/** A project in a folder of its own, with a package of settings, on Heroku's files. */
const cookiecutter = {
  'backend/manage.py': manage,
  'backend/config/__init__.py': '',
  'backend/config/settings/__init__.py': '',
  'backend/config/settings/base.py': `
# INSTALLED_APPS = ["django.contrib.staticfiles"]
DJANGO_APPS = ["django.contrib.auth", 'django.contrib.sessions']
LOCAL_APPS = ["shop.people.apps.PeopleConfig"]
INSTALLED_APPS = DJANGO_APPS + LOCAL_APPS
AUTH_USER_MODEL = "people.Person"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DATABASES = {"default": env.db("DATABASE_URL"), "billing": env.db("BILLING_URL", default="")}
SECRET_KEY = env("DJANGO_SECRET_KEY")
REDIS = os.environ["REDIS_URL"]
SECURE_SSL_REDIRECT = True
`,
  'backend/config/settings/local.py': 'from .base import *\n',
  'backend/config/settings/test.py': 'SECRET_KEY = env("ONLY_IN_TESTS")\n',
  'backend/config/urls.py': `
urlpatterns = [path("accounts/", include("allauth.urls")), path("<int:x>/", x)]
`,
  'backend/shop/people/models.py': 'class Person(AbstractUser): pass\n',
  'backend/pyproject.toml': '[project]\nname = "shop"\nrequires-python = ">=3.13"\n',
  'backend/uv.lock': 'version = 1\n',
  'backend/Procfile':
    'release: x\nweb: python manage.py migrate && exec uv run gunicorn -b 0.0.0.0:$PORT config.wsgi --workers=2\n',
  'backend/.env.example':
    'REDIS_URL=redis://localhost:6379/0\nexport DJANGO_SECRET_KEY="change me" # any\n',
}

describe('of a project in a folder of its own, with a package of settings', () => {
  test('the drill starts in that folder, with what the lock file says', async () => {
    const { drill, databases } = playbookOf(await proposeFor(cookiecutter))
    expect(databases).toMatchObject({ default: { url: 'DATABASE_URL' } })
    expect(drill).toMatchObject({
      directory: 'backend',
      'drill-env': { DJANGO_SECRET_KEY: 'only-for-drills', REDIS_URL: 'redis://localhost:6379/0' },
      django: { 'initial-data': false, static: false },
      checks: [{ sql: 'select count(*) from people_person' }],
      serve: { run: '.venv/bin/gunicorn --bind 127.0.0.1:$PORT config.wsgi --workers=2' },
      visits: [{ 'log-in': '/accounts/login/' }],
    })
    expect(drill?.['set-up'].map(({ run }) => run)).toContain('.uv/bin/uv sync --frozen --no-dev')
    expect(Object.keys(drill?.['drill-env'] ?? {})).not.toContain('ONLY_IN_TESTS')
  })

  test('the drill gets the Python that the project asks for', async () => {
    const backup = textOf(await proposeFor(cookiecutter), '.github/workflows/backup.yml')
    expect(backup).toContain("python: '3.13'")
  })

  test('what would keep a drill from working is said', async () => {
    const notes = (await proposeFor(cookiecutter)).notes.join('\n')
    expect(notes).toContain('further databases: billing')
    expect(notes).toContain('redirect to https')
  })
})

test('without .env.example the variables that the settings require go along', async () => {
  const { '.env.example': _, ...others } = application
  const { members } = playbookOf(await proposeFor(others))
  expect(members.configuration).toEqual(['SECRET_KEY'])
})
