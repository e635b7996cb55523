import { expect, test } from '@jest/globals'
import { conclusions, job, openStage } from '../workflows/stage.ts'

test('a release builds the real bundles anew, and stops when what is committed is not that build', async () => {
  await using stage = await openStage({ secrets: false, whole: true })
  const release = async (tag: string) => {
    stage.tag(tag)
    return stage.run('release.yml', { name: 'push', ref: `refs/tags/${tag}` })
  }
  const good = await release('v1.2.3')
  expect({ log: job(good, 'bundles').log, ...conclusions(good) }).toMatchObject({
    ...{ bundles: 'success', attest: 'success', publish: 'success' },
  })
  await stage.publish({ 'actions/verify-restore/dist/index.js': 'console.log("evil")\n' })
  const bad = await release('v1.2.4')
  expect(job(bad, 'bundles').log).toContain('actions/verify-restore/dist/index.js')
  expect(conclusions(bad)).toEqual({ bundles: 'failure', attest: 'skipped', publish: 'skipped' })
})
