export interface ProposedFile {
  readonly path: string
  readonly text: string
  readonly reason: string
  /** Whether something stands there already, which is left as it is. */
  readonly exists: boolean
}

export interface Choice {
  readonly what: string
  readonly because: string
}

/** A secret to set, or a variable where its value is none. */
export interface Secret {
  readonly name: string
  readonly why: string
  /** For a shell in a clone of the repository, with GitHub's `gh`. */
  readonly command: string
}

export interface Proposal {
  readonly files: readonly ProposedFile[]
  readonly choices: readonly Choice[]
  readonly secrets: readonly Secret[]
  /** What a person has to know or to decide, each a sentence or two. */
  readonly notes: readonly string[]
}
