import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Table, tablesIn, withRowsFirst, withRowsLast } from '../src/index.ts'

const history = `# Playbook

| Tag | Date | Why |
|-----|:----:|----:|
| [backup-2026-01-02](https://github.com/x/y) | 2. Jan | \`a \\| b\` before **upgrade** |
| short |
| long | 1 | 2 | 3 |

Tail, by hand.`

const only = (text: string): Table => {
  const [table] = tablesIn(text)
  if (table === undefined) throw new Error(`no table in ${JSON.stringify(text)}`)
  return table
}

test('cells are what a reader sees, and each row has the width of the header', () => {
  const { header, rows, line, sections } = only(history)
  expect([line, sections, header.cells]).toEqual([3, ['Playbook'], ['Tag', 'Date', 'Why']])
  expect(rows.map(({ cells }) => cells)).toEqual([
    ['backup-2026-01-02', '2. Jan', 'a | b before upgrade'],
    ['short', '', ''],
    ['long', '1', '2'],
  ])
  expect(rows[0]?.raw[2]).toBe('`a \\| b` before **upgrade**')
  expect(rows.map((row) => row.line)).toEqual([5, 6, 7])
})

test('a row that is added first stands under the header, one that is added last after all', () => {
  const longer = withRowsFirst(history, only(history), [['first', 'x']])
  const all = withRowsLast(longer, only(longer), [['last', 'y', 'a\nb|c']])
  expect(all.split('\n').slice(3, 10)).toEqual([
    '|-----|:----:|----:|',
    '| first | x |  |',
    ...history.split('\n').slice(4, 7),
    '| last | y | a<br>b\\|c |',
    '',
  ])
  expect(only(all).rows.at(-1)?.cells[2]).toBe('a<br>b|c')
})

test('a table at the end of a file without a final newline can grow', () => {
  const text = 'a | b\n--|--'
  expect(withRowsLast(text, only(text), [['1', '2']])).toBe('a | b\n--|--\n| 1 | 2 |')
  expect(only(withRowsFirst(text, only(text), [['1', '2']])).rows[0]?.cells).toEqual(['1', '2'])
})

describe('tables of any kind', () => {
  /** Words of cells that are hard to keep apart. */
  const word = fc.oneof(
    fc.constantFrom(
      '|',
      '\\',
      '\\|',
      '`',
      '``',
      '`a|b`',
      '[a](b|c)',
      '![i](u)',
      '*',
      '_',
      '~',
      '<b>',
    ),
    fc.constantFrom(
      '- x',
      '# y',
      '1. z',
      '> q',
      '---',
      ':-:',
      '&amp;',
      '🐘',
      '日本語',
      'שולחן',
      'é',
    ),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  )
  const cell = fc.array(word, { maxLength: 4 }).map((words) => words.join(' '))
  const ending = fc.constantFrom('\n', '\r\n')
  const prefix = fc.constantFrom('', '> ', '  ', '> > ')
  const row = fc.array(cell, { maxLength: 5 })
  const plain = fc.stringMatching(/^[\p{L}][\p{L}\p{N} ]{0,9}$/u).map((text) => text.trim())

  const written = fc
    .record({
      head: fc.array(plain, { minLength: 1, maxLength: 4 }),
      body: fc.array(fc.array(plain, { minLength: 1, maxLength: 5 }), { maxLength: 4 }),
      ending,
      prefix,
      before: fc.constantFrom(
        '',
        'By hand.\n\n',
        '# Title\n\ntext\n\n',
        '```\n| no | table |\n|--|--|\n```\n\n',
      ),
      after: fc.constantFrom(
        '',
        '\n',
        '\n\nAfter, by hand',
        '\n\n| another | one |\n|---|---|\n| 1 | 2 |\n',
      ),
    })
    .map(({ head, body, ending, prefix, before, after }) => {
      const line = (cells: readonly string[]) => `${prefix}| ${cells.join(' | ')} |`
      const lines = [line(head), line(head.map(() => '---')), ...body.map(line)]
      return `${before}${lines.join('\n')}${after}`.replaceAll('\n', ending)
    })

  test('what is added is read again cell by cell, and every other byte stays', () => {
    fc.assert(
      fc.property(written, fc.array(row, { maxLength: 3 }), fc.boolean(), (text, added, first) => {
        const table = only(text)
        const others = tablesIn(text).length
        const longer = (first ? withRowsFirst : withRowsLast)(text, table, added)
        const again = only(longer)
        const width = table.header.cells.length
        // Nothing else became or ceased to be a table, and the rows of before are all there, in order.
        expect(tablesIn(longer)).toHaveLength(others)
        const [from, to] = first ? [0, added.length] : [table.rows.length, again.rows.length]
        expect(again.rows).toHaveLength(table.rows.length + added.length)
        expect(again.rows.toSpliced(from, to - from).map(({ cells }) => cells)).toEqual(
          table.rows.map(({ cells }) => cells),
        )
        for (const [index, { raw }] of again.rows.slice(from, to).entries()) {
          const cells = Array.from({ length: width }, (_, at) => added[index]?.[at] ?? '')
          expect(raw.map(unescaped)).toEqual(cells.map(asStored).map(unescaped))
        }
        const grown = longer.length - text.length
        const at = commonLength(text, longer)
        expect(longer.slice(0, at) + longer.slice(at + grown)).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  function commonLength(one: string, other: string): number {
    let length = 0
    while (length < one.length && one[length] === other[length]) length += 1
    return length
  }

  /** As a cell holds it: in one line, without spaces around it. */
  const asStored = (markdown: string) => markdown.replace(/\r\n|\n|\r/g, '<br>').trim()
  const unescaped = (markdown: string) => markdown.replaceAll('\\', '').trim()
})
