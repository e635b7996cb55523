import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parsePlaybook, scenarios } from '@recovery-playbook/playbook'
import { audit, type Facts, type Finding, type KeyCheck } from '../src/index.ts'

const now = new Date('2026-11-26T12:00:00Z')

function factsOf(folder: 'planted' | 'honest', other: Partial<Facts> = {}): Facts {
  const read = (path: string) => ({
    path,
    text: readFileSync(join('test/documents', folder, path), 'utf8'),
  })
  const file = read('.github/recovery-playbook.yml')
  return {
    repository: 'ada/lifebook',
    playbook: parsePlaybook(file.text, file.path),
    file,
    workflows: [read('.github/workflows/backup.yml')],
    document: read('PLAYBOOK.md'),
    drilled: [
      drill('code-rollback', 60),
      drill('database-restore', 1200),
      drill('environment-rebuild', 3600),
      drill('catastrophe', 7200),
    ],
    secrets: ['DATABASE_PUBLIC_URL', 'BACKUP_PASSPHRASE', 'MIRROR_TOKEN'],
    keyChecks: [asked('2026-Q4', '2026-10-01', 'opened')],
    now,
    ...other,
  }
}

const drill = (scenario: (typeof scenarios)[number], seconds: number, verdict = 'PROVED') => ({
  ...{ scenario, verdict, recoverySeconds: seconds },
  recordedAt: '2026-11-23T03:00:00Z',
})

/** An issue that asked for somebody's own copy of the key. */
const asked = (
  quarter: string,
  day: string,
  answer?: KeyCheck['answer'],
  database = 'default',
) => ({
  ...{ database, quarter, answer, openedAt: `${day}T03:00:00Z` },
  url: `https://github.com/ada/lifebook/issues/${quarter.at(-1) ?? ''}`,
})

/** What is said of a line of the file, by the words on that line. */
function told(facts: Facts): string[] {
  const texts = [facts.file, ...facts.workflows, facts.document].flatMap((one) => one ?? [])
  const lineOf = ({ file, line }: Finding) =>
    texts
      .find(({ path }) => path === file)
      ?.text.split('\n')
      [line - 1]?.trim() ?? 'nothing'
  return audit(facts).map((one) => `${one.severity} ${one.rule}: ${lineOf(one)}`)
}

test('every planted claim is found on its line, and nothing else', () => {
  const facts = factsOf('planted', {
    drilled: [drill('database-restore', 2700), drill('environment-rebuild', 60, 'FAILED')],
    secrets: ['DATABASE_PUBLIC_URL'],
  })
  expect(told(facts).toSorted()).toEqual(
    [
      // The playbook file
      'false provider-retention: keeps: 30d',
      'unproved provider-retention: - name: Any second of the last week',
      'unproved provider-retention: - name: Media',
      'false replication-is-no-backup: - name: The second region',
      'false command-cannot-work: - railway run pg_dump $DATABASE_URL > before.sql',
      'false check-without-restored-data: - name: Django is well',
      'false secret-not-set: passphrase: BACKUP_PASSPHRASE',
      'false schedule-too-rare: database-restore: { recovery-time: 30m, data-loss: 24h }',
      'false schedule-too-rare: data-loss: 24h',
      'unproved schedule-too-rare: data-loss: 7d',
      'false retention-too-short: retention:',
      'false recovery-time-below-measured: database-restore: { recovery-time: 30m, data-loss: 24h }',
      'false guarantee-not-proved: environment-rebuild:',
      'unproved guarantee-never-drilled: catastrophe:',
      'unproved guarantee-never-drilled: guarantees:',
      'false no-mirror-outside-account: catastrophe:',
      // The workflow
      'false secret-not-set: mirror-token: ${{ secrets.MIRROR_TOKEN }}',
      // The document
      'false provider-retention: 1. Railway backups of the database, daily, kept for 30 days',
      'unproved provider-retention: 2. Point-in-time recovery at Railway, to any second of the last week',
      'false replication-is-no-backup: 3. Replication of the database to a second region, our live backup',
      'unproved provider-retention: 4. Media at Cloudinary is backed up by Cloudinary',
      'false document-differs: | Full environment rebuild   | 1 hour        | 24 hours          |',
      'false command-cannot-work: railway run pg_dump $DATABASE_URL > backup.sql',
      'false check-without-restored-data: 1. Run `python manage.py check` and see that it says no issues',
    ].toSorted(),
  )
})

