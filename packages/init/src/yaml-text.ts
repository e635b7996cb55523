import { Document, isCollection, type Node } from 'yaml'

/** Longer lines are not folded: a command that is folded is hard to read. */
const style = { lineWidth: 0, singleQuote: true, flowCollectionPadding: true } as const

export const nodeOf = (value: unknown): Node => new Document(value).createNode(value)

/** A list or mapping that is written in one line. */
export function inline(value: object): Node {
  const node = nodeOf(value)
  if (isCollection(node)) node.flow = true
  return node
}

/** A value with a comment behind it. */
export function remarked(value: unknown, comment: string): Node {
  const node = nodeOf(value)
  node.comment = ` ${comment}`
  return node
}

/** For `commentBefore` and `comment`, which put a # and nothing else before each line. */
export const commentOf = (text: string): string =>
  text
    .split('\n')
    .flatMap(wrapped)
    .map((line) => (line === '' ? '' : ` ${line}`))
    .join('\n')

const wrapped = (line: string): string[] =>
  line.length <= 98 ? [line] : (line.match(/\S.{0,96}\S(?=\s|$)|\S+/gu) ?? [])

export const textOf = (document: Document.Parsed | Document): string => document.toString(style)
