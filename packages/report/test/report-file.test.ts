import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { reportJson, reportSchema } from '../src/index.ts'
import { failed, hostileTexts, notProved, proved } from './reports.ts'

const published = JSON.parse(readFileSync('docs/report.schema.json', 'utf8')) as object
const run = { repository: 'acme/journal', id: '1', attempt: '1', url: 'https://example.com/1' }

test('docs/report.schema.json is what report.json is written by', () => {
  expect(reportSchema()).toEqual(published)
})

test.each([
  ['proved', proved],
  ['failed', failed],
  ['not proved', notProved],
  ['looked at and not drilled', { ...proved, scenario: undefined }],
  [
    'of hostile names',
    {
      ...failed,
      checks: hostileTexts.map((name) => ({ ...failed.checks[0], name })) as typeof failed.checks,
    },
  ],
])('a program that reads the report of what is %s finds what the schema says', (_, report) => {
  const ajv = new Ajv2020({ allErrors: true })
  addFormats.default(ajv)
  const validate = ajv.compile(published)
  validate(JSON.parse(reportJson(report, run)))
  expect(validate.errors).toBeNull()
})

test('figures are seconds, and null where nothing was measured', () => {
  const { measured, promised, ...rest } = JSON.parse(reportJson(proved, run)) as {
    measured: unknown
    promised: unknown
    scenario: unknown
  }
  expect(measured).toEqual({
    recoverySeconds: 65.12,
    dataLossSeconds: 86_400.123,
    ageSeconds: 600,
    worstGapSeconds: 97_200,
  })
  expect(promised).toEqual({ recoverySeconds: 1800, dataLossSeconds: 86_400 })
  expect(rest).toMatchObject({ scenario: 'database-restore', figures: { rows: '1171170' } })
  const unmeasured = JSON.parse(reportJson({ ...proved, measured: {} }, run)) as {
    measured: object
  }
  expect(new Set(Object.values(unmeasured.measured))).toEqual(new Set([null]))
})

test('of thousands of checks those that fail are kept, and the others are counted', () => {
  const many = Array.from({ length: 5000 }, (_, index) => ({
    ...{ name: `check ${index}`, detail: 'x'.repeat(5000) },
    state: index === 4000 ? ('FAILED' as const) : ('PROVED' as const),
  }))
  const text = reportJson({ ...proved, checks: many }, run)
  const file = JSON.parse(text) as { checks: { name: string }[]; leftOut: number }
  expect(file.checks[0]?.name).toBe('check 4000')
  expect(file).toMatchObject({ leftOut: 4000 })
  expect(text.length).toBeLessThan(2_000_000)
})
