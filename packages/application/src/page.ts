import { type HTMLElement, parse } from 'node-html-parser'

export interface Page {
  readonly status: number
  /** Where it was at last, after every redirect. */
  readonly path: string
  readonly html: string
  readonly document: HTMLElement
}

export const pageOf = (status: number, path: string, html: string): Page => ({
  status,
  path,
  html,
  document: parse(html),
})

export const titleOf = ({ document }: Page): string =>
  (document.querySelector('title')?.text ?? '').replace(/\s+/g, ' ').trim()

/** What a person reads, or for other formats than HTML the whole text. */
export const textOf = ({ document, html }: Page): string =>
  (document.querySelector('body')?.structuredText ?? html).replace(/\s+/g, ' ').trim()

export interface LoginForm {
  /** Where it is sent to; empty for the page's own address. */
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  readonly nameField: string
  readonly passwordField: string
}

/** The form with a password, all that it would send by itself, and where name and password belong. */
export function loginFormOf({ document }: Page): LoginForm | undefined {
  for (const form of document.querySelectorAll('form')) {
    const inputs = form.querySelectorAll('input')
    const password = inputs.find((one) => one.getAttribute('type') === 'password')
    const name = inputs.find((one) =>
      ['text', 'email', undefined].includes(one.getAttribute('type')?.toLowerCase()),
    )
    const [nameField, passwordField] = [name, password].map((one) => one?.getAttribute('name'))
    if (nameField === undefined || passwordField === undefined) continue
    return {
      action: form.getAttribute('action') ?? '',
      fields: Object.fromEntries(
        inputs
          .filter((one) => one.getAttribute('type') === 'hidden')
          .map((one) => [one.getAttribute('name') ?? '', one.getAttribute('value') ?? '']),
      ),
      nameField,
      passwordField,
    }
  }
  return undefined
}
