import type { Target } from './tables.ts'

/** Consecutive blocks of a table. */
export interface Slice {
  readonly target: Target
  /** The first block. */
  readonly from: number
  /** The block behind the last one; absent for everything that follows. */
  readonly to?: number
}

export const whole = (target: Target): Slice => ({ target, from: 0 })

/** Of a table's own blocks, without TOAST. */
const sliceBlocks = 2048

/**
 * A big table in slices, so that several sessions can hash it. Their sums add up to the table's: the
 * hash knows no order. Only for a server that nobody else uses: reading by block numbers takes PostgreSQL's
 * cache from the others, unlike a sequential scan with its small ring of buffers.
 */
export function sliced(target: Target): Slice[] {
  const slices = Math.max(1, Math.ceil(target.blocks / sliceBlocks))
  return Array.from({ length: slices }, (_, index) => ({
    target,
    from: index * sliceBlocks,
    // Only the last one has no end: no row is between two slices or behind the last.
    ...(index < slices - 1 && { to: (index + 1) * sliceBlocks }),
  }))
}

/** TID range scans are there from PostgreSQL 14 on. */
export const conditionOf = ({ from, to }: Slice): string[] => [
  ...(from > 0 ? [`t.ctid >= '(${from},0)'::tid`] : []),
  ...(to === undefined ? [] : [`t.ctid < '(${to},0)'::tid`]),
]

/** On the server's disk, TOAST counted evenly. */
export const bytesOf = ({ target, from, to }: Slice): number =>
  target.blocks === 0
    ? target.bytes
    : (target.bytes * (Math.min(to ?? target.blocks, target.blocks) - from)) / target.blocks
