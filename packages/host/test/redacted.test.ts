import { expect, test } from '@jest/globals'
import { redacted } from '../src/redacted.ts'

test('no secret that was masked reaches an issue or a file, also where one holds another', () => {
  const secrets = new Set(['word', 'many words', 'postgresql://u:p@h/d'])
  expect(redacted('many words, word: postgresql://u:p@h/d words', secrets)).toBe(
    '***, ***: *** ***s',
  )
})
