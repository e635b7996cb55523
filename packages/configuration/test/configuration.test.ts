import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import {
  chosenVariables,
  parseConfiguration,
  renderConfiguration,
  variablesIn,
} from '../src/index.ts'

const awkward = {
  SECRET_KEY: 'it\'s "quoted" `$(touch /tmp/pwned)` \\ $HOME #',
  LINES: "first\nsecond='x'\n\nSECOND=y\n",
  EMPTY_LOOKING: ' ',
  EMOJI: '🌿 = \t',
  QUOTES: "''''",
}

test('a person and the drill read every value as it was', () => {
  const text = renderConfiguration(awkward)
  expect(parseConfiguration(text)).toEqual(awkward)
  const directory = mkdtempSync(join(tmpdir(), 'configuration-'))
  try {
    writeFileSync(join(directory, 'configuration.env'), text)
    const script = 'set -a; . ./configuration.env; env -0'
    const read = execFileSync('sh', ['-c', script], { cwd: directory, encoding: 'utf8', env: {} })
    const variables = read.split('\0')
    for (const [name, value] of Object.entries(awkward)) {
      expect(variables).toContain(`${name}=${value}`)
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test.each(['A=1\n', "A='1'", "A='1'\nB='2", "A='1'; touch x\n", "1A='x'\n", "A='1' \n"])(
  'what nobody of us wrote is not read: %j',
  (text) => {
    expect(() => parseConfiguration(text)).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION_MISSING' }),
    )
  },
)

test('every variable that is not set is named, and no value is', () => {
  const environment = { A: 'secret', B: '', C: undefined }
  expect(chosenVariables('A', environment)).toEqual({ A: 'secret' })
  expect(() => chosenVariables('A, B\nC D', environment)).toThrow(
    expect.objectContaining({
      code: 'CONFIGURATION_MISSING',
      message: "These variables of 'configuration' are not set: B, C, D.",
    }),
  )
  expect(() => chosenVariables('A B=1', environment)).toThrow(/'B=1' in 'configuration'/)
})

test('values that come as one text are read as JSON, and nothing of a wrong text is shown', () => {
  expect(variablesIn(JSON.stringify(awkward))).toEqual(awkward)
  expect(variablesIn('')).toEqual({})
  for (const wrong of ['{"A": sesame}', '["sesame"]', '"sesame"', '{"A":{"sesame":1}}', 'null']) {
    const read = () => variablesIn(wrong)
    expect(read).toThrow("'configuration-values' is no JSON object of texts.")
    expect(read).not.toThrow('sesame')
  }
})