test.each([
  '# Backups\n\nReplication is not counted as one.\n',
  '# Backups\n\nWe never rely on the replica.\n',
  '# Deploying\n\n`python manage.py check --deploy`\n',
  '# News\n\nRailway keeps logs for 30 days.\n',
  "# Restore\n\n```sh\nrailway run bash -c 'pg_dump $DATABASE_URL'\n```\n",
])('what is true in a document is no finding: %j', (text) => {
  expect(audit(factsOf('honest', { document: { path: 'PLAYBOOK.md', text } }))).toEqual([])
})

test('each finding says the fact, its source and the mend', () => {
  for (const finding of audit(factsOf('planted', { drilled: [], secrets: 'unknown' }))) {
    for (const words of [finding.claim, finding.fact, finding.source, finding.mend])
      expect(words.length).toBeGreaterThan(5)
  }
})

test('an honest playbook gives no finding', () => {
  expect(told(factsOf('honest'))).toEqual([])
})

test('what could not be asked is unknown, never silence', () => {
  const unknown = { drilled: 'unknown', secrets: 'unknown', keyChecks: 'unknown' } as const
  const facts = factsOf('honest', { ...unknown, repository: undefined })
  expect(
    audit(facts)
      .map(({ rule, severity }) => `${severity} ${rule}`)
      .toSorted(),
  ).toEqual([
    'unknown guarantee-never-drilled',
    'unknown key-check-not-answered',
    'unknown no-mirror-outside-account',
    'unknown secret-not-set',
  ])
})

describe('a key that only people can show to hold', () => {
  const unanswered = 'unproved Nobody has shown in 2026-Q4 to hold it.'
  const failed = 'false Somebody tried in 2026-Q3, and their copy did not open one.'
  test.each([
    ['was asked for 14 days ago: there is time', [asked('2026-Q4', '2026-11-13')], []],
    ['was asked for longer ago', [asked('2026-Q4', '2026-11-12')], [unanswered]],
    [
      'was asked for late, and before that shown',
      [asked('2026-Q4', '2026-11-20'), asked('2026-Q3', '2026-07-01', 'opened')],
      [],
    ],
    [
      'was shown in an earlier quarter alone',
      [asked('2026-Q4', '2026-10-01'), asked('2026-Q3', '2026-07-01', 'opened')],
      [unanswered],
    ],
    [
      'was shown after a quarter without an answer',
      [asked('2026-Q4', '2026-10-01', 'opened'), asked('2026-Q3', '2026-07-01')],
      [],
    ],
    [
      'did not open, and was asked for anew',
      [asked('2026-Q4', '2026-11-20'), asked('2026-Q3', '2026-07-01', 'failed')],
      [failed],
    ],
    [
      'was shown for another database alone',
      [asked('2026-Q4', '2026-10-01', 'opened', 'users'), asked('2026-Q4', '2026-10-01')],
      [unanswered],
    ],
    [
      'was shown long ago, and not asked for since',
      [asked('2026-Q2', '2026-04-01', 'opened')],
      ['unproved Nobody has been asked since 2026-Q2.'],
    ],
    [
      'did not open long ago',
      [asked('2026-Q2', '2026-04-01', 'failed')],
      [failed.replace('Q3', 'Q2')],
    ],
    ['nobody was ever asked for', [], []],
  ])('and that %s', (_, keyChecks, said) => {
    const found = audit(factsOf('honest', { keyChecks }))
    expect(found.map(({ severity, fact }) => `${severity} ${fact}`)).toEqual(said)
  })
})

