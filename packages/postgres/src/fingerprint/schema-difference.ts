import type { Difference } from './difference.ts'
import { pairs } from './pairs.ts'
import { needsSuperuser } from '../restore/superuser-only.ts'

/** So many differing objects are shown, and of each so many characters. */
const shown = 25
const excerpt = 240

/**
 * Compares two texts of `dumpSchema` object by object, by the headings that pg_dump writes:
 * `-- Name: users; Type: TABLE; Schema: public; Owner: app`.
 */
export function compareSchemas(expected: string, found: string): Difference[] {
  if (expected === found) return []
  const differing = pairs(sectionsOf(expected), sectionsOf(found))
    .filter(([, a, b]) => a === undefined || b === undefined || settled(a) !== settled(b))
    .map(([heading, a, b]) => differenceOf(heading, a, b))
  const rest = differing.length - shown
  if (rest <= 0) return differing
  const more: Difference = {
    object: `${rest} more objects`,
    aspect: 'schema',
    expected: '',
    found: '',
    severity: differing.slice(shown).some(({ severity }) => severity === 'failure')
      ? 'failure'
      : 'warning',
  }
  return [...differing.slice(0, shown), more]
}

/** What pg_dump writes between two objects belongs to neither. */
const betweenSections =
  /^(SET default_(tablespace|table_access_method) = .*;|--\n-- PostgreSQL database dump complete\n--)\n/gm

/**
 * Up to PostgreSQL 14 no dump carries the owner of `public`, who is the first superuser of each server;
 * where one does, the schema's own section tells it.
 */
const ofPublic = /^(Name: SCHEMA public; Type: (?:ACL|COMMENT); Schema: -; Owner: ).*$/

export function sectionsOf(schema: string): Map<string, string> {
  const sections = new Map<string, string>()
  const [preamble = '', ...texts] = schema
    .replace(betweenSections, '')
    .split(/^--\n-- (?=Name: .*; Type: .*; Schema: )/m)
  sections.set('Name: preamble; Type: SETTINGS; Schema: -; Owner: -', preamble)
  for (const text of texts) {
    const end = text.indexOf('\n')
    let heading = text.slice(0, end).replace(ofPublic, '$1-')
    while (sections.has(heading)) heading += ' (again)'
    sections.set(
      heading,
      text
        .slice(end)
        .replace(/^\n--\n/, '')
        .trim(),
    )
  }
  return sections
}

function differenceOf(heading: string, a: string | undefined, b: string | undefined): Difference {
  const [, name = heading, type = '', schema = '-'] =
    /^Name: (.*); Type: (.*?); Schema: (.*?); Owner: /.exec(heading) ?? []
  const object = `${type.toLowerCase()} ${schema === '-' ? '' : `${schema}.`}${name}`
  const severity = needsSuperuser(type, name) ? 'warning' : 'failure'
  const aspect = aspectOf(type)
  if (b === undefined) {
    return { object, aspect, expected: statementOf(a), found: 'missing', severity }
  }
  if (a === undefined) {
    return { object, aspect, expected: 'none', found: statementOf(b), severity }
  }
  const [expected, found] = firstDiffering(a, b)
  return { object, aspect, expected, found, severity }
}

const aspectOf = (type: string): Difference['aspect'] =>
  type.includes('INDEX') ? 'index' : type.includes('CONSTRAINT') ? 'constraint' : 'schema'

const statementOf = (section = '') => shortened(section.trim().replace(/\s+/g, ' '))

function firstDiffering(a: string, b: string): [string, string] {
  const [left, right] = [linesOf(a), linesOf(b)]
  const at = left.findIndex((line, index) => settled(line) !== settled(right[index] ?? ''))
  const from = at < 0 ? left.length : at
  return [lineAt(left, from), lineAt(right, from)]
}

/** Without the commas: a list's last line has none, and would seem to differ where the next is gone. */
const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.replace(/,$/, ''))

const lineAt = (lines: readonly string[], index: number) =>
  index < lines.length ? shortened(lines[index]?.trim() ?? '') : 'end of the definition'

const shortened = (text: string) =>
  text.length <= excerpt ? text : `${text.slice(0, excerpt - 1)}…`

/**
 * PostgreSQL writes `varchar IN ('a', 'b')` as `(ARRAY['a'::character varying, …])::text[]`, reads
 * that, and from then on writes `ARRAY[('a'::character varying)::text, …]`: both mean the same.
 */
const settled = (text: string): string =>
  text.replace(castArray, (_, items: string, type: string) => {
    const cast = items.match(arrayItem)?.map((item) => `(${item.trim()})::${type}`)
    return `ARRAY[${cast?.join(', ') ?? ''}]`
  })

const castArray = /\(ARRAY\[((?:'(?:[^']|'')*'|[^'[\]])*)\]\)::("?[a-z ]+"?)\[\]/g
const arrayItem = /(?:'(?:[^']|'')*'|\([^()]*\)|[^',()])+/g
