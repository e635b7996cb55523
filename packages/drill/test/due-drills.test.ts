import { expect, test } from '@jest/globals'
import { parsePlaybook } from '@recovery-playbook/playbook'
import { drillableScenarios, drilledPoints, dueDrills, outsideMirror } from '../src/index.ts'

const now = new Date('2026-11-27T04:47:00Z')
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString()
const day = 24

type Rows = Parameters<typeof dueDrills>[0]

const drill = (
  scenario: 'database-restore' | 'catastrophe',
  hours: number,
  verdict = 'PROVED',
  snapshot = hours,
) =>
  ({
    kind: 'drill',
    ...{ recoveryPoint: 'backup-2026-11-20-database', snapshotAt: hoursAgo(snapshot) },
    ...{ recordedAt: hoursAgo(hours), run: { id: 1, attempt: 1 }, scenario, verdict },
    ...{ recoverySeconds: 1, dataLossSeconds: 1, ageSeconds: 1 },
  }) as Rows[number]

const alone = ['database-restore'] as const

test.each([
  ['nothing was ever drilled', [], ['database-restore']],
  ['it was proved a minute ago', [drill('database-restore', 0)], []],
  ['it was proved six and a half days ago', [drill('database-restore', 6.5 * day)], []],
  [
    'it was proved almost a week ago',
    [drill('database-restore', 7 * day - 6)],
    ['database-restore'],
  ],
  ['a run was dropped', [drill('database-restore', 13 * day)], ['database-restore']],
  ['it failed today', [drill('database-restore', 12, 'FAILED')], []],
  ['it failed yesterday', [drill('database-restore', 24, 'FAILED')], ['database-restore']],
  [
    'a check could not run yesterday',
    [drill('database-restore', 24, 'NOT PROVED')],
    ['database-restore'],
  ],
  [
    'it was proved after it failed',
    [drill('database-restore', 48, 'FAILED'), drill('database-restore', 24)],
    [],
  ],
  [
    'it was proved tomorrow, by a clock that is wrong',
    [drill('database-restore', -24)],
    ['database-restore'],
  ],
  [
    'an old recovery point was proved today',
    [drill('database-restore', 8 * day), drill('database-restore', 1, 'PROVED', 60 * day)],
    ['database-restore'],
  ],
  [
    'a snapshot of next year was proved an hour ago',
    [drill('database-restore', 1, 'PROVED', -365 * day)],
    [],
  ],
  [
    'a snapshot of next year was proved yesterday',
    [drill('database-restore', day, 'PROVED', -365 * day)],
    ['database-restore'],
  ],
  ['something else was drilled', [drill('catastrophe', 1)], ['database-restore']],
] as const)('when %s', (_, rows, due) => {
  expect(dueDrills(rows, alone, now)).toEqual(due)
})

test('every fourth week what takes longer is due, where there are the means', () => {
  const rows = [drill('database-restore', 1), drill('catastrophe', 27 * day)]
  const all = ['database-restore', 'environment-rebuild', 'catastrophe'] as const
  expect(dueDrills(rows, all, now)).toEqual(['environment-rebuild'])
  const later = [drill('database-restore', 1), drill('catastrophe', 28 * day)]
  expect(dueDrills(later, all, now)).toEqual(['environment-rebuild', 'catastrophe'])
})

test.each([
  ['', ['database-restore']],
  ['drill: { set-up: [make] }', ['database-restore', 'environment-rebuild']],
  ['mirrors: [{ to: other/keeps }]', ['database-restore']],
  [
    'drill: { set-up: [make] }\nmirrors: [{ to: ada/keeps }]',
    ['database-restore', 'environment-rebuild'],
  ],
  [
    'drill: { set-up: [make] }\nmirrors: [{ to: /srv/keeps }]',
    ['database-restore', 'environment-rebuild'],
  ],
  [
    'drill: { set-up: [make] }\nmirrors: [{ to: other/keeps }]',
    ['database-restore', 'environment-rebuild', 'catastrophe'],
  ],
])('the means of the playbook %j', (text, scenarios) => {
  expect(drillableScenarios(parsePlaybook(text), 'Ada')).toEqual(scenarios)
})

test('a mirror is outside when its owner is another, in whatever letters', () => {
  const mirrors = ['./folder', 'ADA/keeps', 'other/keeps'].map((to) => ({ to }))
  expect(outsideMirror(mirrors, 'ada')).toBe('other/keeps')
})

test('the restores that count are those of what was published last', () => {
  const of = (recoveryPoint: string, scenario: 'database-restore' | 'catastrophe') => ({
    ...drill(scenario, 1),
    recoveryPoint,
  })
  const rows = [
    of('newer', 'database-restore'),
    of('older', 'database-restore'),
    of('removed', 'database-restore'),
    of('newest', 'catastrophe'),
  ]
  const published = ['newest', 'newer', 'never', 'older'].map((tag) => ({ tag }))
  expect(drilledPoints(rows, published)).toEqual(['newer', 'older'])
})
