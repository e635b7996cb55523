import { dumpedRelations, type Omission } from '../relations.ts'
import type { Session } from '../session.ts'
import { inBatches, qualified } from '../sql.ts'
import type { SequencePosition } from './fingerprint.ts'

export interface SequenceReading extends SequencePosition {
  readonly schema: string
  readonly name: string
  readonly increment: string
  readonly cycles: boolean
}

interface Sequence extends Omit<SequenceReading, keyof SequencePosition> {
  /** Where it begins, if its value is left out. */
  readonly start: string | null
}

/**
 * Every sequence that a dump carries, at this moment: sequences are not part of a snapshot. One whose
 * value is left out will begin anew.
 */
export async function readSequences(
  session: Session,
  omission?: Omission,
): Promise<SequenceReading[]> {
  const sequences = await session.query<Sequence>(`
    SELECT schema, name, seqincrement::text AS increment, seqcycle AS cycles,
      CASE WHEN rowless THEN seqstart::text END AS start
    FROM ${dumpedRelations(omission)} AS relation JOIN pg_sequence ON seqrelid = oid
    WHERE kind = 'S' AND NOT (persistence = 'u' AND pg_is_in_recovery())
    ORDER BY schema, name`)
  const readings: SequenceReading[] = []
  for (const batch of inBatches(sequences, 200)) {
    const positions = await session.query<SequencePosition & { index: number }>(
      batch
        .map(({ schema, name, start }, index) =>
          start === null
            ? `SELECT ${index} AS index, last_value::text AS "lastValue", is_called AS "isCalled"
                 FROM ${qualified(schema, name)}`
            : `SELECT ${index}, '${start}', false`,
        )
        .join('\nUNION ALL\n'),
    )
    for (const { index, ...position } of positions) {
      const sequence = batch[index]
      if (sequence === undefined) continue
      const { start: _, ...described } = sequence
      readings.push({ ...described, ...position })
    }
  }
  return readings
}
