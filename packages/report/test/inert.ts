import { expect } from '@jest/globals'

const breaks = /(?<!\\)(?:\\\\)*\|/g

/** Each run of table lines, as the number of unescaped pipes of every line. */
function tablesOf(markdown: string): number[][] {
  const blocks = markdown.split(/\r\n|\r|\n/).reduce<number[][]>(
    (found, line) => {
      if (line.startsWith('| ')) found.at(-1)?.push((line.match(breaks) ?? []).length)
      else found.push([])
      return found
    },
    [[]],
  )
  return blocks.filter((rows) => rows.length > 0)
}

/** So many tables, each of rows with the same number of cells, and nothing that a browser or GitHub acts upon. */
export function assertInert(markdown: string, tables: number): void {
  const found = tablesOf(markdown)
  expect(found).toHaveLength(tables)
  for (const rows of found) expect(new Set(rows).size).toBe(1)
  // The only tag of ours is the line break inside a cell.
  expect(markdown.replaceAll('<br>', '')).not.toContain('<')
  expect(markdown).not.toMatch(/(?<![`\w])[@#][\p{L}\p{N}]/u)
  expect(markdown).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|(?!\n)\p{Cc}/u)
}
