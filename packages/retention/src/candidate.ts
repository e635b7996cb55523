/** A published release that retention has to decide about. */
export interface Candidate {
  readonly tag: string
  /** ISO 8601, by GitHub's clock. */
  readonly publishedAt: string
  /** Undefined where the release has none, or none that can be read and believed. */
  readonly manifest:
    | {
        readonly repository: string
        readonly database: string
        /** ISO 8601, by the database server's clock. */
        readonly snapshotAt: string
      }
    | undefined
  /**
   * The scenarios in which a drill proved just these files. Undefined where that could not be found
   * out: such a recovery point stays.
   */
  readonly provedIn: readonly string[] | undefined
  /** See `isPinned`. */
  readonly pinned: boolean
}

/** One repository may keep the recovery points of several applications and databases. */
export interface Subject {
  /** The application's repository, `owner/name`, wherever its recovery points are kept. */
  readonly repository: string
  readonly database: string
}
