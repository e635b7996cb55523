import { expect, test } from '@jest/globals'
import type { Difference, DifferingRows, TableFingerprint } from '@recovery-playbook/postgres'
import { judgeSameData } from '../src/same-data.ts'
import { tablesToTell, toldInWords } from '../src/told-rows.ts'

const table: TableFingerprint = {
  schema: 'public',
  name: 'users',
  kind: 'table',
  columns: ['id', 'note'],
  rows: '10',
  hash: ['1', '2'],
}

const difference: Difference = {
  object: 'table public.users',
  aspect: 'rows',
  expected: '10',
  found: '9',
  severity: 'failure',
}

const figures = { tables: 1, rows: 10n, dumpBytes: 1, sealedBytes: 1, parts: 1 }

const detailOf = (rows: DifferingRows | string) =>
  judgeSameData([difference], figures, undefined, toldInWords([{ table, rows }])).detail

const agreeing = { missing: '0', added: '0', changed: '0', columns: [], key: ['id'], keys: [] }

test('a maintainer reads below the difference how many rows differ, and in which columns', () => {
  const rows = {
    ...agreeing,
    ...{ missing: '1', changed: '3', columns: [{ name: 'note', rows: '3' }] },
    keys: [{ key: '(7)', what: 'missing' }],
  }
  expect(detailOf(rows).split('\n').slice(1)).toEqual([
    'table public.users: rows: expected 10, found 9',
    '  against a second restore of the archive: rows missing 1, added 0, changed 3 (note in 3) by id',
    '    missing (7)',
  ])
})

test('where both restores agree, the report says that the rows cannot be told, and still fails', () => {
  expect(detailOf(agreeing)).toContain('its rows cannot be told: a second restore')
  expect(detailOf('psql ended\nwith more')).toMatch(/its rows cannot be told: psql ended$/)
})

test('only tables whose rows differ are restored once more', () => {
  const told = (more: object) =>
    tablesToTell([{ ...difference, ...more }], { tables: [table] } as never)
  expect(told({})).toEqual([table])
  expect(told({ aspect: 'content' })).toEqual([table])
  expect(told({ aspect: 'columns' })).toEqual([])
  expect(told({ severity: 'warning' })).toEqual([])
  expect(told({ object: 'table public.others' })).toEqual([])
})
