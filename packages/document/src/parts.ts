import { Failure } from '@recovery-playbook/failure'
import { lineEnding, startOfLine } from './lines.ts'
import { parse, placeOf } from './parse.ts'

/** What is generated into a document, between two markers of this name. */
export interface Part {
  /** Lower-case letters and hyphens. */
  readonly name: string
  /** Of the section that is made where the document has no such markers yet. */
  readonly heading: string
  readonly content: string
}

interface Marker {
  readonly kind: 'begin' | 'end'
  readonly name: string
  readonly line: number
  readonly from: number
  readonly to: number
}

interface Pair {
  readonly begin: Marker
  readonly end: Marker
}

/** The names of the parts that a document has markers for. */
export const partsIn = (text: string): string[] => [...pairsIn(text).keys()]

/** Whether what stands at an offset is between markers. */
export const isGenerated = (text: string, offset: number): boolean =>
  [...pairsIn(text).values()].some(({ begin, end }) => begin.to <= offset && offset < end.from)

/**
 * A document with these parts in it: between their markers where it has them, at its end where not. What
 * stands elsewhere keeps every byte, and the same parts once more change nothing.
 *
 * @throws Failure DOCUMENT_MARKERS where markers do not make pairs, or nothing can be added
 */
export const withParts = (text: string, parts: readonly Part[]): string =>
  parts.reduce((before, part) => {
    const pair = pairsIn(before).get(part.name)
    return pair === undefined ? appended(before, part) : replaced(before, pair, part)
  }, text)

function replaced(text: string, { begin, end }: Pair, { name, content }: Part): string {
  const ending = lineEnding(text)
  const inner = `${ending}${ending}${inert(content).replace(/\r\n|\n|\r/g, ending)}${ending}${ending}`
  const after = text.slice(startOfLine(text, end.from))
  const next = `${text.slice(0, begin.to)}${inner}${after}`
  // What opens a block and does not close it would swallow the marker, and the next change with it.
  if (markersIn(next).length !== markersIn(text).length) throw overflowing(name)
  return next
}

function appended(text: string, part: Part): string {
  const ending = lineEnding(text)
  const lines = [
    '',
    '',
    `## ${part.heading}`,
    '',
    marker('begin', part.name),
    marker('end', part.name),
  ]
  const longer = `${text.replace(/(?:\r\n|\n|\r)$/, '')}${text === '' ? lines.slice(2).join(ending) : lines.join(ending)}${ending}`
  const pair = pairsIn(longer).get(part.name)
  if (pair === undefined) throw unfinished(part)
  return replaced(longer, pair, part)
}

const marker = (kind: Marker['kind'], name: string) => `<!-- recovery-playbook:${kind} ${name} -->`

/** Text that holds a marker would be taken for one. */
const inert = (content: string) =>
  content.trim().replace(/<!--(\s*recovery-playbook:)/g, '&lt;!--$1')

function pairsIn(text: string): Map<string, Pair> {
  const pairs = new Map<string, Pair>()
  let open: Marker | undefined
  for (const found of markersIn(text)) {
    if (found.kind === 'begin') {
      if (open !== undefined)
        throw broken(found, `the part '${open.name}' of line ${open.line} has no end yet`)
      if (pairs.has(found.name))
        throw broken(found, `there is a part '${found.name}' before it already`)
      open = found
    } else {
      if (open?.name !== found.name)
        throw broken(found, `no part '${found.name}' has begun before it`)
      pairs.set(found.name, { begin: open, end: found })
      open = undefined
    }
  }
  if (open !== undefined) throw broken(open, `nothing ends the part '${open.name}'`)
  return pairs
}

/** Markers are lines of their own: one within code, a list or a quotation is text. */
const markersIn = (text: string): Marker[] =>
  parse(text).children.flatMap((node) => {
    if (node.type !== 'html') return []
    const [, kind, name = ''] =
      /^<!--\s*recovery-playbook:(begin|end)\s+([a-z-]+)\s*-->$/.exec(node.value.trim()) ?? []
    return kind === 'begin' || kind === 'end' ? [{ kind, name, ...placeOf(node) }] : []
  })

const broken = ({ kind, name, line }: Marker, why: string) =>
  new Failure('DOCUMENT_MARKERS', `Line ${line}: at the marker '${kind} ${name}', ${why}.`, {
    hint: `Nothing was written. Markers come in pairs, each on a line of its own: ${marker('begin', 'NAME')} and ${marker('end', 'NAME')}.`,
  })

const overflowing = (name: string) =>
  new Failure(
    'DOCUMENT_MARKERS',
    `What is generated for the part '${name}' opens a code block or a comment and does not close it.`,
    {
      hint: 'Nothing was written. Look for three backticks or `<!--` in the playbook, or in what it shows.',
    },
  )

const unfinished = ({ name, heading }: Part) =>
  new Failure(
    'DOCUMENT_MARKERS',
    `The part '${name}' cannot be added at the end of the document.`,
    {
      hint: `Nothing was written. The document ends within a code block or an HTML block: close it, or put the markers where "${heading}" is to stand.`,
    },
  )
