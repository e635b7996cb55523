import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { partsIn, withParts } from '../src/index.ts'

const part = (content: string, name = 'guarantees') => ({ name, heading: 'Guarantees', content })
const byHand = `# Our playbook

Written by Ada.

<!-- recovery-playbook:begin guarantees -->
old
<!-- recovery-playbook:end guarantees -->

Call Bob first.`

test('what stands between the markers is replaced, and what is around them is not', () => {
  expect(withParts(byHand, [part('| a |\n|---|\n| 1 |')])).toBe(
    byHand.replace('\nold\n', '\n\n| a |\n|---|\n| 1 |\n\n'),
  )
})

test('a part without markers gets a section at the end', () => {
  expect(withParts('# Ours\n\nBy hand', [part('new')])).toBe(
    '# Ours\n\nBy hand\n\n## Guarantees\n\n<!-- recovery-playbook:begin guarantees -->\n\nnew\n\n<!-- recovery-playbook:end guarantees -->\n',
  )
})

test('an empty document becomes one', () => {
  const text = withParts('', [part('new')])
  expect(text).toMatch(/^## Guarantees\n/)
  expect(withParts(text, [part('new')])).toBe(text)
})

test('a document keeps its line endings', () => {
  const text = withParts(byHand.replaceAll('\n', '\r\n'), [part('a\nb')])
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
})

test('a marker within code, a list or a quotation is text', () => {
  const text =
    '```\n<!-- recovery-playbook:begin x -->\n```\n\n> <!-- recovery-playbook:end x -->\n'
  expect(partsIn(text)).toEqual([])
})

test('content cannot end its own part', () => {
  const evil = '<!-- recovery-playbook:end guarantees -->'
  const text = withParts(byHand, [part(`a\n${evil}\nb`)])
  expect(withParts(text, [part('x')])).toBe(withParts(byHand, [part('x')]))
})

const begin = '<!-- recovery-playbook:begin a -->\n\n'
const end = '<!-- recovery-playbook:end a -->\n\n'
test.each([
  ['without an end', begin, 'Line 1', 'nothing ends'],
  ['without a beginning', `text\n\n${end}`, 'Line 3', 'has begun'],
  ['twice', `${begin}${end}${begin}${end}`, 'Line 5', 'already'],
  ['within another', `${begin}<!-- recovery-playbook:begin b -->\n\n`, 'Line 3', 'no end yet'],
])('markers %s are refused, with their line', (_, text, line, why) => {
  for (const words of [line, why]) expect(() => withParts(text, [part('x', 'a')])).toThrow(words)
})

test('nothing is added to a document that ends within a code block', () => {
  expect(() => withParts('```\nnever closed\n', [part('x')])).toThrow('cannot be added')
})

test('once more changes nothing, and what is written by hand stays byte for byte', () => {
  const hand = fc
    .array(
      fc.constantFrom(
        'text',
        '# Title',
        '',
        '- item',
        '| a |\n|---|\n| 1 |',
        '> quoted',
        '日本語 🐘',
        '`code`',
      ),
    )
    .map((lines) => lines.join('\n'))
  const content = fc
    .array(fc.constantFrom('| a |\n|---|', 'words', '', '- x', '```\ncode\n```', '<!-- c -->'))
    .map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(
      hand,
      hand,
      fc.array(content, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('\n', '\r\n'),
      (before, after, contents, ending) => {
        const middle = '\n\n<!-- recovery-playbook:begin a -->\n<!-- recovery-playbook:end a -->\n'
        const [head, tail] = [before, `\n${after}`].map((one) => one.replaceAll('\n', ending))
        const text = `${head}${middle.replaceAll('\n', ending)}${tail}`
        const parts = contents.map((one, index) =>
          part(one, index === 0 ? 'a' : `part-${'b'.repeat(index)}`),
        )
        const once = withParts(text, parts)
        expect(withParts(once, parts)).toBe(once)
        expect(once.startsWith(`${head}${ending}${ending}<!--`)).toBe(true)
        expect(once).toContain(`end a -->${ending}${(tail ?? '').replace(/(\r\n|\n)$/, '')}`)
      },
    ),
    { numRuns: 500 },
  )
})

test.each(['```\nnever closed', '~~~', 'x\n\n<!-- never closed', '<script>'])(
  'content that would swallow the marker after it is refused: %j',
  (content) => {
    expect(() => withParts(byHand, [part(content)])).toThrow('does not close it')
    expect(() => withParts('# Ours', [part(content)])).toThrow('does not close it')
  },
)

test('a marker without spaces is one, too', () => {
  const text = '<!--recovery-playbook:begin x-->\n<!--recovery-playbook:end x-->\n'
  expect(partsIn(text)).toEqual(['x'])
})
