import { Failure } from '@recovery-playbook/failure'

const word = String.raw`[\w\u0080-\uffff]`

/** A piece of a statement, as psql takes it apart (psqlscan.l); what none matches is one character. */
const piece = new RegExp(
  [
    String.raw`(?<escaping>[eE]'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*')`,
    String.raw`(?<standard>'[^']*(?:''[^']*)*')`,
    String.raw`"[^"]*(?:""[^"]*)*"`,
    String.raw`(?<!${word}|\$)\$(?<tag>(?:(?!\d)${word}+)?)\$[^]*?\$\k<tag>\$`,
    // A parameter of a function; what follows it at once is refused, as a dollar quote's begin would be.
    String.raw`\$\d+(?!${word}|\$)`,
    String.raw`--[^\n\r]*`,
    '::',
    // A dollar belongs to a name, and not to a number.
    String.raw`(?!\d)${word}(?:${word}|\$)*|${word}+`,
    String.raw`(?<command>\\|\$|'|"|/\*|:(?=${word}|['"{]))`,
    String.raw`[^]`,
  ].join('|'),
  'gu',
)

/**
 * The same statements, in a form in which psql finds nothing to do itself: no meta-command (`\!` runs a
 * shell), no variable, whatever of them came out of a database or a recovery point. Strings with a
 * backslash are written so that they end at the same place if a function of the database has switched
 * `standard_conforming_strings` off.
 *
 * @throws Failure QUERY_FAILED for what psql would read as its own, or would not find the end of
 */
export function inertSql(sql: string): string {
  // psql reads a line up to it.
  if (sql.includes('\0')) throw notInert('\0')
  return sql.replace(piece, (text: string, ...rest: unknown[]) => {
    const { standard, command } = rest.at(-1) as { standard?: string; command?: string }
    if (command !== undefined) throw notInert(command)
    return standard?.includes('\\') === true ? ` E${text.replaceAll('\\', '\\\\')}` : text
  })
}

const notInert = (text: string) =>
  new Failure(
    'QUERY_FAILED',
    `A statement was not sent: it has ${JSON.stringify(text)} outside of quotes, which psql may take for a command of its own.`,
    {
      hint: 'A name or a setting of the database may have been made to do harm: look for a backslash in them. If there is none, report this as a bug.',
    },
  )
