import type { GithubFacts } from '../github-facts.ts'
import type { Survey } from '../look/survey.ts'
import { oneLine } from '../one-line.ts'
import { captured } from './captured.ts'
import type { Section } from './section.ts'

/** What is protected: its name, its databases, and what goes with the data. */
export const whatIsProtected = (survey: Survey, facts: GithubFacts): Section[] => [
  application(survey, facts),
  document(survey),
  databases(survey),
  members(survey),
]

function application({ django }: Survey, { repository }: GithubFacts): Section {
  const name = oneLine(repository?.split('/')[1] ?? '') || django?.settings.split('.')[0]
  return {
    key: 'application',
    value: name,
    comment:
      name === undefined
        ? 'application: what it is called'
        : 'What it is called. Say also who answers for this playbook, as `owner: Name <address>`.',
  }
}

function document({ handWritten }: Survey): Section {
  const path = handWritten?.path
  const isUsable = path !== undefined && oneLine(path) === path
  return {
    key: 'document',
    value: isUsable ? path : undefined,
    ...(isUsable ? { comment: 'The document for people that this playbook was taken from.' } : {}),
  }
}

function databases({ django, deployment }: Survey): Section {
  const { railway } = deployment
  const url = railway === undefined ? 'DATABASE_URL' : 'DATABASE_PUBLIC_URL'
  const others = django?.databases.filter((alias) => alias !== 'default') ?? []
  const sessions = django?.apps.includes('django.contrib.sessions') === true
  return {
    key: 'databases',
    value: { default: { url } },
    comment: [
      'The secret that holds the URL of the database. The role in it has to be able to read everything.',
      ...(sessions
        ? [
            'Who is logged in is in it, too: `exclude-table-data: [public.django_session]` beside url leaves that out.',
          ]
        : []),
    ].join('\n'),
    choices: [
      {
        what: `The database is reached by the secret ${url}.`,
        because:
          railway === undefined
            ? 'nothing says that it runs on Railway'
            : `${railway} says that it runs on Railway, whose DATABASE_URL is on a private network that GitHub's runners cannot reach`,
      },
    ],
    notes:
      others.length === 0
        ? []
        : [
            `The settings have further databases: ${others.map(oneLine).join(', ')}. What is proposed protects the one called default alone. Each further one needs an entry in databases, and jobs with the input name.`,
          ],
  }
}

function members(survey: Survey): Section {
  const { kept, left } = captured(survey)
  const { configuration, django } = survey
  const names = kept.map(({ name }) => name)
  const from = configuration.file ?? django?.settingsFiles.join(', ')
  return {
    key: 'members',
    value: {
      'code-bundle': true,
      ...(names.length === 0 ? {} : { configuration: names }),
    },
    comment: [
      'What a recovery point takes along beside the data: without it, data alone starts nothing when the account is gone.',
      names.length === 0
        ? 'Name the variables that the application does not start without: `configuration: [SECRET_KEY]`.'
        : 'A variable that is not set ends the export: take out what production does not set.',
    ].join('\n'),
    choices: [
      {
        what: 'The code goes along with its history.',
        because: 'after the loss of the account nothing else would have it',
      },
      ...(names.length === 0
        ? []
        : [
            {
              what: `The variables ${names.join(', ')} go along.`,
              because: `${from ?? 'the code'} names them${django === undefined ? '' : ', and the settings read them'}`,
            },
          ]),
    ],
    notes: [
      ...(left.length === 0
        ? []
        : [
            `Not taken along, since the settings do not read them: ${left.map(({ name }) => name).join(', ')}.`,
          ]),
      ...(names.length === 0
        ? [
            'No example of the configuration was found, such as .env.example: name in members.configuration what the application does not start without.',
          ]
        : []),
    ],
  }
}
