/** One thing that is not as it was. */
export interface Difference {
  /** 'table public.users', 'sequence public.users_id_seq', 'index public.users_email' … */
  readonly object: string
  readonly aspect:
    | 'missing'
    | 'unexpected'
    | 'rows'
    | 'content'
    | 'columns'
    | 'sequence'
    | 'large objects'
    | 'schema'
    | 'index'
    | 'constraint'
    | 'extension'
    | 'encoding'
    | 'locale'
    | 'collation version'
    | 'major'
    | 'materialized view'
    | 'setting'
    | 'algorithm'
  /** For people: at most a few lines. */
  readonly expected: string
  readonly found: string
  readonly severity: 'failure' | 'warning'
}
