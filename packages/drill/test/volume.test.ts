import { expect, test } from '@jest/globals'
import type { Fingerprint } from '@recovery-playbook/postgres'
import { judgeVolume, noneProved, notOpened } from '../src/volume.ts'

const held = (rows: Record<string, number>, more: Partial<Fingerprint> = {}): Fingerprint => ({
  ...({ schema: '' } as Fingerprint),
  ...more,
  tables: Object.entries(rows).map(([name, count]) => ({
    ...{ schema: 'public', name, kind: 'table', columns: [] },
    ...{ rows: String(count), hash: ['0', '0'] },
  })),
})

const before = (rows: Record<string, number>, more?: Partial<Fingerprint>) => ({
  tag: 'backup-before',
  fingerprint: held(rows, more),
})

test('a table that lost more than its share since the last proof is flagged, and the way out named', () => {
  const check = judgeVolume(
    held({ users: 499, notes: 500 }),
    before({ users: 1000, notes: 1000 }),
    50,
  )
  expect(check).toMatchObject({
    state: 'FAILED',
    detail: expect.stringContaining('table public.users: expected about 1000 rows, found 499'),
    hint: expect.stringMatching(/max-shrink: 100.*keep backup-before/),
  })
  expect(check.detail).not.toContain('notes')
})

test('a table that is gone is flagged, and accepted only by 100', () => {
  expect(judgeVolume(held({}), before({ users: 1000 }), 99)).toMatchObject({
    state: 'FAILED',
    detail: expect.stringContaining('found no table'),
  })
  expect(judgeVolume(held({}), before({ users: 1000 }), 100).state).toBe('PROVED')
})

test('small tables come and go without an alarm', () => {
  expect(judgeVolume(held({ jobs: 0 }), before({ jobs: 99 }), 50).state).toBe('PROVED')
  expect(judgeVolume(held({ jobs: 0 }), before({ jobs: 100 }), 50).state).toBe('FAILED')
})

test('partitions that are rotated are no loss, and emptied ones are', () => {
  const attached = (...days: number[]) => ({
    schema: days
      .map(
        (day) =>
          `ALTER TABLE ONLY public."Log s" ATTACH PARTITION public.day_${day} FOR VALUES IN (${day});`,
      )
      .join('\n'),
  })
  const old = before({ day_1: 1000, day_2: 1000 }, attached(1, 2))
  expect(judgeVolume(held({ day_2: 1000, day_3: 900 }, attached(2, 3)), old, 50).state).toBe(
    'PROVED',
  )
  expect(judgeVolume(held({ day_2: 400, day_3: 0 }, attached(2, 3)), old, 50)).toMatchObject({
    state: 'FAILED',
    detail: expect.stringContaining('table public.Log s: expected about 2000 rows, found 400'),
  })
})

test('what filters left out is not taken for lost', () => {
  const filters = { schemas: [], excludeTables: [], excludeTableData: [] }
  const leftOut = {
    ...{ filters, schemas: ['old'], relations: [] },
    rows: [{ kind: 'table', schema: 'public', name: 'logs' }],
  } as unknown as NonNullable<Fingerprint['leftOut']>
  const now = held({ logs: 0, users: 1000 }, { leftOut })
  expect(judgeVolume(now, before({ logs: 5000, users: 1000 }), 50).state).toBe('PROVED')
})

test('a volume that could not be compared is not green', () => {
  expect(judgeVolume(held({}), noneProved, 50).state).toBe('SKIPPED')
  const unknown = judgeVolume(held({}), notOpened(new Error('no network')), 50)
  expect(unknown).toMatchObject({ state: 'NOT PROVED', hint: expect.any(String) })
  expect(unknown.detail).toContain('no network')
})
