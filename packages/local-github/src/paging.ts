import { answer } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'

/**
 * One page of a list with the Link header that leads to the others; 30 to a page, 100 at most:
 * docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
 *
 * @param wrap what the answer's body is, when it is not the bare list
 */
export function page<T>(
  call: Call,
  all: readonly T[],
  render: (one: T) => unknown,
  wrap: (rendered: unknown[]) => unknown = (rendered) => rendered,
): Answer {
  const perPage = Math.min(100, positive(call.query.get('per_page'), 30))
  const number = positive(call.query.get('page'), 1)
  const last = Math.max(1, Math.ceil(all.length / perPage))
  const shown = all.slice((number - 1) * perPage, number * perPage)
  const link = linkHeader(call, number, last)
  return answer(200, wrap(shown.map(render)), link === '' ? {} : { link })
}

function linkHeader(call: Call, number: number, last: number): string {
  const to = (target: number, relation: string) => {
    const query = new URLSearchParams(call.query)
    query.set('page', String(target))
    return `<${call.addresses.apiUrl}${call.path}?${query.toString()}>; rel="${relation}"`
  }
  return [
    ...(number > 1 ? [to(Math.min(number - 1, last), 'prev')] : []),
    ...(number < last ? [to(number + 1, 'next'), to(last, 'last')] : []),
    ...(number > 1 ? [to(1, 'first')] : []),
  ].join(', ')
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text ?? otherwise)
  return Number.isInteger(value) && value > 0 ? value : otherwise
}
