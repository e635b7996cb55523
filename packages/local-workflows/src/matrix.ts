import type { Value } from './expression.ts'

export type Leg = Readonly<Record<string, Value>>

/**
 * The legs of a matrix: the product of its lists, without `exclude`, with `include`, as
 * docs.github.com/actions/reference/workflows-and-actions/workflow-syntax has it.
 *
 * @param matrix with its expressions evaluated; null where a job has none
 */
export function matrixLegs(matrix: Value): readonly Leg[] {
  if (matrix === null) return [{}]
  const { include = [], exclude = [], ...lists } = matrix as Record<string, Value>
  let legs: Leg[] = Object.keys(lists).length === 0 ? [] : [{}]
  for (const [name, list] of Object.entries(lists)) {
    if (!Array.isArray(list)) throw new Error(`matrix.${name} is no list`)
    const values = list as readonly Value[]
    legs = legs.flatMap((leg) => values.map((value) => ({ ...leg, [name]: value })))
  }
  const remaining = legs.filter((leg) => !(exclude as Leg[]).some((one) => holds(leg, one)))
  return included(remaining, include as Leg[], Object.keys(lists))
}

/** An entry extends every leg whose own values it keeps; one that extends none is a leg of its own. */
function included(legs: readonly Leg[], entries: readonly Leg[], own: readonly string[]): Leg[] {
  const extended = [...legs]
  const added: Leg[] = []
  for (const entry of entries) {
    const fixed = Object.fromEntries(Object.entries(entry).filter(([name]) => own.includes(name)))
    const fitting = legs.flatMap((leg, index) => (holds(leg, fixed) ? [index] : []))
    for (const index of fitting) extended[index] = { ...extended[index], ...entry }
    if (fitting.length === 0) added.push(entry)
  }
  return [...extended, ...added]
}

const holds = (leg: Leg, part: Leg) =>
  Object.entries(part).every(([name, value]) => equal(leg[name], value))

const equal = (one: Value | undefined, other: Value) =>
  JSON.stringify(one) === JSON.stringify(other)
