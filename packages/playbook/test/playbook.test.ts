import { expect, test } from '@jest/globals'
import { parsePlaybook } from '@recovery-playbook/playbook'

const hour = 3_600_000

const misread = (text: string): string => {
  try {
    parsePlaybook(text)
  } catch (error) {
    return (error as Error).message
  }
  return 'nothing was wrong'
}

test('an empty file is a playbook with what is usual', () => {
  for (const empty of ['', '# nothing yet\n', '---\n']) {
    const playbook = parsePlaybook(empty)
    expect(playbook.guarantees).toEqual({
      'code-rollback': { recoveryTime: hour / 12, dataLoss: 0 },
      'database-restore': { recoveryTime: hour / 2, dataLoss: 24 * hour },
      'environment-rebuild': { recoveryTime: 2 * hour, dataLoss: 24 * hour },
      catastrophe: { recoveryTime: 4 * hour, dataLoss: 168 * hour },
    })
    expect(playbook.databases).toEqual({})
    expect(playbook.drill).toBeUndefined()
  }
})

test('a guarantee is written in human durations, and nothing lost as 0', () => {
  const { guarantees } = parsePlaybook(`
guarantees:
  database-restore: { recovery-time: 1h 30m, data-loss: 0 }
  catastrophe:
    data-loss: 14d
`)
  expect(guarantees['database-restore']).toEqual({ recoveryTime: 1.5 * hour, dataLoss: 0 })
  expect(guarantees.catastrophe).toEqual({ recoveryTime: 4 * hour, dataLoss: 336 * hour })
})

test.each([
  [
    'retension:\n  keep-last: 3',
    "line 1, column 1: 'retension' is no key here. Did you mean 'retention'?",
  ],
  [
    'databases:\n  shop:\n    exclude_tables: [a]',
    "line 3, column 5: databases ▸ shop: 'exclude_tables' is no key here. Did you mean 'exclude-tables'? Allowed: url, schemas, exclude-tables, exclude-table-data.",
  ],
  [
    'guarantees:\n  database-restore:\n    recovery-tme: 30m',
    "'recovery-tme' is no key here. Did you mean 'recovery-time'? Allowed: recovery-time, data-loss.",
  ],
  [
    'guarantees:\n  catastrophe: { recovery-time: 4 fortnights }',
    "line 2, column 33: guarantees ▸ catastrophe ▸ recovery-time: '4 fortnights' is not a duration.",
  ],
  ['guarantees:\n  catastrophe: { data-loss: soon }', 'or 0 for nothing lost'],
  ['guarantees:\n  catastrophe: { data-loss: -1 }', 'or 0 for nothing lost'],
  ['contacts:\n  - naem: Ada', "contacts ▸ 1: 'naem' is no key here. Did you mean 'name'?"],
  ['members:\n  code-bundle: maybe', 'members ▸ code-bundle: Write true or false.'],
  ['retention: { keep-within: 2 weeks }', 'For two weeks write 14d.'],
  ['retention: { keep-last: many }', 'Write how many to keep, such as 7, or unlimited.'],
  ['encryption: { public-keys: ../keys.asc }', 'inside the repository'],
  ['layers:\n  - { name: Copy, kind: replica }', 'Write one of provider-backups,'],
  [
    'drill:\n  visits: [{ visit: / }]',
    'line 2, column 11: drill ▸ visits: Nothing is visited without `serve`.',
  ],
  [
    'drill:\n  django: { pyton: x }',
    "drill ▸ django: 'pyton' is no key here. Did you mean 'python'?",
  ],
  ['application: [a', 'line 1, column'],
  ['application: a\napplication: b', 'line 2, column 1'],
  ['status-pages: [railway]', 'Write an address that begins with https://.'],
])('%j is refused with its place and what is allowed', (text, said) => {
  expect(misread(text)).toContain(said)
})

test('a playbook in full is read', () => {
  const playbook = parsePlaybook(`
application: Ledger
owner: Ada Lovelace <ada@example.org>
document: docs/recovery.md
databases:
  default:
    url: DATABASE_PUBLIC_URL
    exclude-table-data: [django_session]
members:
  code-bundle: true
  configuration: [SECRET_KEY]
encryption: { passphrase: BACKUP_PASSPHRASE, public-keys: .github/recovery.asc }
store: { repository: ada/backups, token: BACKUP_TOKEN }
mirrors: [{ to: ada-elsewhere/backups, token: MIRROR_TOKEN }]
retention: { keep-daily: 7, keep-weekly: 8, keep-within: 1y6m, prune-tags: true }
tags: { major-changes: ['**/migrations/**', '!docs/**'], history-document: docs/recovery.md }
drill:
  set-up: [make install]
  django: true
contacts:
  - Ada, 030 1234
  - { name: Charles, reach: charles@example.org, after: 30m }
layers:
  - { name: Railway backups, kind: provider-backups, provider: railway, every: 24h, keeps: 6d }
status-pages: [https://www.githubstatus.com/api/v2/status.json]
`)
  expect(playbook.contacts).toEqual([
    { name: 'Ada, 030 1234' },
    { name: 'Charles', reach: 'charles@example.org', after: hour / 2 },
  ])
  expect(playbook.retention).toMatchObject({ 'keep-daily': 7, 'keep-within': '1y6m' })
  expect(playbook.drill?.django).toMatchObject({ manage: 'manage.py' })
  expect(playbook.layers[0]).toMatchObject({ keeps: 144 * hour })
})
