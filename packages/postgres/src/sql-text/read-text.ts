import type { ExtensionFingerprint } from '../fingerprint/fingerprint.ts'
import { Lexer, type Statement, type Unfinished } from './lexer.ts'
import { meant, name, rolesIn } from './names.ts'
import { passedOver, type Reason } from './rules.ts'

/** What an SQL text of pg_dump says of itself, and what a server needs before it. */
export interface SqlText {
  /** Whether it begins as pg_dump's do; of pg_dumpall it is `cluster`. */
  readonly madeBy: 'pg_dump' | 'pg_dumpall' | undefined
  /** Of the server: '15.18 (Debian 15.18-0+deb12u1)'. */
  readonly version: string | undefined
  /** Whether pg_dump's last words are its last. */
  readonly isComplete: boolean
  readonly unfinished: Unfinished | undefined
  readonly encoding: string
  /** Of the database, where `--create` was given. */
  readonly locale: Locale | undefined
  readonly roles: readonly string[]
  /** Their version is not known. */
  readonly extensions: readonly ExtensionFingerprint[]
  /** Those that the extensions live in, and that have to be there before them. */
  readonly schemas: readonly string[]
  readonly passedOver: readonly PassedOver[]
  /** Commands for psql beside those of pg_dump: none of them is run. */
  readonly commands: readonly { readonly text: string; readonly at: number }[]
}

interface Locale {
  readonly collation: string
  readonly ctype: string
  readonly provider: string
  readonly locale: string | null
}

export interface PassedOver {
  readonly statement: string
  readonly because: Reason
  /** Bytes from the beginning. */
  readonly from: number
  readonly to: number
}

/** The first is looked at in a text: a hostile one could have any number. */
const most = 10_000

/** Reads a text once, in flat memory, and runs nothing of it. */
export async function readSqlText(pieces: AsyncIterable<Uint8Array>): Promise<SqlText> {
  const reading = new Reading()
  for await (const piece of pieces) reading.lexer.push(piece)
  return reading.result()
}

class Reading {
  #madeBy: SqlText['madeBy']
  #version: string | undefined
  #isLast = false
  #fresh = true
  #encoding = 'UTF8'
  #locale: Locale | undefined
  readonly #roles = new Set<string>()
  readonly #extensions = new Map<string, ExtensionFingerprint>()
  readonly #schemas = new Map<string, PassedOver>()
  readonly #passedOver: PassedOver[] = []
  readonly #commands: { text: string; at: number }[] = []
  #databases = 0

  readonly lexer: Lexer = new Lexer({
    statement: (statement) => {
      this.#takeStatement(statement)
    },
    comment: (text) => {
      this.#takeComment(text.trim())
    },
    command: (line, from, to) => {
      this.#takeCommand(line.trim(), from, to)
    },
  })

