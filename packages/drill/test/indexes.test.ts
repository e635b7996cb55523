import { expect, test } from '@jest/globals'
import { judgeIndexes } from '../src/indexes.ts'

const sound = { checked: 26, corrupt: [], unchecked: [], others: 0 }
const trouble = { index: 'public.users_email', message: 'why' }

test('without amcheck nothing is said to be proved', () => {
  expect(judgeIndexes('not installed')).toEqual({
    name: 'indexes',
    state: 'SKIPPED',
    detail: 'not installed',
  })
})

test('a corrupt index fails, and is named', () => {
  expect(judgeIndexes({ ...sound, corrupt: [trouble], unchecked: [trouble] })).toMatchObject({
    state: 'FAILED',
    detail: expect.stringContaining('index public.users_email: why'),
  })
})

test('an index that could not be looked into is never green', () => {
  expect(judgeIndexes({ ...sound, unchecked: [trouble] }).state).toBe('NOT PROVED')
})

test('what amcheck cannot look into is counted', () => {
  expect(judgeIndexes({ ...sound, others: 2 })).toMatchObject({
    state: 'PROVED',
    detail: expect.stringContaining('2 of other kinds'),
  })
})
