import { Failure } from '@recovery-playbook/failure'
import type { Runner } from '@recovery-playbook/host'

export const wordsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean)

export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

export function percent(runner: Runner, name: string, otherwise: string): number {
  const text = runner.input(name) || otherwise
  const number = /^\d{1,3}%?$/.test(text) ? Number.parseInt(text, 10) : Number.NaN
  if (number <= 100) return number
  throw new Failure('INPUT_INVALID', `'${text}' in '${name}' is no percentage from 0 to 100.`, {
    hint: 'Write a whole number, such as 50; 100 accepts whatever is gone.',
  })
}

/** The first of the values is the default. */
export function oneOf<Value extends string>(
  runner: Runner,
  name: string,
  values: readonly [Value, ...Value[]],
): Value {
  const text = runner.input(name) || values[0]
  const value = values.find((one) => one === text)
  if (value !== undefined) return value
  throw new Failure('INPUT_INVALID', `'${text}' in '${name}' is not one of its values.`, {
    hint: `Write ${values.join(' or ')}.`,
  })
}
