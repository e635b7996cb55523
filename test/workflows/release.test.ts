import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { conclusions, job, openStage, type Stage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ secrets: false })
})
afterEach(() => stage[Symbol.asyncDispose]())

/** Tags main, or an older commit, and runs the release as the push of the tag starts it. */
async function release(tag: string, at?: string) {
  const commit = stage.tag(tag, at)
  const result = await stage.run('release.yml', { name: 'push', ref: `refs/tags/${tag}` })
  return { commit, result }
}

const published = async () => {
  const releases = (await stage.ask('/releases')) as { tag_name: string; prerelease: boolean }[]
  return Object.fromEntries(releases.map(({ tag_name, prerelease }) => [tag_name, prerelease]))
}
const latest = async () => ((await stage.ask('/releases/latest')) as { tag_name: string }).tag_name
const change = () => stage.publish({ 'docs/change.md': String(Math.random()) })
const all = (conclusion: string) => ({
  bundles: conclusion,
  attest: conclusion,
  publish: conclusion,
})

test('who uses @v1 gets the release that was just tagged, attested', async () => {
  const first = await release('v1.2.3')
  expect(conclusions(first.result)).toEqual(all('success'))
  expect(job(first.result, 'attest').log).toContain(
    'Would attest actions/create-backup-tag/dist/index.js, actions/greet/dist/index.js, ' +
      'actions/pg-export-release/dist/index.js, actions/verify-restore/dist/index.js, ' +
      'packages/cli/dist/index.js.',
  )
  expect(stage.commit('refs/tags/v1')).toBe(first.commit)
  await change()
  const second = await release('v1.3.0')
  expect(second.commit).not.toBe(first.commit)
  expect(stage.commit('refs/tags/v1')).toBe(second.commit)
  expect(await published()).toEqual({ 'v1.2.3': false, 'v1.3.0': false })
  expect(await latest()).toBe('v1.3.0')
})

test.each([
  ['does not equal a fresh build', { 'actions/greet/dist/index.js': 'console.log("evil")\n' }],
  ['was forgotten', { 'built/actions/farewell/dist/index.js': 'console.log("bye")\n' }],
])('a bundle that %s stops the release before any tag moves', async (_, changed) => {
  const good = stage.tag('v1')
  await stage.publish(changed)
  const { result } = await release('v1.2.4')
  expect(conclusions(result)).toEqual({ ...all('skipped'), bundles: 'failure' })
  // A new folder is named, not what is in it.
  const folder = Object.keys(changed)[0]?.replace('built/', '').replace('dist/index.js', '')
  expect(job(result, 'bundles').log).toContain(folder)
  expect(stage.commit('refs/tags/v1')).toBe(good)
  expect(await published()).toEqual({})
})

test('a pre-release does not reach who uses @v1', async () => {
  const stable = stage.tag('v1')
  await change()
  expect((await release('v1.3.0-rc.1')).result.conclusion).toBe('success')
  expect(stage.commit('refs/tags/v1')).toBe(stable)
  expect(await published()).toEqual({ 'v1.3.0-rc.1': true })
})

test('a repair of an older version does not take the place of a newer one', async () => {
  const old = stage.tag('v1.9.0')
  await change()
  stage.tag('v1.10.0')
  const newer = stage.tag('v1')
  await change()
  const next = await release('v2.0.0')
  expect((await release('v1.9.1', old)).result.conclusion).toBe('success')
  expect(stage.commit('refs/tags/v1')).toBe(newer)
  expect((await release('v1.10.1')).result.conclusion).toBe('success')
  expect(stage.commit('refs/tags/v1')).toBe(next.commit)
  expect(stage.commit('refs/tags/v2')).toBe(next.commit)
  expect(await latest()).toBe('v2.0.0')
})

test('a release that failed half-way is finished by running it again', async () => {
  stage.github.arm({ kind: 'status', method: 'POST', path: '/repos/*/*/releases', status: 502 })
  const { commit, result } = await release('v1.2.3')
  expect(job(result, 'publish').conclusion).toBe('failure')
  expect((await release('v1.2.3')).result.conclusion).toBe('success')
  expect(stage.commit('refs/tags/v1')).toBe(commit)
  expect(await published()).toEqual({ 'v1.2.3': false })
})
