/** Headers of an answer, by their names in small letters. */
export type Headers = Readonly<Record<string, string | undefined>>

interface Answered {
  readonly status: number
  readonly response: { readonly headers?: Headers; readonly data?: unknown }
}

/**
 * The HTTP status that GitHub answered with, if the error is an answer of GitHub's. Octokit's errors
 * carry a status of 500 where no answer came at all: a response tells them apart.
 */
export const statusOf = (error: unknown): number | undefined =>
  isAnswer(error) ? error.status : undefined

/** The headers that came with GitHub's refusal; none where no answer came. */
export const headersOf = (error: unknown): Headers =>
  isAnswer(error) ? (error.response.headers ?? {}) : {}

function isAnswer(error: unknown): error is Answered {
  if (typeof error !== 'object' || error === null) return false
  if (!('status' in error && 'response' in error)) return false
  return typeof error.status === 'number' && error.response !== undefined
}
