/** A message of pg_restore that says nothing against what was restored. */
interface Harmless {
  readonly message: RegExp
  readonly because: string
}

/**
 * Complete lines only: what merely begins like one of them is unknown. `errors ignored on restore` must
 * never stand here.
 */
const harmless: readonly Harmless[] = [
  {
    message: /^pg_restore: warning: invalid creation date in header$/,
    because: 'the date in the header is shown by `pg_restore --list`, and restores nothing',
  },
]

export interface Messages {
  /** Each with the reason why it is harmless. */
  readonly warnings: readonly string[]
  /** Lines that nobody has judged yet: with one of them, nothing is proved to have been restored. */
  readonly unknown: readonly string[]
}

/** Every line of pg_restore's standard error, warnings included. */
export function classifyMessages(stderr: string): Messages {
  const warnings: string[] = []
  const unknown: string[] = []
  for (const line of stderr.split('\n').map((one) => one.trimEnd())) {
    if (line === '') continue
    const known = harmless.find(({ message }) => message.test(line))
    if (known === undefined) unknown.push(line)
    else warnings.push(`${line} (${known.because})`)
  }
  return { warnings: [...new Set(warnings)], unknown }
}
