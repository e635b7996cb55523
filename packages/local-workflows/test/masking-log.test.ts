import { expect, test } from '@jest/globals'
import { maskingLog } from '../src/index.ts'

function shown(...lines: string[]): string[] {
  const result: string[] = []
  const show = maskingLog((line) => result.push(line))
  for (const line of lines) show(line)
  return result
}

test('a leak is found where it would be one: a secret is masked from its mask on, not before', () => {
  expect(shown('pass s3cret', '::add-mask::s3cret', 'pass s3cret, s3cret')).toEqual([
    'pass s3cret',
    'pass ***, ***',
  ])
})

test('each line of a secret of several lines is masked by itself', () => {
  expect(shown('::add-mask::one%0Atwo%0A', 'one', 'and two', 'three')).toEqual([
    '***',
    'and ***',
    'three',
  ])
})

test('a secret that was escaped for the command is masked in its plain form', () => {
  expect(shown('::add-mask::50%25 %0D', 'a 50% \r b')).toEqual(['a *** b'])
})

test('an empty mask masks nothing', () => {
  expect(shown('::add-mask::', 'text')).toEqual(['text'])
})

test('annotations and groups are masked too, and marked', () => {
  expect(
    shown(
      '::add-mask::s3cret',
      '::group::Dump s3cret',
      '::error title=A%3A s3cret%2C::it is%0As3cret',
      '::endgroup::',
      '::debug::s3cret',
    ),
  ).toEqual(['▸ Dump ***', 'ERROR A: ***,: it is\n***'])
})

test('what only looks like a command is shown', () => {
  expect(shown('select 1::int', 'a ::add-mask::b')).toEqual(['select 1::int', 'a ::add-mask::b'])
})
