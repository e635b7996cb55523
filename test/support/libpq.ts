import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { otherMajor } from './majors.ts'

/** Parameter to value, as libpq read them; null for a string that it refuses. */
type Reading = Readonly<Record<string, string>> | null

/** What libpq 18 itself reads in connection strings, without connecting. */
export interface Libpq {
  read(strings: readonly string[]): Reading[]
  /** Every parameter with its environment variable; null for those that have none. */
  readonly parameters: Readonly<Record<string, string | null>>
}

/** Undefined where there is no Python or no PyPI. */
export async function libpq(): Promise<Libpq | undefined> {
  const bin = await otherMajor(18)
  if (bin === undefined) return undefined
  const library = join(bin, '..', 'lib', 'libpq.so.5')
  const ask = (strings: readonly string[]) => {
    const input = JSON.stringify({ library, strings })
    const { stdout, stderr } = spawnSync('python3', ['-c', program], { input, encoding: 'utf8' })
    if (stdout === '') throw new Error(stderr)
    return JSON.parse(stdout) as { parameters: Libpq['parameters']; readings: Reading[] }
  }
  return { parameters: ask([]).parameters, read: (strings) => ask(strings).readings }
}

const program = `
import ctypes, json, sys
asked = json.load(sys.stdin)
class Option(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p) for name in
        ('keyword', 'envvar', 'compiled', 'val', 'label', 'dispchar')] + [('dispsize', ctypes.c_int)]
library = ctypes.CDLL(asked['library'])
for name in ('PQconndefaults', 'PQconninfoParse'):
    getattr(library, name).restype = ctypes.POINTER(Option)
text = lambda one: None if one is None else one.decode('utf8', 'surrogateescape')
def options(first):
    at = 0
    while first and first[at].keyword:
        yield first[at]
        at += 1
def read(string):
    first = library.PQconninfoParse(string.encode('utf8'), None)
    if not first: return None
    return {text(one.keyword): text(one.val) for one in options(first) if one.val is not None}
print(json.dumps({
    'parameters': {text(one.keyword): text(one.envvar) for one in options(library.PQconndefaults())},
    'readings': [read(string) for string in asked['strings']],
}))
`
