import type { TableCell, TableRow } from 'mdast'
import { toString } from 'mdast-util-to-string'
import { endOfLine, lineEnding, nextLine } from './lines.ts'
import { find, placeOf } from './parse.ts'

export interface Row {
  readonly line: number
  /** As a reader sees them: of a link its text, of code the code. As many as the header has. */
  readonly cells: readonly string[]
  /** The same as they are written. */
  readonly raw: readonly string[]
}

export interface Table {
  readonly line: number
  /** Titles of the headings above it, the outermost first. */
  readonly sections: readonly string[]
  readonly header: Row
  readonly rows: readonly Row[]
  /** Offsets of its first character, and after its last. */
  readonly from: number
  readonly to: number
}

export function tablesIn(text: string): Table[] {
  return find(text, 'table').map(({ node, sections, line, from, to }) => {
    const [first, ...others] = node.children
    const width = first?.children.length ?? 0
    const row = (one: TableRow | undefined) => rowOf(text, one, width)
    return { line, sections, header: row(first), rows: others.map(row), from, to }
  })
}

function rowOf(text: string, row: TableRow | undefined, width: number): Row {
  const cells = Array.from({ length: width }, (_, index) => row?.children[index])
  return {
    line: row === undefined ? 0 : placeOf(row).line,
    cells: cells.map((cell) => (cell === undefined ? '' : toString(cell).trim())),
    raw: cells.map((cell) => (cell === undefined ? '' : sourceOf(text, cell))),
  }
}

function sourceOf(text: string, { children }: TableCell): string {
  const [first, last] = [children[0], children.at(-1)]
  return first === undefined || last === undefined
    ? ''
    : text.slice(placeOf(first).from, placeOf(last).to)
}

/**
 * Rows under the header, before all others; every other byte stays.
 *
 * @param rows cells as Markdown; what would end a cell or its line is escaped
 */
export const withRowsFirst = (text: string, table: Table, rows: readonly (readonly string[])[]) =>
  inserted(text, table, rows, endOfLine(text, nextLine(text, table.from)))

/** Rows after all others. */
export const withRowsLast = (text: string, table: Table, rows: readonly (readonly string[])[]) =>
  inserted(text, table, rows, endOfLine(text, table.to))

function inserted(
  text: string,
  { header, from }: Table,
  rows: readonly (readonly string[])[],
  at: number,
): string {
  const delimiters = nextLine(text, from)
  // Of a quotation or a list that the table is in.
  const prefix = /^[>\s]*/.exec(text.slice(delimiters, endOfLine(text, delimiters)))?.[0] ?? ''
  const lines = rows.map((cells) => {
    const padded = header.cells.map((_, index) => cellOf(cells[index] ?? ''))
    return `${lineEnding(text)}${prefix}| ${padded.join(' | ')} |`
  })
  return `${text.slice(0, at)}${lines.join('')}${text.slice(at)}`
}

/** A pipe is part of its cell after an odd number of backslashes (GFM, tables). */
const cellOf = (markdown: string): string =>
  markdown
    .trim()
    .replace(/\r\n|\n|\r/g, '<br>')
    .replace(/(?<!\\)((?:\\\\)*)\|/g, '$1\\|')
