import { buffer } from 'node:stream/consumers'
import type { Arrival } from './exchange.ts'
import { Refusal, invalidRequest } from './errors.ts'

export type Fields = Readonly<Record<string, unknown>>

/** The largest blob GitHub takes is 100 MB, base64 makes it a third larger. */
const largestBody = 140_000_000

/** The request's JSON object; an empty body is an empty object. */
export async function jsonBody({ content, headers }: Arrival): Promise<Fields> {
  if (Number(headers['content-length'] ?? 0) > largestBody) {
    throw new Refusal(413, 'Payload too large')
  }
  const text = (await buffer(content)).toString('utf8')
  if (text.trim() === '') return {}
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(400, 'Body should be a JSON object')
  }
  return value as Fields
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
}

export function optionalString(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw wrongType(name, value, 'a string')
  return value
}

export function requiredString(fields: Fields, name: string): string {
  const value = optionalString(fields, name)
  if (value === undefined) throw invalidRequest(`"${name}" wasn't supplied.`)
  return value
}

export function optionalBoolean(fields: Fields, name: string): boolean | undefined {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'boolean') throw wrongType(name, value, 'a boolean')
  return value
}

export function oneOf<T extends string>(fields: Fields, name: string, values: readonly T[]) {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  const found = values.find((one) => one === value)
  if (found === undefined) {
    throw wrongType(name, value, `a member of ${JSON.stringify(values)}`)
  }
  return found
}

export function optionalObject(fields: Fields, name: string): Fields | undefined {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(name, value, 'an object')
  return value as Fields
}

export function optionalArray(fields: Fields, name: string): readonly unknown[] | undefined {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) throw wrongType(name, value, 'an array')
  return value as readonly unknown[]
}

const wrongType = (name: string, value: unknown, wanted: string) =>
  invalidRequest(`For 'properties/${name}', ${JSON.stringify(value)} is not ${wanted}.`)
