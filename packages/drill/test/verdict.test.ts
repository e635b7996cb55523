import { describe, expect, test } from '@jest/globals'
import { Failure } from '@recovery-playbook/failure'
import { checklist, DrillEnded } from '../src/checklist.ts'
import { judgeAge, judgeDataLoss, judgeRecoveryTime } from '../src/guarantees.ts'
import { type Check, checkOfError, type State, verdictOf } from '../src/verdict.ts'

const checks = (...states: State[]): Check[] =>
  states.map((state, index) => ({ name: String(index), state, detail: '' }))

describe('the verdict', () => {
  const cases: [State, State[]][] = [
    ['PROVED', ['PROVED', 'PROVED']],
    ['PROVED', ['PROVED', 'SKIPPED']],
    ['FAILED', ['PROVED', 'FAILED', 'NOT PROVED', 'SKIPPED']],
    ['NOT PROVED', ['PROVED', 'NOT PROVED']],
    ['NOT PROVED', ['SKIPPED', 'SKIPPED']],
    ['NOT PROVED', []],
  ]
  test.each(cases)('is %s for %j', (verdict, states) => {
    expect(verdictOf(checks(...states))).toBe(verdict)
  })

  test('is never green for a check that was not reached', async () => {
    const list = checklist(['restored', 'same data'])
    const failure = new Failure('RESTORE_FAILED', 'pg_restore said no', { hint: 'look' })
    await expect(list.during('restored', () => Promise.reject(failure))).rejects.toThrow(DrillEnded)
    expect(list.checks().map(({ state }) => state)).toEqual(['FAILED', 'NOT PROVED'])
  })

  test('is NOT PROVED for an error that nobody foresaw', () => {
    expect(checkOfError('restored', new TypeError('undefined is not a function')).state).toBe(
      'NOT PROVED',
    )
  })
})

describe('guarantees', () => {
  const hour = 3_600_000
  const guarantee = { recoveryTime: hour / 2, dataLoss: 24 * hour }
  const snapshot = '2026-11-24T00:00:00.000Z'
  const at = (hours: number) => new Date(Date.parse(snapshot) + hours * hour)
  const before = (hours: number) => ({ tag: 'backup-x', snapshotAt: at(-hours).toISOString() })

  test('a recovery on the dot is in time, one a second later is not, and it says by how much', () => {
    expect(judgeRecoveryTime(guarantee, hour / 2).state).toBe('PROVED')
    expect(judgeRecoveryTime(guarantee, hour / 2 + 1000)).toMatchObject({
      state: 'FAILED',
      detail: expect.stringContaining('1.0 s over the guarantee'),
    })
  })

  test('the gap to the recovery point before is the data that a disaster would have cost', () => {
    expect(judgeDataLoss(guarantee, snapshot, before(24)).state).toBe('PROVED')
    expect(judgeDataLoss(guarantee, snapshot, before(168)).state).toBe('FAILED')
    expect(judgeDataLoss(guarantee, snapshot, null).state).toBe('SKIPPED')
  })

  test('a stale recovery point fails, unless just that one was asked for', () => {
    expect(judgeAge(guarantee, snapshot, at(23), false).state).toBe('PROVED')
    expect(judgeAge(guarantee, snapshot, at(25), false).state).toBe('FAILED')
    expect(judgeAge(guarantee, snapshot, at(25), true).state).toBe('SKIPPED')
  })

  test('a snapshot from the future is not fresh: a clock is wrong', () => {
    expect(judgeAge(guarantee, snapshot, at(-2), false).state).toBe('NOT PROVED')
    expect(judgeDataLoss(guarantee, snapshot, before(-2)).state).toBe('NOT PROVED')
  })
})
