import { expect, test } from '@jest/globals'
import { parseEnvironmentFile } from '../src/environment-file.ts'

test('an output is read in both forms, and keeps its equals signs', () => {
  const text = 'plain=a=b\nempty=\nlong<<END\nfirst\nsecond=2\n\nEND\nlast=1\n'
  expect(parseEnvironmentFile(text)).toEqual({
    plain: 'a=b',
    empty: '',
    long: 'first\nsecond=2\n',
    last: '1',
  })
})

test('a value cannot set another output: only its own delimiter ends it', () => {
  const text = 'verdict<<ghadelimiter_1\nFAILED\nEOF\nverdict=PROVED\nghadelimiter_1\n'
  expect(parseEnvironmentFile(text)).toEqual({ verdict: 'FAILED\nEOF\nverdict=PROVED' })
})

test('the later of two values counts', () => {
  expect(parseEnvironmentFile('a=1\na=2\n')).toEqual({ a: '2' })
})

test('a value without its end is an error, not a cut value', () => {
  expect(() => parseEnvironmentFile('a<<END\ntext\n')).toThrow('END is missing')
})
