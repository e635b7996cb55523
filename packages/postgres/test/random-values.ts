/** Numbers from a seed, each at least 0 and below 1 (mulberry32). */
export type Random = () => number

export function randomFrom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const oneOf = <T>(random: Random, list: readonly T[]): T =>
  list[Math.floor(random() * list.length)] as T

const whole = (least: number, most: number) => (random: Random) =>
  String(least + Math.floor(random() * (most - least + 1)))

const among =
  (...values: readonly string[]) =>
  (random: Random) =>
    oneOf(random, values)

const digits = (length: number, alphabet: string) => (random: Random) =>
  Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('')

const float = (random: Random) =>
  random() < 0.2
    ? oneOf(random, ['NaN', 'Infinity', '-Infinity', '-0', '0'])
    : `${random() < 0.5 ? '-' : ''}${random()}e${whole(-20, 20)(random)}`

const letters = ['a', 'B', ' ', '\n', '\\', '"', "'", ',', '(', '{', 'ä', '😀', '\t', 'NULL', '']
const text = (random: Random) =>
  Array.from({ length: Math.floor(random() * 9) }, () => oneOf(random, letters)).join('')
const word = digits(5, 'abcXYZ')

const date = (random: Random) =>
  random() < 0.1
    ? oneOf(random, ['infinity', '-infinity', '0044-03-15 BC'])
    : `${whole(1000, 2999)(random)}-${whole(1, 12)(random)}-${whole(1, 28)(random)}`
const time = (random: Random) =>
  `${whole(0, 23)(random)}:${whole(0, 59)(random)}:${whole(0, 59)(random)}.${whole(0, 999_999)(random).padStart(6, '0')}`
const stamp = (random: Random) => {
  const day = date(random)
  return day.includes('inf') ? day : day.replace(/( BC)?$/, ` ${time(random)}$1`)
}
const zoned = (value: (random: Random) => string) => (random: Random) => {
  const given = value(random)
  return given.includes('inf')
    ? given
    : given.replace(/( BC)?$/, `${whole(-12, 12)(random).replace(/^(?=\d)/, '+')}$1`)
}

const coordinate = (random: Random) => whole(-999, 999)(random)
const point = (random: Random) => `(${coordinate(random)},${coordinate(random)})`
const points = (count: number) => (random: Random) =>
  Array.from({ length: count }, () => point(random)).join(',')

const range =
  (element: (random: Random) => string, compare: (a: string, b: string) => number) =>
  (random: Random) => {
    if (random() < 0.1) return 'empty'
    const [low, high] = [element(random), element(random)].sort(compare)
    return `${oneOf(random, ['[', '('])}${random() < 0.1 ? '' : low},${high}${oneOf(random, [']', ')'])}`
  }
const numeric = (a: string, b: string) => Number(a) - Number(b)
const numbers = range(whole(-999, 999), numeric)
const days = range(
  (random) => `20${whole(10, 99)(random)}-01-${whole(10, 28)(random)}`,
  (a, b) => (a < b ? -1 : 1),
)
const multi = (value: (random: Random) => string) => (random: Random) =>
  `{${Array.from({ length: Math.floor(random() * 3) }, () => value(random)).join(',')}}`

const json = (random: Random): string =>
  oneOf(random, [
    () => JSON.stringify(text(random)),
    () => `{"a": ${whole(0, 99)(random)},  "b":[1.50, null, ${JSON.stringify(word(random))}]}`,
    () => `[${whole(0, 9)(random)}.${whole(0, 99)(random)}]`,
    () => 'null',
  ])()

