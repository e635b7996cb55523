import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { assertUsablePassphrase } from '../src/index.ts'

const refusal = (passphrase: string) => {
  try {
    assertUsablePassphrase(passphrase)
  } catch (error) {
    return error as Error
  }
  return undefined
}

test.each([
  ['', 'is empty'],
  ['4cXh0Qy1P4vB3zIsmk8ZpTfDqLw2Rj7e\n', 'line break'],
  ['4cXh0Qy1P4vB3zIsmk8ZpTfDqLw2Rj7e\u0007', 'control character'],
  ['4cXh0Qy1P4vB3zIsmk8ZpTfDqLw2Rj7e\u0301', 'normal form C'],
])(
  'the passphrase %j, which gpg could not be given by hand, is refused: it %s',
  (unusable, why) => {
    expect(refusal(unusable)).toMatchObject({
      code: 'PASSPHRASE_UNUSABLE',
      message: expect.stringContaining(why),
    })
  },
)

test.each([
  'short',
  'correct horse battery staple',
  'passwordpasswordpasswordpassword',
  'Tr0ub4dour&3Tr0ub4dour&3',
  'qwertyuiopasdfghjklzxcvbnm123456',
  'January February March April 2026',
  'a'.repeat(200),
  '1234567890'.repeat(1000),
])('a passphrase that somebody guesses before the archive is worthless is refused: %j', (weak) => {
  expect(refusal(weak)).toMatchObject({
    code: 'PASSPHRASE_UNUSABLE',
    message: expect.stringMatching(/estimated at \d+ bits, and 80 are needed/),
    hint: expect.stringContaining('openssl rand -base64 24'),
  })
})

test('a refused passphrase is not repeated in the log', () => {
  const error = refusal('hunter2hunter2')
  expect(JSON.stringify(error) + String(error)).not.toContain('hunter2')
})

test('what the hint recommends is accepted, whatever openssl draws', () => {
  for (let draw = 0; draw < 20; draw += 1) {
    expect(refusal(randomBytes(24).toString('base64'))).toBeUndefined()
  }
})

test.each([
  'perfume-glacier-tuition-hamster-oblong-vivacious-tidy',
  'Äpfel, Zwetschgen; ein Fahrrad ohne Klingel — und drei Möwen',
  randomBytes(32).toString('hex'),
])('a long passphrase that people can remember or generate is accepted: %s', (strong) => {
  expect(refusal(strong)).toBeUndefined()
})

test('a passphrase of any length is judged within seconds', () => {
  const started = performance.now()
  assertUsablePassphrase(randomBytes(100_000).toString('base64'))
  expect(performance.now() - started).toBeLessThan(10_000)
})
