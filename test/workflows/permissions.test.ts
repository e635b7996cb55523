import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { daily, dispatch, job, openStage, push, type Stage, workflowText } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, 60_000)
afterAll(() => stage[Symbol.asyncDispose]())

/** The event that runs as little as possible beside the job. */
const events = {
  'backup.yml': { tag: push, export: daily, verify: dispatch },
  'restore-drill.yml': { verify: dispatch },
}

describe.each(Object.entries(events))('%s grants no permission that nothing needs:', (file, of) => {
  const text = workflowText(file)
  const cases = jobsOf(text).flatMap(({ id, lines }) =>
    lines.flatMap((line) => lowered(line).map((lower) => ({ id, line, lower }))),
  )

  test.each(cases)(
    'the job $id fails with "$lower"',
    async ({ id, line, lower }) => {
      const [before = '', after = ''] = text.split(`\n  ${id}:\n`)
      await stage.publish({
        [file]: `${before}\n  ${id}:\n${after.replace(line, `      ${lower}`)}`,
      })
      const event = (of as Readonly<Record<string, typeof push>>)[id]
      if (event === undefined) throw new Error(`no event is known that starts the job ${id}`)
      const result = await stage.run(file, event)
      expect(result.conclusion).toBe('failure')
      expect(job(result, id).conclusion).toBe('failure')
      expect(job(result, id).log).toMatch(/permission|needs contents=read/)
    },
    120_000,
  )
})

/** Each job with the lines of its `permissions`. */
function jobsOf(text: string) {
  const jobs = text.slice(text.indexOf('\njobs:'))
  const found = jobs.matchAll(
    /^ {2}(\w+):\n(?:(?! {2}\w).*\n)*? {4}permissions:\n((?: {6}.*\n)+)/gm,
  )
  return [...found].map(([, id = '', lines = '']) => ({ id, lines: lines.trimEnd().split('\n') }))
}

/** `contents: write` can be taken away altogether, and in part. */
function lowered(line: string): string[] {
  const [, scope = '', level] = /^ *([\w-]+): (\w+)/.exec(line) ?? []
  return level === 'write' ? [`${scope}: none`, `${scope}: read`] : [`${scope}: none`]
}
