import type { Drill } from '../drill.ts'

/** A drill of a backup that somebody made by hand, without a recovery point around it. */
export interface ArchiveDrill extends Pick<
  Drill,
  | 'opener'
  | 'guarantee'
  | 'allowNotIsolated'
  | 'processes'
  | 'searchPath'
  | 'root'
  | 'directory'
  | 'identity'
  | 'machine'
  | 'clock'
  | 'chapter'
  | 'info'
> {
  readonly archive: {
    /** Absolute, of a file or of a directory. */
    readonly path: string
    /** As it was given. */
    readonly name: string
  }
}
