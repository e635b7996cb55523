import { isGiven, type Variable } from '../look/configuration.ts'
import type { DjangoProject } from '../look/django.ts'
import type { Survey } from '../look/survey.ts'
import { oneLine } from '../one-line.ts'
import { inline } from '../yaml-text.ts'
import type { Section } from './section.ts'
import { serveCommand } from './serve.ts'

/** How the application is looked at on restored data; only of Django is known how. */
export function drill(survey: Survey): Section {
  const { django } = survey
  if (django === undefined) {
    return {
      key: 'drill',
      value: undefined,
      comment:
        'How the application is set up, started and visited on restored data is described in `drill`; without it, a drill proves the data alone.',
      choices: [
        {
          what: 'A drill proves the data alone.',
          because: 'no manage.py names settings of Django',
        },
      ],
    }
  }
  const { run, because, notes } = serving(survey, django)
  const { health } = survey.deployment
  const { file } = survey.dependencies
  const standIns = standInsFor(survey, django)
  const visits = visitsOf(django)
  return {
    key: 'drill',
    value: {
      ...(django.directory === '' ? {} : { directory: django.directory }),
      'set-up': survey.dependencies.install,
      ...(standIns.length === 0 ? {} : { 'drill-env': Object.fromEntries(standIns) }),
      django: djangoKeys(django),
      ...(django.userTable === undefined ? {} : { checks: [usersAreBack(django.userTable)] }),
      serve: { run, ...readyAt(django, health?.path) },
      ...(visits.length === 0 ? {} : { visits }),
    },
    comment:
      'How the application is set up, looked at and visited on restored data, where nothing reaches the network.\nAdd the queries and the pages that would tell you that something is missing.',
    choices: [
      {
        what: `The application is drilled as a Django project with the settings ${django.settings}.`,
        because: `${django.directory === '' ? '' : `${oneLine(django.directory)}/`}manage.py names them`,
      },
      {
        what: file === undefined ? 'A drill installs nothing.' : `A drill installs ${file}.`,
        because: `${file === undefined ? 'no file' : 'it'} says what the application needs`,
      },
      { what: `A drill starts it with: ${run}`, because },
      {
        what: django.hasInitialData
          ? 'A drill runs load_initial_data, and tells what it changed.'
          : 'A drill loads no initial data.',
        because: `the code has ${django.hasInitialData ? 'the' : 'no'} command load_initial_data`,
      },
    ],
    notes: [...notes, ...notesOn(django, visits.length)],
  }
}

function serving({ deployment, dependencies }: Survey, django: DjangoProject) {
  const { start } = deployment
  const given = start && serveCommand(start.command)
  if (start !== undefined && given !== undefined) {
    return { run: given, because: `${start.file} starts it with: ${start.command}`, notes: [] }
  }
  const hasGunicorn = dependencies.text.includes('gunicorn')
  const run = hasGunicorn
    ? `.venv/bin/gunicorn --bind 127.0.0.1:$PORT ${django.wsgi}`
    : '.venv/bin/python manage.py runserver 127.0.0.1:$PORT --noreload'
  const because = hasGunicorn
    ? `${dependencies.file ?? 'the requirements'} has gunicorn`
    : 'no server was found among the requirements'
  if (start === undefined) return { run, because, notes: [] }
  const note = `How ${start.file} starts the application was not understood (${start.command}). Look at drill.serve in the playbook.`
  return { run, because, notes: [note] }
}

function djangoKeys({ hasInitialData, hasStaticRoot }: DjangoProject): unknown {
  const keys = {
    ...(hasInitialData ? {} : { 'initial-data': false }),
    ...(hasStaticRoot ? {} : { static: false }),
  }
  return Object.keys(keys).length === 0 ? true : inline(keys)
}

const usersAreBack = (table: string) => ({
  name: 'Users are back',
  sql: `select count(*) from ${table}`,
  expect: '> 0',
})

function readyAt({ home, login }: DjangoProject, health: string | undefined) {
  const path = health ?? (home ? undefined : login?.path)
  return path === undefined ? {} : { ready: path }
}

const visitsOf = ({ home, login }: DjangoProject) => [
  ...(home ? [{ visit: '/' }] : []),
  ...(login === undefined
    ? []
    : [
        {
          'log-in': login.path,
          ...(login.endsAt === undefined ? {} : { 'ends-at': login.endsAt }),
        },
      ]),
]

const hosts = ['ALLOWED_HOSTS', 'DJANGO_ALLOWED_HOSTS']

/** Values for what the settings do not start without; of the rest their own defaults are drilled. */
function standInsFor({ configuration }: Survey, django: DjangoProject): [string, string][] {
  const example = new Map(configuration.variables.map((one) => [one.name, one]))
  const settings = example.get('DJANGO_SETTINGS_MODULE')?.example ?? ''
  return [
    ...(settings === '' || settings === django.settings
      ? []
      : ([['DJANGO_SETTINGS_MODULE', settings]] as [string, string][])),
    ...django.required
      .filter((name) => /^[A-Z_][A-Z0-9_]*$/.test(name) && !isFromDrill(name))
      .filter((name) => !hosts.includes(name))
      .map((name): [string, string] => [
        name,
        standIn(example.get(name) ?? { name, example: '', isSecret: true }),
      ]),
    ...hosts.filter(django.reads).map((name): [string, string] => [name, 'localhost,127.0.0.1']),
  ]
}

/** The drill says where the database is, and which port to listen on. */
const isFromDrill = (name: string) => isGiven(name) && !/DEBUG|PYTHON|POSTGRES|^DB_/.test(name)

function standIn({ name, example, isSecret }: Variable): string {
  if (name === 'CLOUDINARY_URL') return 'cloudinary://0:only-for-drills@drill'
  if (example !== '' && (!isSecret || (/_(URL|URI)$/.test(name) && !example.includes('@')))) {
    return example
  }
  if (/_(URL|URI)$/.test(name)) return 'https://drill.invalid/'
  return /(^|_)(DEBUG|PORT|TIMEOUT)$/.test(name) ? '0' : 'only-for-drills'
}

const notesOn = (django: DjangoProject, visits: number) => [
  ...(django.readsDatabaseUrl
    ? []
    : [
        'The settings do not seem to read DATABASE_URL. A drill gives that and the variables PG* for the restored copy: let the settings read one of them, or no drill reaches the data.',
      ]),
  ...(django.redirectsToHttps
    ? [
        'The settings redirect to https, and a drill visits by http: let a variable switch SECURE_SSL_REDIRECT off, and name it in drill.drill-env.',
      ]
    : []),
  ...(visits === 0
    ? ['No page was found that a drill could visit: name some in drill.visits of the playbook.']
    : []),
]