describe('schedules', () => {
  test.each([
    ['twice a day', '47 4,16 * * *', 'backup', []],
    ['once a week', '47 4 * * 1', 'backup', ['false', 'false', 'unproved']],
    ['of a workflow that exports nothing', '47 4,16 * * *', 'watch', ['false', 'false', 'false']],
  ])('of a called workflow: %s', (_, cron, called, severities) => {
    const uses = `recovery-playbook/recovery-playbook/.github/workflows/${called}.yml@v0`
    const text = `on:\n  schedule:\n    - cron: '${cron}'\njobs:\n  a:\n    uses: ${uses}\n`
    const found = audit(factsOf('honest', { workflows: [{ path: 'a.yml', text }], secrets: [] }))
    const tooRare = found.filter(({ rule }) => rule === 'schedule-too-rare')
    expect(tooRare.map(({ severity }) => severity)).toEqual(severities)
  })

  const withCrons = (crons: string[], job = '') => {
    const text = `on:\n  schedule:\n${crons.map((cron) => `    - cron: '${cron}'\n`).join('')}jobs:\n  a:\n${job}    steps:\n      - uses: ./actions/pg-export-release\n`
    const found = audit(factsOf('honest', { workflows: [{ path: 'a.yml', text }], secrets: [] }))
    return found.filter(({ rule }) => rule === 'schedule-too-rare')
  }

  test.each([
    ['daily', ['20 4 * * *'], ['unproved', 'unproved']],
    ['twice a day', ['20 4,16 * * *'], []],
    ['on working days', ['20 4,16 * * 1-5'], ['false', 'false']],
    ['weekly', ['20 4 * * 1'], ['false', 'false', 'unproved']],
    ['once a month', ['20 4 1 * *'], ['false', 'false', 'false']],
    ['weekly and daily', ['20 4 * * 1', '20 5 * * *'], ['unproved', 'unproved']],
    ['never', [], ['false', 'false', 'false']],
    ['by what is no schedule', ['whenever'], ['false', 'false', 'false']],
  ])('that export %s', (_, crons, severities) => {
    expect(withCrons(crons).map(({ severity }) => severity)).toEqual(severities)
  })

  test('that a job is not started by do not count', () => {
    const job = "    if: github.event.schedule != '20 4,16 * * *'\n"
    expect(withCrons(['20 4,16 * * *'], job)).toHaveLength(3)
    const only = "    if: github.event.schedule == '20 4,16 * * *'\n"
    expect(withCrons(['0 0 1 * *', '20 4,16 * * *'], only)).toEqual([])
  })
})

test('a directory may lie anywhere: whether it outlives the account is not known', () => {
  const facts = factsOf('honest')
  const mirrors = [{ to: '/mnt/disk' }]
  const found = audit({ ...facts, playbook: { ...facts.playbook, mirrors } })
  expect(found.map(({ rule, severity }) => [rule, severity])).toContainEqual([
    'no-mirror-outside-account',
    'unproved',
  ])
})

test('a store in another account is outside of this one', () => {
  const facts = factsOf('honest')
  const { store } = facts.playbook
  const playbook = {
    ...facts.playbook,
    mirrors: [],
    store: { ...store, repository: 'other/backups' },
  }
  expect(audit({ ...facts, playbook })).toEqual([])
})

test.each([
  ['keep-last: 3', 3],
  ['keep-within: 6d', 1],
  ['keep-within: 7d', 0],
  ['keep-weekly: 4', 0],
  ['keep-daily: unlimited', 0],
  ['{}', 0],
])('retention with %s', (keep, count) => {
  const text = `retention:\n  ${keep}\n`
  const facts = factsOf('honest')
  const playbook = { ...facts.playbook, retention: parsePlaybook(text).retention }
  const found = audit({ ...facts, playbook }).filter(({ rule }) => rule === 'retention-too-short')
  expect(found).toHaveLength(count)
})
