import {
  type Guarantee,
  type Scenario,
  scenarios,
  usualGuarantees,
} from '@recovery-playbook/playbook'
import type { HandWritten } from '../look/hand-written.ts'
import { inShort } from './in-short.ts'
import { oneLine } from '../one-line.ts'
import { inline, remarked } from '../yaml-text.ts'
import type { Section } from './section.ts'

const inWords: Readonly<Record<Scenario, string>> = {
  'code-rollback': 'back to a backup tag',
  'database-restore': 'the data, and the application on it',
  'environment-rebuild': 'all of it anew',
  catastrophe: 'the account is gone: needs a mirror outside of it',
}

/** What the document promises, and what is usual for all that it leaves open. */
export function promises(handWritten: HandWritten | undefined): Section {
  const path = oneLine(handWritten?.path ?? '')
  const said = (scenario: Scenario) =>
    handWritten?.promises.find((one) => one.scenario === scenario)
  const promised = (scenario: Scenario): Guarantee => {
    const usual = usualGuarantees[scenario]
    return {
      recoveryTime: said(scenario)?.recoveryTime ?? usual.recoveryTime,
      dataLoss: said(scenario)?.dataLoss ?? usual.dataLoss,
    }
  }
  const entries = scenarios.map((scenario) => {
    const { recoveryTime, dataLoss } = promised(scenario)
    const written = { 'recovery-time': inShort(recoveryTime), 'data-loss': inShort(dataLoss) }
    const line = said(scenario)?.line
    const source = line === undefined ? '' : ` (${path}, line ${line})`
    const node = inline(written)
    node.comment = ` ${inWords[scenario]}${source}`
    return [scenario, node] as const
  })
  const taken = scenarios.filter((one) => said(one) !== undefined)
  return {
    key: 'guarantees',
    value: Object.fromEntries(entries),
    comment:
      'What is promised: the time until it works again, and how much may be lost. Drills judge by it, and fail when it does not hold.',
    choices: [
      taken.length === 0
        ? {
            what: 'The promises are those that are usual.',
            because: 'no document with a table of recovery times was found',
          }
        : {
            what: `The promises for ${taken.join(', ')} are those of ${path}.`,
            because: 'what was promised to people is what has to be proved',
          },
    ],
    notes: [
      ...(handWritten?.unread ?? []).map(
        (what) => `Not taken over from ${path}: ${oneLine(what)}.`,
      ),
      ...(promised('database-restore').dataLoss === 0
        ? [
            'Nothing lost is promised for the database, and no export can keep that: it takes replication or point-in-time recovery. Drills will fail until the promise is one that exports can keep.',
          ]
        : []),
    ],
  }
}

/** Whom to call, and where providers say how they are. */
export function people(
  handWritten: HandWritten | undefined,
  cloudinary: string | undefined,
): Section[] {
  const found = handWritten?.contacts ?? []
  const contacts = found.map(({ name, reach, for: purpose, after }) =>
    reach === undefined && purpose === undefined && after === undefined
      ? name
      : {
          name,
          ...(reach === undefined ? {} : { reach }),
          ...(purpose === undefined ? {} : { for: purpose }),
          ...(after === undefined ? {} : { after: inShort(after) }),
        },
  )
  const github = 'https://www.githubstatus.com/api/v2/status.json'
  const media = 'https://status.cloudinary.com/api/v2/status.json'
  return [
    {
      key: 'contacts',
      value: contacts.length === 0 ? undefined : contacts,
      comment:
        contacts.length === 0
          ? 'Whom to call when a drill fails, in this order:\ncontacts:\n  - name: Ada Lovelace\n    reach: +49 30 1234\n    for: the database'
          : 'Whom to call when a drill fails, in this order; they stand in the issue that it opens.',
      choices:
        contacts.length === 0
          ? []
          : [
              {
                what: `${contacts.length} contacts are named.`,
                because: `${oneLine(handWritten?.path ?? '')} names them`,
              },
            ],
      notes:
        contacts.length === 0
          ? ['Nobody is named in contacts: the issue of a failing drill will not say whom to call.']
          : [],
    },
    {
      key: 'status-pages',
      comment: 'Where providers say how they are; the issue of a failing drill shows it.',
      value: cloudinary === undefined ? [github] : [github, remarked(media, 'keeps the media')],
      notes:
        cloudinary === undefined
          ? []
          : [
              `Media are kept on Cloudinary (${cloudinary}), and no recovery point holds them: switch on Cloudinary's own backup, and keep its originals.`,
            ],
    },
  ]
}

/** The history of backup tags, where a document keeps one. */
export function tagHistory(handWritten: HandWritten | undefined): Section {
  const { path = '', history } = handWritten ?? {}
  const isKept = history !== undefined && oneLine(path) === path
  return {
    key: 'tags',
    value: isKept ? { 'history-document': path } : undefined,
    ...(isKept ? { comment: 'Its table of backup tags.' } : {}),
    choices: isKept
      ? [{ what: `The tag history is that of ${path}.`, because: `its table has ${history} rows` }]
      : [],
  }
}
