import type { Markdown } from '@recovery-playbook/init'
import { marked, type Tokens } from 'marked'

/** A reader of Markdown for tests: of headings, tables and lists that are in nothing else. */
export const markdown: Markdown = {
  tablesIn: (text) =>
    blocksOf(text).flatMap(({ token, line, sections }) => {
      if (token.type !== 'table') return []
      const { header, rows } = token as Tokens.Table
      return [
        {
          line,
          sections,
          header: header.map(plain),
          rows: rows.map((cells, index) => ({ line: line + 2 + index, cells: cells.map(plain) })),
        },
      ]
    }),
  sectionsIn: (text) =>
    blocksOf(text).flatMap(({ token, line }) =>
      token.type === 'heading'
        ? [{ title: plain(token), depth: (token as Tokens.Heading).depth, line }]
        : [],
    ),
  listItemsIn: (text) =>
    blocksOf(text).flatMap(({ token, line, sections }) =>
      token.type === 'list'
        ? (token as Tokens.List).items.map((item, index) => ({
            text: item.tokens.map(plain).join(' '),
            line: line + index,
            sections,
          }))
        : [],
    ),
}

function blocksOf(text: string) {
  const above: { readonly depth: number; readonly title: string }[] = []
  let line = 1
  return marked.lexer(text).map((token) => {
    const here = line
    line += token.raw.split('\n').length - 1
    if (token.type === 'heading') {
      const { depth } = token as Tokens.Heading
      while ((above.at(-1)?.depth ?? 0) >= depth) above.pop()
      above.push({ depth, title: plain(token) })
    }
    return { token, line: here, sections: above.map(({ title }) => title) }
  })
}

/** Without what marks it: of a link its text, of code the code. */
function plain(token: object): string {
  const { text = '', tokens } = token as Partial<Tokens.Generic>
  return tokens === undefined ? (text as string) : tokens.map(plain).join('')
}
