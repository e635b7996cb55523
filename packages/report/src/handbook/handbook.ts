import { contactInWords, formatDuration, scenarios } from '@recovery-playbook/playbook'
import { code, escape, oneLine, table } from '../markdown.ts'
import { tagTable } from '../tag-history.ts'
import type { Known, Measurement, Started } from './known.ts'
import { procedures } from './procedures.ts'

interface Part {
  readonly name: string
  readonly heading: string
  readonly content: string
}

/** Tags beyond these are on the log branch. */
const mostTags = 20

/** The human document of a playbook, part by part: Markdown that two renderings make alike. */
export const handbook = (known: Known): Part[] => [
  { name: 'backups', heading: 'What is backed up', content: backups(known) },
  { name: 'layers', heading: 'Layers of defence', content: layers(known) },
  {
    name: 'guarantees',
    heading: 'What is promised, and what was measured',
    content: guarantees(known),
  },
  { name: 'procedures', heading: 'Procedures', content: procedures(known) },
  { name: 'verification', heading: 'Verification', content: verification(known) },
  { name: 'contacts', heading: 'Contacts', content: contacts(known) },
  { name: 'tags', heading: 'Tag history', content: tags(known) },
  { name: 'report', heading: 'Operation report', content: report(known) },
]

function backups({ playbook, repository, exports }: Known): string {
  const { databases, members, store } = playbook
  const names = Object.keys(databases).length === 0 ? ['default'] : Object.keys(databases)
  const into = `recovery points in ${code(store.repository ?? repository)}`
  const often = startedInWords(exports)
  const secrets = members.configuration.map(code).join(', ')
  return table(
    ['what', 'by what', 'how often'],
    [
      ...names.map((name) => [`the database ${code(name)}`, into, often]),
      ...(members['code-bundle']
        ? [['the code with its history', `${into}, as a git bundle`, often]]
        : []),
      ...(members.configuration.length === 0
        ? []
        : [[`the configuration: ${secrets}`, `${into}, sealed`, often]]),
      ['the state of the code', 'backup tags', 'before every major change'],
    ],
  )
}

function layers({ playbook, repository }: Known): string {
  const { mirrors, layers: others, retention, store } = playbook
  const kept = Object.entries(retention)
    .filter(([key, value]) => key.startsWith('keep-') && value !== undefined)
    .map(([key, value]) => `${key.replace('keep-', '')} ${String(value)}`)
  const keeps = kept.length === 0 ? 'all of them' : kept.join(', ')
  return table(
    ['layer', 'where', 'how often', 'kept'],
    [
      [
        'recovery points, sealed and drilled',
        code(store.repository ?? repository),
        'by every export',
        keeps,
      ],
      ...mirrors.map(({ to }) => ['a mirror of them', code(to), 'by every export', keeps]),
      ['backup tags', code(repository), 'before every major change', 'all of them'],
      ...others.map(({ name, provider = '', every, keeps: long }) => [
        words(name),
        words(provider),
        every === undefined ? 'not said' : `every ${formatDuration(every)}`,
        long === undefined ? 'not said' : formatDuration(long),
      ]),
    ],
  )
}

function guarantees({ playbook, measured, url }: Known): string {
  return table(
    ['scenario', 'recovery time', 'last measured', 'data loss', 'last measured', 'last drill'],
    scenarios.map((scenario) => {
      const { recoveryTime, dataLoss } = playbook.guarantees[scenario]
      const last = measured.find((one) => one.scenario === scenario)
      return [
        code(scenario),
        `at most ${formatDuration(recoveryTime)}`,
        figure(last?.recoverySeconds),
        dataLoss === 0 ? 'none' : `at most ${formatDuration(dataLoss)}`,
        // Going back in code restores no data.
        scenario === 'code-rollback' ? 'none' : figure(last?.dataLossSeconds),
        last === undefined ? '**never drilled**' : drillInWords(last, url),
      ]
    }),
  )
}

const figure = (seconds: number | null | undefined) =>
  seconds === null || seconds === undefined
    ? 'not measured'
    : formatDuration(Math.max(seconds, 0) * 1000)

const drillInWords = ({ verdict, recordedAt, run }: Measurement, url: string) =>
  `${verdict === 'PROVED' ? verdict : `**${verdict}**`} ${recordedAt.slice(0, 10)} ([run](${url}/actions/runs/${run.id}))`

function verification({ playbook, drills, path }: Known): string {
  const { drill } = playbook
  const started = drills.map((one) => `- ${code(one.scenario)}: ${startedInWords(one)}\n`)
  const checks = [
    'The recovery point is complete, opens, and is restored without an error.',
    'Rows, sequences, large objects, schema and indexes are those of the snapshot.',
    ...(drill === undefined || drill.django === false
      ? []
      : ['Django finds its migrations applied, checks the database, and loads what it needs.']),
    ...(drill?.checks ?? []).map(({ name }) => words(name)),
    ...(drill?.visits ?? []).map((visit) =>
      visit['log-in'] === undefined
        ? `The page ${code(visit.visit ?? '/')} answers.`
        : `Somebody logs in at ${code(visit['log-in'])}.`,
    ),
  ]
  return [
    'A drill restores a recovery point into a throwaway server, and is green only when each of these holds:\n\n',
    ...checks.map((check) => `- ${check}\n`),
    started.length === 0 ? '\n**No workflow starts a drill.**\n' : '\nIt runs by itself:\n\n',
    ...started,
    `\nWhat it does stands in ${code(path)}. To drill now, whatever the day: start the workflow by hand.\n`,
  ].join('')
}

function contacts({ playbook }: Known): string {
  const { contacts: people, owner } = playbook
  if (people.length === 0)
    return owner === undefined ? '**Nobody is named.**\n' : `- ${words(owner)}\n`
  return people.map((one) => `1. ${words(contactInWords(one))}\n`).join('')
}

function tags({ tags: rows, url }: Known): string {
  if (rows.length === 0) return 'No tag was made yet.\n'
  const page = `${url}/blob/recovery-log/TAGS.md`
  const more = rows.length > mostTags ? `\nThe ${mostTags} newest; [all of them](${page}).\n` : ''
  return `${tagTable(rows.slice(0, mostTags), url)}${more}`
}

const report = ({ url }: Known): string =>
  `Every export, drill and recovery, also those that failed: [REPORT.md](${url}/blob/recovery-log/REPORT.md).\n`

function startedInWords({ crons, longestGap }: Started): string {
  if (crons.length === 0) return '**by no schedule**'
  const most = longestGap === undefined ? '' : `at most ${formatDuration(longestGap)} apart, `
  return `${most}${crons.map((cron) => `\`${oneLine(cron).replaceAll('`', '').replaceAll('|', '')}\``).join(' and ')} UTC`
}

const words = (text: string) => escape(oneLine(text))