/** Text that PostgreSQL takes for a value, by the type's name in pg_type. */
export const valueOf: Readonly<Record<string, (random: Random) => string>> = {
  bool: among('t', 'f'),
  bytea: (random) => `\\x${digits(2 * Math.floor(random() * 9), '0123456789abcdef')(random)}`,
  char: digits(1, 'abcXYZ09'),
  name: word,
  int2: whole(-32768, 32767),
  int4: whole(-(2 ** 31), 2 ** 31 - 1),
  int8: (random) => `${whole(-922, 922)(random)}${digits(16, '0123456789')(random)}`,
  numeric: (random) =>
    random() < 0.1
      ? oneOf(random, ['NaN', 'Infinity', '1e-100'])
      : `${digits(20, '123456789')(random)}.${digits(Math.floor(random() * 9), '0123456789')(random)}`,
  float4: (random) => `${random()}`,
  float8: float,
  money: (random) => `${whole(-9999, 9999)(random)}.${digits(2, '0123456789')(random)}`,
  text,
  varchar: text,
  bpchar: word,
  refcursor: text,
  oid: whole(0, 99_999),
  tid: (random) => `(${whole(0, 99)(random)},${whole(1, 99)(random)})`,
  xid: whole(3, 99_999),
  cid: whole(0, 99_999),
  xid8: whole(3, 99_999),
  int2vector: (random) => `${whole(0, 99)(random)} ${whole(0, 99)(random)}`,
  oidvector: (random) => `${whole(0, 99)(random)} ${whole(0, 99)(random)}`,
  json,
  jsonb: json,
  jsonpath: (random) => `$.${word(random)}[*] ? (@ > ${whole(0, 99)(random)})`,
  xml: (random) => `<a b="${whole(0, 99)(random)}">${word(random)}</a>`,
  date,
  time,
  timetz: zoned(time),
  timestamp: stamp,
  timestamptz: zoned(stamp),
  interval: (random) =>
    `${whole(-99, 99)(random)} mons ${whole(-99, 99)(random)} days ${time(random)}`,
  point,
  line: (random) => `{${whole(1, 99)(random)},${coordinate(random)},${coordinate(random)}}`,
  lseg: points(2),
  box: points(2),
  circle: (random) => `<${point(random)},${whole(0, 99)(random)}>`,
  path: (random) => (random() < 0.5 ? `[${points(3)(random)}]` : `(${points(3)(random)})`),
  polygon: points(3),
  inet: (random) => `10.${whole(0, 255)(random)}.0.1/${whole(8, 32)(random)}`,
  cidr: (random) => `10.${whole(0, 255)(random)}.0.0/16`,
  macaddr: (random) => digits(12, '0123456789abcdef')(random),
  macaddr8: (random) => digits(16, '0123456789abcdef')(random),
  bit: digits(1, '01'),
  varbit: (random) => digits(Math.floor(random() * 12), '01')(random),
  uuid: digits(32, '0123456789abcdef'),
  pg_lsn: (random) => `${whole(0, 99)(random)}/${whole(0, 99)(random)}`,
  pg_snapshot: (random) => `${whole(1, 99)(random)}:${whole(100, 199)(random)}:`,
  txid_snapshot: (random) => `${whole(1, 99)(random)}:${whole(100, 199)(random)}:`,
  tsvector: (random) => `'${word(random)}':${whole(1, 99)(random)} '${word(random)}'`,
  tsquery: (random) => `${word(random)} & (${word(random)} | !${word(random)})`,
  aclitem: among('=r/pg_monitor', 'pg_monitor=w/pg_monitor', 'pg_monitor=rw*/pg_monitor'),
  regclass: among('pg_class', 'pg_type', 'pg_proc'),
  regtype: among('integer', 'text[]', 'bytea'),
  regproc: among('now', 'pg_sleep'),
  regprocedure: among('abs(integer)', 'abs(bigint)'),
  regoper: among('pg_catalog.||/', 'pg_catalog.|/'),
  regoperator: among('+(integer,integer)', '-(integer,integer)'),
  regrole: among('pg_monitor', 'pg_read_all_data'),
  regnamespace: among('pg_catalog', 'public'),
  regcollation: among('"C"', '"POSIX"'),
  regconfig: among('simple', 'english'),
  regdictionary: among('simple', 'english_stem'),
  int4range: numbers,
  int8range: numbers,
  numrange: numbers,
  daterange: days,
  tsrange: days,
  tstzrange: days,
  int4multirange: multi(numbers),
  int8multirange: multi(numbers),
  nummultirange: multi(numbers),
  datemultirange: multi(days),
  tsmultirange: multi(days),
  tstzmultirange: multi(days),
}

/** Of types that somebody made, by the name that random-tables.sql gives them. */
export const valueOfOwn: Readonly<Record<string, (random: Random) => string>> = {
  mood: among('sad', "it's ok", 'glücklich 😀'),
  pair: (random) => `(${whole(0, 99)(random)},${word(random)})`,
  positive: whole(1, 999),
  span: range(whole(-99, 99), numeric),
  'integer[]': (random) => `{${whole(0, 99)(random)},NULL,${whole(0, 99)(random)}}`,
  'text[]': (random) => `{{${word(random)},"${word(random)},"},{NULL,${word(random)}}}`,
  'pair[]': (random) => `{"(${whole(0, 99)(random)},x)","(,)"}`,
  'numeric(20,5)': (random) => `${whole(0, 99_999)(random)}.${digits(5, '0123456789')(random)}`,
}

/** Types without an input of their own: no table of a user holds them. */
export const withoutInput = [
  'pg_node_tree',
  'gtsvector',
  'pg_ndistinct',
  'pg_dependencies',
  'pg_mcv_list',
  'pg_brin_bloom_summary',
  'pg_brin_minmax_multi_summary',
]
