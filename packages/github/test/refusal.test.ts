import { expect, test } from '@jest/globals'
import { refusal } from '../src/index.ts'

const answered = (status: number, headers: Record<string, string> = {}, message = 'Refused') =>
  Object.assign(new Error(message), { status, response: { headers } })

const hint = (error: unknown) => refusal('create the tag x', error).hint

test.each([403, 404])(
  'the workflow-file trap is explained wherever GitHub answers %d to a tag or a release',
  (status) => {
    expect(hint(answered(status))).toMatch(/differs from the default branch/)
  },
)

test('where GitHub names the missing right to workflows, that is what the hint is about', () => {
  const headers = {
    'x-accepted-github-permissions': 'contents=write; contents=write,workflows=write',
  }
  expect(hint(answered(403, headers))).toMatch(/^Is `contents: write` given\?.*newest commit/)
})

test('a rate limit is not explained as a missing permission', () => {
  for (const error of [answered(429), answered(403, { 'x-ratelimit-remaining': '0' })]) {
    expect(hint(error)).toMatch(/used up what GitHub allows/)
    expect(hint(error)).not.toContain('contents: write')
  }
})

test('no answer at all is not called a refusal', () => {
  const { message, hint: remedy } = refusal('list the releases', new Error('ECONNREFUSED'))
  expect(message).toBe('GitHub could not be asked to list the releases: ECONNREFUSED')
  expect(remedy).toContain('githubstatus.com')
})
