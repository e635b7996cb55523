/** One entry of `errors` in a 422, as the API description's `validation-error` has it. */
export interface Violation {
  resource: string
  code: 'already_exists' | 'custom' | 'invalid' | 'missing_field'
  field?: string
  message?: string
}

export type Headers = Record<string, string>

/** A request that is answered with an error of GitHub's shape. */
export class Refusal extends Error {
  readonly status: number
  readonly errors: readonly Violation[]
  readonly headers: Headers

  constructor(
    status: number,
    message: string,
    { errors = [], headers = {} }: { errors?: readonly Violation[]; headers?: Headers } = {},
  ) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.errors = errors
    this.headers = headers
  }

  get body(): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors.length === 0 ? {} : { errors: this.errors }),
      documentation_url: 'https://docs.github.com/rest',
      status: String(this.status),
    }
  }
}

export const notFound = () => new Refusal(404, 'Not Found')

export const badCredentials = () => new Refusal(401, 'Bad credentials')

/** The words for every refusal to a token of an app, GITHUB_TOKEN among them. */
export const notAccessible = (headers: Headers = {}) =>
  new Refusal(403, 'Resource not accessible by integration', { headers })

export const validationFailed = (...errors: Violation[]) =>
  new Refusal(422, 'Validation Failed', { errors })

/** GitHub's words for a body that does not fit the request's schema. */
export const invalidRequest = (detail: string) => new Refusal(422, `Invalid request.\n\n${detail}`)

/** Git endpoints of a repository without a commit; docs.github.com/rest/git lists the 409. */
export const repositoryEmpty = () => new Refusal(409, 'Git Repository is empty.')
