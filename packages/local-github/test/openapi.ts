import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'

/** A piece of GitHub's description: an object of pieces, down to its words and numbers. */
interface Piece {
  [name: string]: Piece
}

const require = createRequire(import.meta.url)
const path = require.resolve('@octokit/openapi/generated/api.github.com.json')
const description = withNulls(JSON.parse(readFileSync(path, 'utf8')) as Piece)

// GitHub keeps a half-written asset as 'starter' (goreleaser/goreleaser#1382); the description's
// enum of an asset's states does not know it.
const assetState = at(description, 'components', 'schemas', 'release-asset', 'properties', 'state')
;(assetState?.enum as unknown as string[]).push('starter')

const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false })
addFormats.default(ajv)
// The account behind GITHUB_TOKEN has brackets in its address: no e-mail by the format's grammar.
ajv.addFormat('email', true)
ajv.addFormat('repo.nwo', true)
ajv.addSchema({ $id: 'github', components: description.components })

/** What a request's body has wrong according to GitHub's description; empty when it is right. */
export function requestFaults(operation: string, body: unknown): string[] {
  const content = operationOf(operation).requestBody
  const schema = at(content, 'content', 'application/json', 'schema')
  return schema === undefined ? [] : faults(schema, body)
}

/** What an answer's body has wrong; that the status is documented at all is part of it. */
export function answerFaults(operation: string, status: number, body: unknown): string[] {
  const response = resolved(at(operationOf(operation), 'responses', String(status)))
  if (response === undefined) return [`${operation} documents no ${status}`]
  const schema = at(response, 'content', 'application/json', 'schema')
  if (schema !== undefined) return faults(schema, body)
  return body === undefined || body === '' ? [] : [`${operation} ${status} has no body`]
}

/** @param operation for example `GET /repos/{owner}/{repo}` */
function operationOf(operation: string): Piece {
  const [method = '', template = ''] = operation.split(' ')
  const found = at(description, 'paths', template, method.toLowerCase())
  if (found === undefined) throw new Error(`GitHub's description has no ${operation}`)
  return found
}

function at(piece: Piece | undefined, ...names: string[]): Piece | undefined {
  return names.reduce((found, name) => found?.[name], piece)
}

function resolved(piece: Piece | undefined): Piece | undefined {
  const reference = piece?.$ref as unknown as string | undefined
  return reference === undefined ? piece : at(description, ...reference.slice(2).split('/'))
}

function faults(schema: Piece, body: unknown): string[] {
  const text = JSON.stringify(schema).replaceAll('"#/components', '"github#/components')
  const validate = ajv.compile(JSON.parse(text) as Piece)
  if (validate(body)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message = '', params }) =>
      `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

/** OpenAPI's `nullable` may stand beside a reference or an enum: ajv wants it as an alternative. */
function withNulls(piece: Piece): Piece {
  if (Array.isArray(piece)) return piece.map(withNulls) as unknown as Piece
  if (typeof piece !== 'object' || (piece as unknown) === null) return piece
  const { nullable, ...rest } = piece
  const inner = Object.fromEntries(
    Object.entries(rest).map(([name, child]) => [name, withNulls(child)]),
  )
  if ((nullable as unknown) !== true) return inner
  return { anyOf: [{ type: 'null' }, inner] } as unknown as Piece
}
