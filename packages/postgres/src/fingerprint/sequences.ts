import { dumpedRelations } from '../relations.ts'
import type { Session } from '../session.ts'
import { inBatches, qualified } from '../sql.ts'
import type { SequencePosition } from './fingerprint.ts'

export interface SequenceReading extends SequencePosition {
  readonly schema: string
  readonly name: string
  readonly increment: string
  readonly cycles: boolean
}

/** Every sequence that a dump carries, at this moment: sequences are not part of a snapshot. */
export async function readSequences(session: Session): Promise<SequenceReading[]> {
  const sequences = await session.query<Omit<SequenceReading, keyof SequencePosition>>(`
    SELECT schema, name, seqincrement::text AS increment, seqcycle AS cycles
    FROM ${dumpedRelations} AS relation JOIN pg_sequence ON seqrelid = oid
    WHERE kind = 'S' AND NOT (persistence = 'u' AND pg_is_in_recovery())
    ORDER BY schema, name`)
  const readings: SequenceReading[] = []
  for (const batch of inBatches(sequences, 200)) {
    const positions = await session.query<SequencePosition & { index: number }>(
      batch
        .map(
          ({ schema, name }, index) =>
            `SELECT ${index} AS index, last_value::text AS "lastValue", is_called AS "isCalled"
             FROM ${qualified(schema, name)}`,
        )
        .join('\nUNION ALL\n'),
    )
    for (const { index, ...position } of positions) {
      const sequence = batch[index]
      if (sequence !== undefined) readings.push({ ...sequence, ...position })
    }
  }
  return readings
}
