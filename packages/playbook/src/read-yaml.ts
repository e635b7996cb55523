import { Failure } from '@recovery-playbook/failure'
import { distance } from 'fastest-levenshtein'
import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import type { z } from 'zod'

interface Source {
  /** What holds the text, for messages: the input `application`, or a file's path. */
  readonly name: string
  /** Where the text begins in the file that people edit; 1 where it is that file, or nobody knows. */
  readonly firstLine?: number
}

/**
 * YAML that has to fit a schema.
 *
 * @throws Failure INPUT_INVALID with every misfit: its line and column, what is allowed, and for an unknown
 *   key the nearest right one
 */
export function readYaml<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  { name, firstLine = 1 }: Source,
): z.output<Schema> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number, what: string) => {
    const { line, col } = lines.linePos(offset)
    return `line ${line + firstLine - 1}, column ${col}: ${what}`
  }
  const broken = document.errors.map(({ pos: [offset], message }) => at(offset, message))
  if (broken.length > 0) throw misfits(name, broken)

  const parsed = schema.safeParse(document.toJS() ?? {})
  if (parsed.success) return parsed.data
  const root = document.contents
  throw misfits(
    name,
    parsed.error.issues.flatMap((issue) =>
      inWords(issue, root, schema).map(([from, what]) => at(from, what)),
    ),
  )
}

/**
 * Finds the line, from 1, of what stands at a path of a YAML text; of the nearest above it where it is not
 * written.
 */
export function linesOf(text: string): (...path: readonly PropertyKey[]) => number {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  return (...path) => {
    const missing = path.findIndex((_, index) => !document.hasIn(path.slice(0, index + 1)))
    const written = missing === -1 ? path : path.slice(0, missing)
    return Math.max(lines.linePos(offsetOf(document.contents, written, true)).line, 1)
  }
}

/** Each with the offset that it is about. */
function inWords(
  issue: z.core.$ZodIssue,
  root: Node | null,
  schema: z.ZodType,
): [number, string][] {
  const where = pathInWords(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const allowed = keysAt(schema, issue.path)
    return issue.keys.map((key) => [
      offsetOf(root, [...issue.path, key], true),
      `${where}'${key}' is no key here.${nearest(key, allowed)}${listed(allowed)}`,
    ])
  }
  return [[offsetOf(root, issue.path), `${where}${issue.message}`]]
}

/** The keys that a schema allows at a path, through whatever is wrapped around it. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const def = schema._zod.def as unknown as Readonly<Record<string, unknown>>
  const wrapped = (def.innerType ?? inside(def)) as z.core.$ZodType | undefined
  if (wrapped !== undefined) return keysAt(wrapped, path)
  if (def.type === 'union') {
    return (def.options as z.core.$ZodType[]).flatMap((option) => keysAt(option, path))
  }
  const [step, ...rest] = path
  if (def.type === 'array') return keysAt(def.element as z.core.$ZodType, rest)
  if (def.type === 'record') return keysAt(def.valueType as z.core.$ZodType, rest)
  if (def.type !== 'object') return []
  const shape = def.shape as Record<string, z.core.$ZodType>
  if (step === undefined) return Object.keys(shape)
  const inner = shape[String(step)]
  return inner === undefined ? [] : keysAt(inner, rest)
}

/** Of a pipe the end that has keys: a transformation has none. */
const inside = (def: Readonly<Record<string, unknown>>) =>
  def.type === 'pipe' && (def.in as z.core.$ZodType)._zod.def.type === 'transform'
    ? def.out
    : def.in

function nearest(key: string, allowed: readonly string[]): string {
  const [best] = allowed
    .map((one) => [distance(key, one), one] as const)
    .filter(([far]) => far <= 3)
    .sort(([a], [b]) => a - b)
  return best === undefined ? '' : ` Did you mean '${best[1]}'?`
}

const listed = (allowed: readonly string[]) =>
  allowed.length === 0 ? '' : ` Allowed: ${allowed.join(', ')}.`

const pathInWords = (path: readonly PropertyKey[]) =>
  path.length === 0
    ? ''
    : `${path.map((one) => (typeof one === 'number' ? one + 1 : String(one))).join(' ▸ ')}: `

/** Of the deepest node on the path that is there; where it is a key that is at fault, the key's own. */
function offsetOf(root: Node | null, path: readonly PropertyKey[], ofKey = false): number {
  let node: unknown = root
  let offset = root?.range?.[0] ?? 0
  for (const [index, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step)
      if (!isPair(pair)) break
      const isLast = index === path.length - 1
      node = ofKey && isLast ? pair.key : pair.value
    } else {
      node = (node as { items?: readonly unknown[] } | null)?.items?.[Number(step)]
    }
    offset = (node as Node | null | undefined)?.range?.[0] ?? offset
  }
  return offset
}

const misfits = (name: string, lines: readonly string[]) =>
  new Failure('INPUT_INVALID', `'${name}' cannot be read:\n${lines.join('\n')}`, {
    hint: 'Mend these lines. The README shows every key with an example.',
  })
