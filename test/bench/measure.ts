/** Measures the work that it is given; what a variant does around it does not count. */
type Timed = <T>(work: () => Promise<T>) => Promise<T>

/** One way to do a thing: prepares, lets its work be timed once, and clears away. */
export type Variant = (timed: Timed) => Promise<void>

export interface Measuring {
  readonly repeat: number
  /** Called before each work, for all variants to begin alike. */
  readonly settle: () => Promise<void>
  readonly say: (line: string) => void
}

/**
 * Runs all variants one after the other, `repeat` times, each round beginning with another one: what
 * slows the machine down for a while then slows down all of them.
 *
 * @returns seconds of each variant's runs
 */
export async function interleave<Name extends string>(
  variants: Readonly<Record<Name, Variant>>,
  { repeat, settle, say }: Measuring,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(variants) as Name[]
  const none = names.map((name) => [name, [] as number[]] as const)
  const seconds = Object.fromEntries(none) as Record<Name, number[]>
  for (let round = 0; round < repeat; round += 1) {
    const first = round % names.length
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      await variants[name](async (work) => {
        await settle()
        const started = performance.now()
        const result = await work()
        seconds[name].push((performance.now() - started) / 1000)
        return result
      })
      say(`  ${name.padEnd(8)} ${seconds[name].at(-1)?.toFixed(2) ?? ''} s`)
    }
  }
  return seconds
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1)
  return (low + high) / 2
}
