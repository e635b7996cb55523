import type { Nodes, Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { toString } from 'mdast-util-to-string'
import { gfmTable } from 'micromark-extension-gfm-table'

/** Where something stands: lines from 1, offsets in UTF-16 units of the text. */
export interface Place {
  readonly line: number
  readonly from: number
  readonly to: number
}

export interface Found<Node> extends Place {
  readonly node: Node
  /** Titles of the headings above it, the outermost first. */
  readonly sections: readonly string[]
}

/** CommonMark with the tables of GitHub Flavored Markdown. */
export const parse = (text: string): Root =>
  fromMarkdown(text, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] })

/** Everything of these types in a document, in its order. */
export function find<Type extends Nodes['type']>(
  text: string,
  ...types: Type[]
): Found<Extract<Nodes, { type: Type }>>[] {
  const found: Found<Extract<Nodes, { type: Type }>>[] = []
  const above: { depth: number; title: string }[] = []
  const visit = (node: Nodes) => {
    if (node.type === 'heading') {
      while ((above.at(-1)?.depth ?? 0) >= node.depth) above.pop()
    }
    if (isOf(node, types))
      found.push({ node, sections: above.map(({ title }) => title), ...placeOf(node) })
    if (node.type === 'heading') above.push({ depth: node.depth, title: toString(node) })
    if ('children' in node) node.children.forEach(visit)
  }
  visit(parse(text))
  return found
}

const isOf = <Type extends Nodes['type']>(
  node: Nodes,
  types: readonly Type[],
): node is Extract<Nodes, { type: Type }> => types.some((type) => type === node.type)

/** The parser gives every node of a text a position. */
export function placeOf({ position }: Nodes): Place {
  const { start, end } = position ?? { start: { line: 1, offset: 0 }, end: { offset: 0 } }
  return { line: start.line, from: start.offset ?? 0, to: end.offset ?? 0 }
}