  #takeComment(text: string): void {
    if (text === 'PostgreSQL database dump') this.#madeBy ??= 'pg_dump'
    if (text === 'PostgreSQL database cluster dump') this.#madeBy = 'pg_dumpall'
    if (text === 'PostgreSQL database dump complete') this.#isLast = true
    this.#version ??= /^Dumped from database version (.+)$/.exec(text)?.[1]
  }

  #takeStatement({ code, strings, from, to }: Statement): void {
    this.#isLast = false
    if (code === '' || code === ';') return
    for (const role of rolesIn(code)) if (this.#roles.size < most) this.#roles.add(role)
    this.#takeSettings(code, strings)
    this.#takeExtension(code)
    if (/^CREATE DATABASE\b/i.test(code)) this.#locale ??= localeIn(code, strings)
    this.#takeSchema(code, from, to)
    const because = passedOver(code, this.#fresh)
    if (because !== undefined) this.#passOver({ statement: inWords(code), because, from, to })
    else if (/^(CREATE|COPY|INSERT)\b/i.test(code)) this.#fresh = false
  }

  #takeSettings(code: string, strings: readonly string[]): void {
    if (/^SET client_encoding (?:=|TO) '0'$/i.test(code)) this.#encoding = strings[0] ?? 'UTF8'
    const conforming = /^SET standard_conforming_strings (?:=|TO) (\w+)$/i.exec(code)?.[1]
    if (conforming !== undefined) this.lexer.escapes = conforming.toLowerCase() === 'off'
    const [, encoding] = /^CREATE DATABASE .* ENCODING = '(\d+)'/i.exec(code) ?? []
    if (encoding !== undefined) this.#encoding = strings[Number(encoding)] ?? this.#encoding
  }

  #takeExtension(code: string): void {
    const [, written, schema = 'public'] = creatingExtension.exec(code) ?? []
    if (written === undefined || this.#extensions.size >= most) return
    const made = { name: meant(written), version: '', schema: meant(schema) }
    if (made.name !== 'plpgsql') this.#extensions.set(made.name, made)
  }

  #takeSchema(code: string, from: number, to: number): void {
    const written = creatingSchema.exec(code)?.[1]
    if (written === undefined || this.#schemas.size >= most) return
    const because = 'made beforehand by the superuser'
    this.#schemas.set(meant(written), { statement: inWords(code), because, from, to })
  }

  #takeCommand(text: string, from: number, to: number): void {
    const because = 'psql’s own mode, which the drill sets'
    const [, word] = /^\\(restrict|unrestrict) [A-Za-z0-9]+$/.exec(text) ?? []
    if (word !== undefined) {
      this.#passOver({ statement: `\\${word}`, because, from, to })
      return
    }
    if (text.startsWith('\\connect ') && (this.#databases += 1) === 1) {
      this.#passOver({
        statement: '\\connect',
        because: 'about the database itself, which the drill made',
        from,
        to,
      })
      return
    }
    this.#isLast = false
    if (this.#commands.length < most) this.#commands.push({ text: text.slice(0, 60), at: from })
  }

  #passOver(one: PassedOver): void {
    this.#passedOver.push(one)
  }

  result(): SqlText {
    const unfinished = this.lexer.end()
    const homes = new Set([...this.#extensions.values()].map(({ schema }) => schema))
    const schemas = [...this.#schemas].filter(([one]) => homes.has(one))
    return {
      madeBy: this.#madeBy,
      version: this.#version,
      isComplete: this.#isLast && unfinished === undefined,
      unfinished,
      encoding: this.#encoding,
      locale: this.#locale,
      roles: [...this.#roles].sort(),
      extensions: [...this.#extensions.values()],
      schemas: schemas.map(([one]) => one),
      passedOver: [...this.#passedOver, ...schemas.map(([, statement]) => statement)].sort(
        (a, b) => a.from - b.from,
      ),
      commands: this.#commands,
    }
  }
}

const creatingExtension = new RegExp(
  `^CREATE EXTENSION (?:IF NOT EXISTS )?(${name})(?: WITH)?(?: SCHEMA (${name}))?`,
  'is',
)

const creatingSchema = new RegExp(`^CREATE SCHEMA (?:IF NOT EXISTS )?(${name})$`, 'is')

const inWords = (code: string) => (code.length > 120 ? `${code.slice(0, 120)}…` : code)

function localeIn(code: string, strings: readonly string[]): Locale | undefined {
  const option = (word: string) => {
    const [, place] = new RegExp(` ${word} = '(\\d+)'`, 'i').exec(code) ?? []
    return place === undefined ? undefined : strings[Number(place)]
  }
  const [, provider = 'libc'] = / LOCALE_PROVIDER = (\w+)/i.exec(code) ?? []
  const both = option('LOCALE')
  const collation = option('LC_COLLATE') ?? both
  const ctype = option('LC_CTYPE') ?? both
  if (collation === undefined || ctype === undefined) return undefined
  const locale = option('ICU_LOCALE') ?? option('BUILTIN_LOCALE') ?? null
  return { collation, ctype, provider: provider.toLowerCase(), locale }
}
