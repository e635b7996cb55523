/** A statement of an SQL text, as psql takes it. */
export interface Statement {
  /**
   * Its first 64 KiB, without comments, blanks made one, and each string in it as `'0'`, `'1'` … for its
   * place in `strings`: what stands in a string is then never taken for a keyword.
   */
  readonly code: string
  /** The first bytes of its first strings. */
  readonly strings: readonly string[]
  /** Where it lies: bytes from the beginning of the text, the semicolon included. */
  readonly from: number
  readonly to: number
}

export interface Listener {
  statement(statement: Statement): void
  /** A line from a backslash outside of quotes to its end. */
  command(line: string, from: number, to: number): void
  /** What stands behind `--`. */
  comment(text: string): void
}

/** In what a text broke off; undefined where it ended between statements. */
export type Unfinished = 'a string' | 'a name' | 'a comment' | 'the rows of a COPY' | 'a statement'

type Mode = keyof typeof meaning
const meaning = {
  code: undefined,
  string: 'a string',
  escape: 'a string',
  name: 'a name',
  tag: 'a statement',
  dollar: 'a string',
  line: undefined,
  block: 'a comment',
  command: undefined,
  copyLine: 'the rows of a COPY',
  copy: 'the rows of a COPY',
} as const satisfies Record<string, Unfinished | undefined>

const [newline, quote, doubleQuote, dollar, backslash] = [10, 39, 34, 36, 92]
const [dash, slash, star, semicolon, point, carriage] = [45, 47, 42, 59, 46, 13]

const longestCode = 64 * 1024
const longestLine = 1000
const mostStrings = 8

const isWord = (byte: number) =>
  (byte >= 48 && byte <= 57) ||
  (byte >= 97 && byte <= 122) ||
  (byte >= 65 && byte <= 90) ||
  byte === 95 ||
  byte >= 128
const isBlank = (byte: number) => byte === 32 || (byte >= 9 && byte <= 13)

/**
 * Reads an SQL text byte by byte as psql's own lexer does (psqlscan.l), in flat memory. It sorts, names
 * and tells what a text holds; what keeps a hostile one from doing anything is psql's restricted mode.
 */
export class Lexer {
  readonly #listener: Listener
  /** Whether a backslash escapes in an ordinary string, too: standard_conforming_strings off. */
  escapes = false
  #mode: Mode = 'code'
  #at = 0
  #from = -1
  #code = Buffer.alloc(longestCode)
  #length = 0
  #strings: string[] = []
  /** Of a string, a comment, a command or a dollar tag. */
  #text = ''
  #previous = 0
  #depth = 0
  #matched = 0
  #escaped = false
  #commandFrom = 0

  constructor(listener: Listener) {
    this.#listener = listener
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    for (let i = 0; i < bytes.length; i += 1) {
      const skipped = this.#skip(bytes, i)
      i += skipped
      if (i === bytes.length) {
        this.#at += skipped
        return
      }
      this.#at += skipped
      this.#take(bytes[i] ?? 0)
      this.#at += 1
    }
  }

