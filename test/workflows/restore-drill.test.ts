import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { conclusions, dispatch, exportAlone, job, openStage, type Stage } from './stage.ts'

const slow = 300_000
let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  expect((await stage.run('backup.yml', dispatch, exportAlone)).conclusion).toBe('success')
}, slow)
afterAll(() => stage[Symbol.asyncDispose]())

test(
  'a drill of a chosen recovery point proves it; of one that is not there it does not',
  async () => {
    const tags = (await stage.ask('/releases')) as { tag_name: string }[]
    const oldest = tags.at(-1)?.tag_name ?? ''
    const drill = await stage.run('restore-drill.yml', dispatch, {
      inputs: { 'recovery-point': oldest },
    })
    expect(conclusions(drill)).toEqual({ verify: 'success' })
    expect(job(drill, 'verify').log).toContain(`${oldest} is published and complete`)
    const wrong = await stage.run('restore-drill.yml', dispatch, {
      inputs: { 'recovery-point': 'backup-2001-01-01-database' },
    })
    expect(conclusions(wrong)).toEqual({ verify: 'failure' })
    expect(job(wrong, 'verify').summary).toContain('NOT PROVED')
  },
  slow,
)

test(
  'the options of a drill by hand are those that it runs with',
  async () => {
    const drill = async (inputs: Record<string, string>) => {
      const result = await stage.run('restore-drill.yml', dispatch, { inputs })
      return job(result, 'verify').summary
    }
    expect(await drill({ database: 'another' })).toContain(
      "no recovery point of the database 'another'",
    )
    expect(await drill({ 'max-recovery-time': '0.001s' })).toContain('over the guarantee')
    expect(await drill({ 'max-data-loss': '0.001s' })).toContain('is stale')
  },
  slow,
)

test(
  'a drill by hand recovers with RESTORE.md alone, and a self-test proves the prover',
  async () => {
    const drill = async (inputs: Record<string, boolean>) => {
      const result = await stage.run('restore-drill.yml', dispatch, { inputs })
      expect(conclusions(result)).toEqual({ verify: 'success' })
      return job(result, 'verify')
    }
    const byHand = await drill({ 'by-hand': true })
    expect(byHand.summary).toContain('| by hand |')
    const tested = await drill({ 'self-test': true })
    expect(tested.summary).toContain('| self-test |')
    const plain = await drill({ 'by-hand': false, 'self-test': false })
    expect(plain.summary).not.toMatch(/\| (by hand|self-test) \|/)
  },
  slow,
)
