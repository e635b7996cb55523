import { toString } from 'mdast-util-to-string'
import { find, type Found, type Place } from './parse.ts'

export interface Section extends Place {
  readonly title: string
  /** From 1 for the outermost. */
  readonly depth: number
}

export interface Code {
  /** As the document names it; undefined where it does not. */
  readonly language: string | undefined
  /** Whether it stands within a line of text. */
  readonly inline: boolean
  readonly text: string
  readonly line: number
  readonly sections: readonly string[]
}

export interface Statement {
  readonly text: string
  readonly line: number
  readonly sections: readonly string[]
}

/** Each heading, with what stands under it as far as the next heading of its depth or above. */
export function sectionsIn(text: string): Section[] {
  const headings = find(text, 'heading')
  return headings.map(({ node, line, from }, index) => {
    const next = headings.slice(index + 1).find((other) => other.node.depth <= node.depth)
    return { title: toString(node), depth: node.depth, line, from, to: next?.from ?? text.length }
  })
}

/** Blocks of code, and code within a line. A block's line is that of its first line of code. */
export const codeIn = (text: string): Code[] =>
  find(text, 'code', 'inlineCode').map(({ node, line, from, sections }) => {
    const isFenced = /^\s*(?:`{3}|~{3})/.test(text.slice(from))
    return {
      language: node.type === 'code' ? (node.lang ?? undefined) : undefined,
      inline: node.type === 'inlineCode',
      text: node.value,
      line: node.type === 'code' && isFenced ? line + 1 : line,
      sections,
    }
  })

export const listItemsIn = (text: string): Statement[] => find(text, 'listItem').map(statement)

/** Paragraphs, also those within lists and quotations. */
export const paragraphsIn = (text: string): Statement[] => find(text, 'paragraph').map(statement)

const statement = ({ node, line, sections }: Found<Parameters<typeof toString>[0]>): Statement => ({
  text: toString(node),
  line,
  sections,
})