  end(): Unfinished | undefined {
    if (this.#mode === 'line') this.#listener.comment(this.#text)
    if (this.#mode === 'command') this.#listener.command(this.#text, this.#commandFrom, this.#at)
    // `\.` may be the last bytes, without a newline.
    if (this.#mode === 'copy' && this.#matched === 2) return undefined
    return meaning[this.#mode] ?? (this.#from < 0 ? undefined : 'a statement')
  }

  /** How many bytes from here on are surely nothing but content. */
  #skip(bytes: Buffer, from: number): number {
    const sought =
      this.#mode === 'dollar' && this.#matched === 0
        ? dollar
        : this.#mode === 'copyLine'
          ? newline
          : this.#mode === 'string' && this.#previous !== quote && this.#text.length >= longestLine
            ? quote
            : undefined
    if (sought === undefined) return 0
    const found = bytes.indexOf(sought, from)
    return (found < 0 ? bytes.length : found) - from
  }

  #take(byte: number): void {
    switch (this.#mode) {
      case 'code':
        this.#takeCode(byte)
        return
      case 'string':
      case 'escape':
        this.#takeString(byte)
        return
      case 'name':
        this.#keep(byte)
        if (byte === doubleQuote) this.#mode = 'code'
        return
      case 'tag':
        this.#takeTag(byte)
        return
      case 'dollar':
        this.#takeDollar(byte)
        return
      case 'line':
        if (byte !== newline) this.#note(byte)
        else
          this.#endLine(() => {
            this.#listener.comment(this.#text)
          })
        return
      case 'command':
        if (byte !== newline) this.#note(byte)
        else
          this.#endLine(() => {
            this.#listener.command(this.#text, this.#commandFrom, this.#at)
          })
        return
      case 'block':
        this.#takeBlock(byte)
        return
      case 'copyLine':
        // Only a newline comes here.
        this.#mode = 'copy'
        this.#matched = 0
        return
      case 'copy':
        this.#takeCopy(byte)
    }
  }

  #takeCode(byte: number): void {
    const before = this.#previous
    this.#previous = byte
    if (byte === backslash) {
      this.#commandFrom = this.#at
      this.#begin('command', '\\')
      return
    }
    if (byte === dash && before === dash) {
      this.#unkeep()
      this.#begin('line')
      return
    }
    if (byte === star && before === slash) {
      this.#unkeep()
      this.#depth = 1
      this.#begin('block')
      return
    }
    if (isBlank(byte)) {
      this.#separate()
      return
    }
    if (this.#from < 0) this.#from = this.#at
    if (byte === semicolon) {
      this.#endStatement()
      return
    }
    if (byte === quote) {
      const isEscape = this.escapes || /(^|[^\w$])[eE]$/.test(this.#tail())
      this.#begin(isEscape ? 'escape' : 'string')
      this.#escaped = false
      return
    }
    if (byte === dollar && !isWord(before) && before !== dollar) {
      this.#begin('tag', '$')
      return
    }
    if (byte === doubleQuote) this.#mode = 'name'
    this.#keep(byte)
  }

  #takeString(byte: number): void {
    if (this.#previous === quote) {
      // A quote was seen: another one makes it content, anything else ends the string before it.
      if (byte !== quote) {
        this.#endString()
        this.#previous = 0
        this.#takeCode(byte)
        return
      }
      this.#previous = 0
    } else if (this.#escaped) this.#escaped = false
    else if (byte === backslash && this.#mode === 'escape') this.#escaped = true
    else if (byte === quote) {
      this.#previous = quote
      return
    }
    this.#note(byte)
  }

  #endString(): void {
    if (this.#strings.length < mostStrings) {
      this.#strings.push(Buffer.from(this.#text, 'latin1').toString('utf8'))
    }
    for (const one of Buffer.from(`'${this.#strings.length - 1}'`)) this.#keep(one)
    this.#mode = 'code'
  }

  #takeTag(byte: number): void {
    if (byte === dollar) {
      this.#text += '$'
      this.#mode = 'dollar'
      this.#matched = 0
      return
    }
    const isDigit = byte >= 48 && byte <= 57
    if (isWord(byte) && !(isDigit && this.#text === '$') && this.#text.length < longestLine) {
      this.#text += String.fromCharCode(byte)
      return
    }
    // A parameter, or nothing that anybody knows.
    for (const one of Buffer.from(this.#text, 'latin1')) this.#keep(one)
    this.#mode = 'code'
    this.#previous = dollar
    this.#takeCode(byte)
  }

  #takeDollar(byte: number): void {
    const isNext = byte === this.#text.charCodeAt(this.#matched)
    this.#matched = isNext ? this.#matched + 1 : byte === dollar ? 1 : 0
    if (this.#matched < this.#text.length) return
    for (const one of Buffer.from(`'$'`)) this.#keep(one)
    this.#mode = 'code'
    this.#previous = quote
  }

  #takeBlock(byte: number): void {
    if (byte === slash && this.#previous === star) {
      this.#depth -= 1
      this.#previous = 0
      if (this.#depth > 0) return
      this.#mode = 'code'
      this.#separate()
      return
    }
    if (byte === star && this.#previous === slash) {
      this.#depth += 1
      this.#previous = 0
      return
    }
    this.#previous = byte
  }

  /** A line of `\.` ends the rows. `matched` counts what has come of it. */
  #takeCopy(byte: number): void {
    if (this.#matched === 0 && byte === backslash) this.#matched = 1
    else if (this.#matched === 1 && byte === point) this.#matched = 2
    else if (this.#matched === 2 && byte === carriage) return
    else if (byte === newline) {
      if (this.#matched === 2) this.#begin('code')
      this.#matched = 0
    } else this.#mode = 'copyLine'
  }

  #endStatement(): void {
    const code = this.#code.toString('utf8', 0, this.#length).trim()
    this.#listener.statement({
      code,
      strings: this.#strings,
      from: this.#from,
      to: this.#at + 1,
    })
    this.#length = 0
    this.#strings = []
    this.#from = -1
    this.#previous = 0
    // psql reads the rows from the next line on.
    if (/^COPY\b.*\bFROM STDIN\b/i.test(code)) this.#mode = 'copyLine'
  }

  #begin(mode: Mode, text = ''): void {
    this.#mode = mode
    this.#text = text
    this.#previous = 0
  }

  #endLine(say: () => void): void {
    say()
    this.#begin('code')
    this.#separate()
  }

  /** Blanks and comments are one blank, and none at the beginning. */
  #separate(): void {
    if (this.#length > 0 && this.#code[this.#length - 1] !== 32) this.#keep(32)
  }

  #note(byte: number): void {
    if (this.#text.length < longestLine) this.#text += String.fromCharCode(byte)
  }

  #keep(byte: number): void {
    if (this.#length < longestCode) this.#code[this.#length++] = byte
  }

  /** Takes back the first of two bytes that begin a comment. */
  #unkeep(): void {
    this.#length = Math.max(0, this.#length - 1)
    if (this.#code.toString('latin1', 0, this.#length).trim() === '') this.#from = -1
  }

  #tail = () => this.#code.toString('latin1', Math.max(0, this.#length - 2), this.#length)
}
